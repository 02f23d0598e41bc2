import { calibrateGains, calibratePhase } from "../../src/measure/mains-calibration.js"
import type { CircuitOptions, CircuitSlot } from "../../src/measure/mains-circuit.js"
import { MainsBench, mainsSpec, USUAL_OPTIONS } from "./mains-bench.js"

/** The clamp of the bench shifts the current ahead by this. */
export const CLAMP_LEAD_US = 120
const LOAD_V = 230
const LOAD_A = 10
const LOAD_PF = 0.5
const SETTLE_SLOTS = 2
const CALIBRATION_SLOTS = 6

/** Calibrates a chip as a user would: one load for the gains, one at PF 0.5 for the phase, none for the noise. */
export function calibratedOptions(seed: number): CircuitOptions {
    const withGains = { ...USUAL_OPTIONS, ...gainsFor(seed) }
    const withPhase = { ...withGains, phaseUs: phaseFor(seed, withGains) }
    const idle = new MainsBench(calibrationSpec({ currentA: 0 }), withPhase, seed)
    idle.runSlots(CALIBRATION_SLOTS)
    return { ...withPhase, noiseMa: Math.round(idle.circuit.noiseMa()) }
}

function gainsFor(seed: number) {
    const slots = slotsOf(calibrationSpec({ currentA: LOAD_A }), USUAL_OPTIONS, seed)
    const measured = {
        voltageV: meanOf(slots, slot => slot.voltageCv) / 100,
        currentA: meanOf(slots, slot => slot.currentMa) / 1000,
    }
    const gains = calibrateGains(USUAL_OPTIONS, measured, { voltageV: LOAD_V, currentA: LOAD_A })
    if (!gains) throw new Error(`The gains of chip ${seed} are out of limits.`)
    return gains
}

function phaseFor(seed: number, options: CircuitOptions): number {
    const spec = calibrationSpec({ currentA: LOAD_A, powerFactor: LOAD_PF })
    const slots = slotsOf(spec, options, seed)
    const measured = {
        powerW: meanOf(slots, powerWOf),
        reactiveVar: meanOf(slots, slot => slot.reactiveDvar) / 10,
        frequencyHz: meanOf(slots, slot => slot.frequencyMhz) / 1000,
    }
    const phaseUs = calibratePhase(options.phaseUs, measured, LOAD_PF, false)
    if (phaseUs === undefined) throw new Error(`The phase of chip ${seed} is out of limits.`)
    return phaseUs
}

function calibrationSpec(current: object) {
    return mainsSpec({
        voltage: { voltageV: LOAD_V },
        current,
        clamp: { leadUs: CLAMP_LEAD_US },
    })
}

function slotsOf(spec: ReturnType<typeof mainsSpec>, options: CircuitOptions, seed: number) {
    const bench = new MainsBench(spec, options, seed)
    bench.runSlots(SETTLE_SLOTS)
    return measuredSlots(bench, CALIBRATION_SLOTS)
}

/** Slots of 5 s that were all measured. */
export function measuredSlots(bench: MainsBench, count: number): CircuitSlot[] {
    return bench.runSlots(count).filter(slot => slot !== undefined)
}

/** Mean active power of a slot of 5 s. */
export function powerWOf(slot: CircuitSlot): number {
    return ((slot.energyIn - slot.energyOut) * 0.0001 * 3600) / 5
}

export function meanOf(slots: CircuitSlot[], value: (slot: CircuitSlot) => number): number {
    return slots.reduce((sum, slot) => sum + value(slot), 0) / slots.length
}
