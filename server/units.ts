import type { ChannelType } from "./store/store.js"

/** What a series can be shown in. */
export const UNITS = ["W", "Wh", "count", "l", "m3", "lpermin"] as const
export type Unit = (typeof UNITS)[number]

/** Is it counted in Wh? Everything else flows and is counted in litres. */
export function isEnergy(type: ChannelType): boolean {
    return type === "electricity" || type === "heat"
}

/** Units of a channel type; the first is the default. */
export function unitsOf(type: ChannelType): Unit[] {
    return isEnergy(type) ? ["W", "Wh", "count"] : ["lpermin", "l", "m3", "count"]
}

/** Turns the pulses of one step, of which `coveredS` seconds were sampled, into a value. */
export function convertCount(
    unit: Unit,
    count: number,
    coveredS: number,
    perPulse: number
): number | null {
    switch (unit) {
        case "count":
            return count
        case "Wh":
        case "l":
            return count * perPulse
        case "m3":
            return (count * perPulse) / 1000
        case "W":
            return coveredS > 0 ? (count * perPulse * 3600) / coveredS : null
        case "lpermin":
            return coveredS > 0 ? (count * perPulse * 60) / coveredS : null
    }
}
