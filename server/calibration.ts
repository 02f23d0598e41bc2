import { calibrateGains, calibratePhase } from "../src/measure/mains-calibration.js"
import { usualNoiseMa } from "../src/measure/mains-circuit.js"
import { type Channel, KIND_MAINS } from "../src/wire/channels.js"
import { AppError } from "./errors.js"

/** What a channel showed of one steady load; what it did not measure is left out. */
export interface Reading {
    voltageV?: number | undefined
    currentA?: number | undefined
    powerW?: number | undefined
    reactiveVar?: number | undefined
    frequencyHz?: number | undefined
    /** Of the current's input: its mean, from the middle of the ADC's range. */
    offsetMv?: number | undefined
}

/** A known load, as a reference meter shows it. */
export interface Reference {
    voltageV?: number | undefined
    currentA?: number | undefined
    powerW?: number | undefined
    /** 0 to 1; left out for 1. */
    powerFactor?: number | undefined
    /** The current is ahead of the voltage, as of a capacitor. */
    isAhead?: boolean | undefined
    /** Nothing is connected: what the channel shows then is its noise. */
    noLoad?: true | undefined
}

/** A load with a power factor below this does not tell its current by its power. */
const LEAST_POWER_FACTOR = 0.9
/** Beyond, the clamp's nominal 1,000 mV would not fit into the 1,650 mV on either side. */
const MOST_OFFSET_MV = 235
/** Apparent powers of the same load may differ by this before the gains are right. */
const MOST_DIFFERENCE = 0.1

/**
 * The fields with which a mains or chip channel would have shown the reference: gains from a load of
 * power factor 1, the phase from one below, the noise from none. Without a load the offset is no field
 * but a finding: a device takes the mean of every cycle off, since a clamp passes no direct current. Throws AppError `bad_request` when
 * the readings do not say enough, or ask for more than the fields can hold.
 */
export function calibrate(
    channel: Channel,
    measured: Reading,
    reference: Reference
): Record<string, number> {
    if (reference.noLoad) return noiseOf(channel, measured)
    if ((reference.powerFactor ?? 1) < 1) return phaseOf(channel, measured, reference)
    return gainsOf(channel, measured, reference)
}

function noiseOf({ kind, fields }: Channel, measured: Reading): Record<string, number> {
    if (kind !== KIND_MAINS) throw refusal("noLoad: a chip channel has no noise to set")
    if (measured.currentA === undefined) throw refusal("measured.currentA must tell the noise")
    const { offsetMv } = measured
    if (offsetMv !== undefined && Math.abs(offsetMv) > MOST_OFFSET_MV)
        throw refusal(
            `measured.offsetMv: the input rests ${offsetMv} mV off the middle of its range, which cuts off the clamp's current: at most ${MOST_OFFSET_MV} either way`
        )
    const offset: Record<string, number> = offsetMv === undefined ? {} : { offsetMv }
    const noiseMa = measured.currentA === 0 ? fields["noiseMa"] : wholeNoiseMa(fields, measured)
    return { noiseMa, ...offset }
}

/** Noise adds up as squares do, and some of it was taken off already. */
export function wholeNoiseMa(fields: Channel["fields"], measured: Reading): number {
    const { noiseMa, clampA, currentGain } = fields
    const takenOffMa = noiseMa > 0 ? noiseMa : usualNoiseMa(clampA, currentGain)
    return Math.round(Math.hypot(takenOffMa, 1000 * (measured.currentA ?? 0)))
}

function gainsOf({ fields }: Channel, measured: Reading, reference: Reference) {
    const { voltageV, powerW } = reference
    if (powerW !== undefined && reference.currentA === undefined)
        checkResistive(measured, reference)
    const lineV = voltageV ?? measured.voltageV ?? fields["lineVoltageV"]
    const currentA = reference.currentA ?? (powerW === undefined ? undefined : powerW / lineV)
    if (voltageV === undefined && currentA === undefined)
        throw refusal("reference must give voltageV, currentA, powerW, powerFactor or noLoad")
    // what the reference does not tell stays as it is
    const gains = calibrateGains(
        { currentGain: fields["currentGain"], voltageGain: fields["voltageGain"] },
        {
            voltageV: voltageV === undefined ? 1 : shown(measured.voltageV, "voltageV"),
            currentA: currentA === undefined ? 1 : shown(measured.currentA, "currentA"),
        },
        { voltageV: voltageV ?? 1, currentA: currentA ?? 1 }
    )
    if (!gains) throw refusal("reference: a gain would have to be below 0.5 or above 2")
    return { ...gains }
}

/** Gains that are off leave the power factor as it is. */
function checkResistive({ voltageV, currentA, powerW }: Reading, reference: Reference): void {
    if (reference.powerFactor !== undefined || powerW === undefined) return
    const apparentVa = (voltageV ?? 0) * (currentA ?? 0)
    const powerFactor = Math.abs(powerW) / apparentVa
    if (powerFactor < LEAST_POWER_FACTOR)
        throw refusal(
            `powerW: the channel shows a power factor of ${powerFactor.toFixed(2)}: give powerFactor as well for the phase, currentA instead for the gains`
        )
}

function phaseOf({ fields }: Channel, measured: Reading, reference: Reference) {
    const { powerW, reactiveVar, frequencyHz } = measured
    if (powerW === undefined || reactiveVar === undefined || !frequencyHz)
        throw refusal("powerFactor: this channel tells no power, reactiveVar and frequencyHz")
    const { powerFactor = 1, isAhead = false } = reference
    if (reference.powerW !== undefined) {
        const apparentVa = Math.hypot(powerW, reactiveVar)
        const referenceVa = reference.powerW / powerFactor
        if (Math.abs(apparentVa / referenceVa - 1) > MOST_DIFFERENCE)
            throw refusal(
                `powerW: the reference says ${Math.round(referenceVa)} VA, the channel ${Math.round(apparentVa)} VA: calibrate its gains first`
            )
    }
    const phaseUs = calibratePhase(
        fields["phaseUs"],
        { powerW, reactiveVar, frequencyHz },
        powerFactor,
        isAhead
    )
    if (phaseUs === undefined)
        throw refusal(
            "powerFactor: the phase would have to be over 2,000 us: is the clamp the right way round?"
        )
    return { phaseUs }
}

function shown(value: number | undefined, name: string): number {
    if (value !== undefined && value > 0) return value
    throw refusal(`measured.${name} must be above 0: the channel shows none`)
}

function refusal(sentence: string): AppError {
    return new AppError("bad_request", sentence)
}
