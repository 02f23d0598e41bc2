import { ENERGY_UNIT_WH } from "../src/wire/mains-slots.js"
import { type MainsStep, RESOLUTION_SECONDS } from "./store/store.js"

/** What a series of a mains channel can show; the first is the default. */
export const QUANTITIES = [
    "power",
    "voltage",
    "current",
    "reactive",
    "apparent",
    "powerFactor",
    "frequency",
    "angle",
    "energyIn",
    "energyOut",
    "share",
] as const
export type Quantity = (typeof QUANTITIES)[number]

/** Units that only mains channels have. */
export const MAINS_UNITS = ["V", "A", "var", "VA", "1", "Hz", "deg", "%"] as const

/** ENERGY_UNIT_WH in watt-seconds, whose product would not be exact. */
const ENERGY_UNIT_WS = 0.36

interface QuantityKind {
    unit: (typeof MAINS_UNITS)[number] | "W" | "Wh"
    /** Null where it is unknown. */
    of: (step: MainsStep) => number | null
}

const KINDS: Record<Quantity, QuantityKind> = {
    power: { unit: "W", of: powerW },
    voltage: {
        unit: "V",
        of: voltageV,
    },
    current: {
        unit: "A",
        of: ({ currentSquare, slots }) => Math.sqrt(currentSquare / slots) / 1000,
    },
    reactive: { unit: "var", of: step => (hasPhase(step) ? reactiveVar(step) : null) },
    apparent: { unit: "VA", of: apparentVa },
    powerFactor: { unit: "1", of: powerFactor },
    frequency: {
        unit: "Hz",
        of: ({ frequencyMhz, frequencySlots }) =>
            frequencySlots > 0 ? frequencyMhz / frequencySlots / 1000 : null,
    },
    angle: { unit: "deg", of: angleDeg },
    energyIn: { unit: "Wh", of: ({ energyIn }) => energyIn * ENERGY_UNIT_WH },
    energyOut: { unit: "Wh", of: ({ energyOut }) => energyOut * ENERGY_UNIT_WH },
    share: { unit: "%", of: ({ shareTenths, slots }) => shareTenths / slots / 10 },
}

export function unitOf(quantity: Quantity): QuantityKind["unit"] {
    return KINDS[quantity].unit
}

/** A quantity of one step; the mean over what was measured, or the root of the mean square. */
export function quantityOf(quantity: Quantity, step: MainsStep): number | null {
    return KINDS[quantity].of(step)
}

/** Without measured voltage nothing is known of the phase. */
function hasPhase({ apparentSlots }: MainsStep): boolean {
    return apparentSlots === 0
}

function powerW({ energyIn, energyOut, slots }: MainsStep): number {
    return ((energyIn - energyOut) * ENERGY_UNIT_WS) / (slots * RESOLUTION_SECONDS.slot)
}

function voltageV({ voltageSquare, slots, apparentSlots }: MainsStep): number | null {
    const measured = slots - apparentSlots
    return measured > 0 ? Math.sqrt(voltageSquare / measured) / 100 : null
}

function reactiveVar({ reactiveDvar, slots }: MainsStep): number {
    return reactiveDvar / slots / 10
}

function apparentVa({ apparentCvma, slots }: MainsStep): number {
    return apparentCvma / slots / 100_000
}

function powerFactor(step: MainsStep): number | null {
    const va = apparentVa(step)
    if (!hasPhase(step) || va === 0) return null
    // rounding of small currents must not give more than there can be
    return Math.max(-1, Math.min(1, powerW(step) / va))
}

/** A longer step's angle is that of its mean power, since angles do not average. */
function angleDeg(step: MainsStep): number | null {
    if (!hasPhase(step) || step.currentSquare === 0) return null
    if (step.angleDdeg !== undefined) return step.angleDdeg / 10
    return (Math.atan2(reactiveVar(step), powerW(step)) * 180) / Math.PI
}
