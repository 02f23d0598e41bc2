import { type LocalDate, localDayStartMs, localTime, nextLocalDayStartMs } from "../local-days.js"
import { dateText } from "./price-spans.js"
import type { TariffVersion } from "./tariff.js"

/** The standing charge between each edge, Unix ms in order, and the next; a cut day counts by its share. */
export function standingCharges(
    versions: TariffVersion[],
    edgesMs: number[],
    timeZone: string
): number[] {
    const sums = edgesMs.slice(1).map(() => 0)
    const endMs = edgesMs[edgesMs.length - 1]
    let at = 0
    let dayMs = localDayStartMs(edgesMs[0], timeZone)
    while (dayMs < endMs) {
        const nextMs = nextLocalDayStartMs(dayMs, timeZone)
        const charge = chargeOfDay(versions, localTime(dayMs, timeZone))
        while (at < sums.length && edgesMs[at + 1] <= dayMs) at++
        for (let step = at; step < sums.length && edgesMs[step] < nextMs; step++) {
            const sharedMs = Math.min(edgesMs[step + 1], nextMs) - Math.max(edgesMs[step], dayMs)
            sums[step] += (charge * sharedMs) / (nextMs - dayMs)
        }
        dayMs = nextMs
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
