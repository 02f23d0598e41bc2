import { atan2 } from "./trig.js"

/** Gains of a channel, 10,000 is 1. */
export interface Gains {
    currentGain: number
    voltageGain: number
}

/** Rms values of the same load, by the channel and by the reference. */
export interface RmsReading {
    voltageV: number
    currentA: number
}

/** Gains with which the channel would have shown the reference; undefined when one is out of 0.5 to 2. */
export function calibrateGains(
    gains: Gains,
    measured: RmsReading,
    reference: RmsReading
): Gains | undefined {
    const currentGain = corrected(gains.currentGain, reference.currentA / measured.currentA)
    const voltageGain = corrected(gains.voltageGain, reference.voltageV / measured.voltageV)
    if (currentGain === undefined || voltageGain === undefined) return undefined
    return { currentGain, voltageGain }
}

function corrected(gain: number, ratio: number): number | undefined {
    const value = Math.floor(gain * ratio + 0.5)
    return value >= 5000 && value <= 20000 ? value : undefined
}

/** Power of a load with a known power factor, by the channel: of the fundamentals. */
export interface PhaseReading {
    powerW: number
    reactiveVar: number
    frequencyHz: number
}

/**
 * The channel's `phaseUs` with which it would have shown `powerFactor`, 0 to 1, of a current that is
 * behind the voltage, or ahead with `isAhead`. Undefined when it is out of -2,000 to 2,000. Best at a
 * power factor near 0.5: at 1 the power hardly tells.
 */
export function calibratePhase(
    phaseUs: number,
    measured: PhaseReading,
    powerFactor: number,
    isAhead: boolean
): number | undefined {
    const angle = atan2(Math.sqrt(1 - powerFactor * powerFactor), powerFactor)
    const error = (isAhead ? -angle : angle) - atan2(measured.reactiveVar, measured.powerW)
    const value = Math.floor(phaseUs + (error * 500000) / (Math.PI * measured.frequencyHz) + 0.5)
    return value >= -2000 && value <= 2000 ? value : undefined
}
