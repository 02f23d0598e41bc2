import { type Channel, isClampKind } from "../src/wire/channels.js"

const ADC_STEPS = 4095
const ADC_FULL_MV = 3300
/** RMS voltage of the mains that gives 1,000 mV at the voltage input. */
const NOMINAL_V = 250
const NOMINAL_MV = 1000
/** A gain of 1 in a channel's settings. */
const UNIT_GAIN = 10_000

type Codes = (number | null)[]

/** Volts about their mean; null when every code is 0, which is how a device without voltage input fills it. */
export function codesToVolts(codes: Codes, channel: Channel | undefined): Codes | null {
    if (codes.every(code => code === 0 || code === null)) return null
    const gain = channel && isClampKind(channel.kind) ? channel.fields["voltageGain"] : UNIT_GAIN
    return scale(codes, (NOMINAL_V * gain) / UNIT_GAIN)
}

/** Amperes about their mean, turned as the channel is; null while nobody has told what clamp it has. */
export function codesToAmperes(codes: Codes, channel: Channel | undefined): Codes | null {
    if (!channel || !isClampKind(channel.kind)) return null
    const { clampA, currentGain, isReversed } = channel.fields
    const sign = isReversed === 1 ? -1 : 1
    return scale(codes, (sign * clampA * currentGain) / UNIT_GAIN)
}

/** How far the codes' mean is from the middle of the ADC's range. */
export function offsetMvOf(codes: Codes): number {
    return ((meanOf(codes) - ADC_STEPS / 2) * ADC_FULL_MV) / ADC_STEPS
}

function meanOf(codes: Codes): number {
    const known = codes.filter(code => code !== null)
    return known.reduce((sum, code) => sum + code, 0) / Math.max(known.length, 1)
}

function scale(codes: Codes, nominal: number): Codes {
    const mean = meanOf(codes)
    const perCode = (ADC_FULL_MV / ADC_STEPS / NOMINAL_MV) * nominal
    return codes.map(code => (code === null ? null : (code - mean) * perCode))
}
