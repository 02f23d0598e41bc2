import type { MainsSlot } from "../../src/wire/mains-slots.js"

/** What the slots of one step add up to; means are these by `slots`. Energies in tenths of a mWh. */
export interface MainsSums {
    /** Slots of 5 s in which something was measured. */
    slots: number
    energyIn: number
    energyOut: number
    reactiveDvar: number
    /** Apparent powers in 0.01 mVA: RMS voltage in 0.01 V times RMS current in mA. */
    apparentCvma: number
    /** Squares of measured RMS voltages in 0.01 V, because a longer RMS is the root of their mean. */
    voltageSquare: number
    /** Squares of RMS currents in mA. */
    currentSquare: number
    frequencyMhz: number
    /** Slots whose frequency is known. */
    frequencySlots: number
    shareTenths: number
    /** Slots whose voltage was not measured, so that power is apparent power. */
    apparentSlots: number
}

export const NO_SUMS: MainsSums = {
    slots: 0,
    energyIn: 0,
    energyOut: 0,
    reactiveDvar: 0,
    apparentCvma: 0,
    voltageSquare: 0,
    currentSquare: 0,
    frequencyMhz: 0,
    frequencySlots: 0,
    shareTenths: 0,
    apparentSlots: 0,
}

/** Apparent power of a tenth of a mWh in 5 s, 0.01 mVA. */
const APPARENT_PER_ENERGY = 7200

export function sumsOf(slot: MainsSlot): MainsSums {
    const { currentMa, frequencyMhz, isApparent } = slot
    // a voltage that was set is no reading
    const voltageCv = isApparent ? 0 : slot.voltageCv
    const energy = slot.energyIn + slot.energyOut
    return {
        slots: 1,
        energyIn: slot.energyIn,
        energyOut: slot.energyOut,
        reactiveDvar: slot.reactiveDvar,
        apparentCvma: isApparent ? energy * APPARENT_PER_ENERGY : voltageCv * currentMa,
        voltageSquare: voltageCv * voltageCv,
        currentSquare: currentMa * currentMa,
        frequencyMhz,
        frequencySlots: frequencyMhz > 0 ? 1 : 0,
        shareTenths: slot.shareTenths,
        apparentSlots: isApparent ? 1 : 0,
    }
}

/** Adds what `after` has more than `before` to `sums`. */
export function addDifference(sums: MainsSums, after: MainsSums, before: MainsSums): void {
    for (const name of Object.keys(sums) as (keyof MainsSums)[])
        sums[name] += after[name] - before[name]
}

/**
 * One slot of two that cover the same 5 s: energies add up, all else is of the one that measured longer.
 * A step of the clock leaves such a pair.
 */
export function mergeSlots(one: MainsSlot, other: MainsSlot): MainsSlot {
    return {
        ...(other.shareTenths > one.shareTenths ? other : one),
        energyIn: one.energyIn + other.energyIn,
        energyOut: one.energyOut + other.energyOut,
    }
}

/** A longer slot as slots of 5 s of the same power; their energies add up to its own. */
export function splitSlot(slot: MainsSlot, parts: number): MainsSlot[] {
    const share = (energy: number, part: number) =>
        Math.floor((energy * (part + 1)) / parts) - Math.floor((energy * part) / parts)
    return Array.from({ length: parts }, (_, part) => ({
        ...slot,
        energyIn: share(slot.energyIn, part),
        energyOut: share(slot.energyOut, part),
    }))
}
