import type { ChannelType } from "./store/store.js"

/** What is counted: Wh, litres, or the pulses themselves. */
type Counted = "energy" | "volume" | "pulses"

interface UnitKind {
    of: Counted
    /** A rate is of one second's Wh or litres; an amount of all of them. */
    isRate: boolean
    /** The number shown is times `times` and divided by `per`, which keeps decimal figures exact. */
    times: number
    per: number
}

const amount = (of: Counted, times: number, per = 1): UnitKind => ({
    of,
    isRate: false,
    times,
    per,
})
const rate = (of: Counted, times: number, per = 1): UnitKind => ({ of, isRate: true, times, per })

const KINDS = {
    W: rate("energy", 3600),
    kW: rate("energy", 3600, 1000),
    Wh: amount("energy", 1),
    kWh: amount("energy", 1, 1000),
    J: amount("energy", 3600),
    MJ: amount("energy", 3600, 1_000_000),
    lpermin: rate("volume", 60),
    lperh: rate("volume", 3600),
    lperday: rate("volume", 86_400),
    m3perday: rate("volume", 86_400, 1000),
    l: amount("volume", 1),
    m3: amount("volume", 1, 1000),
    count: amount("pulses", 1),
    // only in the Fluksometer's API, whose years have 365 days; money at its fixed 0.18 and 0.19 a kWh
    watt: rate("energy", 3600),
    kwhperyear: rate("energy", 31_536),
    eurperyear: rate("energy", 5676),
    audperyear: rate("energy", 5991),
    m3peryear: rate("volume", 31_536),
} satisfies Record<string, UnitKind>

/** What a series can be shown in. */
export const UNITS = [
    "W",
    "kW",
    "Wh",
    "kWh",
    "J",
    "MJ",
    "count",
    "l",
    "m3",
    "lpermin",
    "lperh",
    "lperday",
    "m3perday",
] as const
export type Unit = (typeof UNITS)[number]

/** What the Fluksometer's API can show: whole numbers, of a rate each. */
export const FLUKSO_UNITS = [
    "watt",
    "kwhperyear",
    "eurperyear",
    "audperyear",
    "lpermin",
    "lperday",
    "m3peryear",
] as const
export type FluksoUnit = (typeof FLUKSO_UNITS)[number]

/** Is it counted in Wh? Everything else flows and is counted in litres. */
export function isEnergy(type: ChannelType): boolean {
    return type === "electricity" || type === "heat"
}

/** Units of a channel type; the first is the default. */
export function unitsOf(type: ChannelType): Unit[] {
    const counted = isEnergy(type) ? "energy" : "volume"
    const units = UNITS.filter(unit => KINDS[unit].of === counted)
    const first: Unit = isEnergy(type) ? "W" : "lpermin"
    return [first, ...units.filter(unit => unit !== first), "count"]
}

/** What a unit is of, and whether it is of a second's or of all of it. */
export function unitKind(unit: Unit | FluksoUnit): Pick<UnitKind, "of" | "isRate"> {
    return KINDS[unit]
}

/** Shows Wh, litres or pulses, of `seconds` in which something was measured; a rate of none is null. */
export function convertAmount(
    unit: Unit | FluksoUnit,
    amount: number,
    seconds: number
): number | null {
    const { isRate, times, per } = KINDS[unit]
    if (!isRate) return (amount * times) / per
    return seconds > 0 ? (amount * times) / (seconds * per) : null
}

/** Shows the pulses of one step, of which `coveredS` seconds were sampled. */
export function convertCount(
    unit: Unit,
    count: number,
    coveredS: number,
    perPulse: number
): number | null {
    return convertAmount(unit, KINDS[unit].of === "pulses" ? count : count * perPulse, coveredS)
}
