import { type LocalDate, localTime } from "../local-days.js"
import { localEdges } from "../local-steps.js"
import { dateText } from "./price-spans.js"
import type { TariffVersion } from "./tariff.js"

/**
 * The standing charge between each edge, Unix ms in order, and the next; a cut day counts by its share.
 * Throws RangeError for more days than there may be local steps.
 */
export function standingCharges(
    versions: TariffVersion[],
    edgesMs: number[],
    timeZone: string
): number[] {
    const sums = edgesMs.slice(1).map(() => 0)
    const daysMs = localEdges(edgesMs[0], edgesMs[edgesMs.length - 1], "local-day", timeZone)
    if (!daysMs) throw new RangeError("edgesMs: too far apart")
    let first = 0
    for (const [day, nextMs] of daysMs.slice(1).entries()) {
        const dayMs = daysMs[day]
        const charge = chargeOfDay(versions, localTime(dayMs, timeZone))
        while (first < sums.length && edgesMs[first + 1] <= dayMs) first++
        for (let at = first; at < sums.length && edgesMs[at] < nextMs; at++) {
            const sharedMs = Math.min(edgesMs[at + 1], nextMs) - Math.max(edgesMs[at], dayMs)
            sums[at] += (charge * sharedMs) / (nextMs - dayMs)
        }
    }
    return sums
}

function chargeOfDay(versions: TariffVersion[], { year, month, day }: LocalDate): number {
    const date = dateText(Date.UTC(year, month - 1, day))
    const charge = versions.findLast(({ validFrom }) => validFrom <= date)?.standingCharge
    switch (charge?.per) {
        case "day":
            return charge.amount
        case "month":
            return charge.amount / daysBetween(Date.UTC(year, month - 1), Date.UTC(year, month))
        case "year":
            return charge.amount / daysBetween(Date.UTC(year, 0), Date.UTC(year + 1, 0))
        default:
            return 0
    }
}

function daysBetween(fromMs: number, toMs: number): number {
    return (toMs - fromMs) / 86_400_000
}
