import { offsetSpans, wallTime } from "../local-days.js"
import { DAY_KINDS, type DayKind, type PricePeriod, type TariffTerms } from "./tariff.js"

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const DAY_MINUTES = 1440

/** What is paid at all times that no period names. */
export const BASE = "base"

/** A stretch of one price, Unix ms. */
export interface PriceSpan {
    startMs: number
    endMs: number
    /** Of the period; `base` outside of all, null before the tariff's first version. */
    name: string | null
    /** A unit's; null before the first version. */
    price: number | null
}

/** A stretch of one day by the clock on the wall, in minutes. */
interface Piece {
    from: number
    to: number
    name: string | null
    price: number | null
}

type Terms = Pick<TariffTerms, "versions" | "holidays">

/** The range cut where the price changes; what clocks show counts, also on days of 23 or 25 hours. */
export function priceSpans(
    terms: Terms,
    fromMs: number,
    toMs: number,
    timeZone: string
): PriceSpan[] {
    const spans: PriceSpan[] = []
    const piecesOf = dailyPieces(terms)
    for (const { startMs, endMs, offsetMs } of offsetSpans(fromMs, toMs, timeZone)) {
        const firstMs = Math.floor((startMs + offsetMs) / DAY_MS) * DAY_MS
        for (let dayMs = firstMs; dayMs < endMs + offsetMs; dayMs += DAY_MS)
            for (const { from, to, name, price } of piecesOf(dayMs)) {
                const pieceMs = dayMs - offsetMs
                addSpan(spans, {
                    startMs: Math.max(startMs, pieceMs + from * MINUTE_MS),
                    endMs: Math.min(endMs, pieceMs + to * MINUTE_MS),
                    name,
                    price,
                })
            }
    }
    return spans
}

function addSpan(spans: PriceSpan[], span: PriceSpan): void {
    if (span.startMs >= span.endMs) return
    const last = spans.at(-1)
    if (last && last.name === span.name && last.price === span.price) last.endMs = span.endMs
    else spans.push(span)
}

/** The pieces of the day that begins at 0:00 of a wall clock's own ms; days of one kind share theirs. */
function dailyPieces({ versions, holidays }: Terms): (dayMs: number) => Piece[] {
    const made = new Map<string, Piece[]>()
    const dates = new Set(holidays)
    const kindOf = (dayMs: number): DayKind =>
        dates.has(dateText(dayMs)) ? "holiday" : DAY_KINDS[wallTime(dayMs).weekday - 1]
    return dayMs => {
        const date = dateText(dayMs)
        const version = versions.findLastIndex(({ validFrom }) => validFrom <= date)
        const [kind, kindBefore] = [kindOf(dayMs), kindOf(dayMs - DAY_MS)]
        const key = `${version} ${kind} ${kindBefore}`
        const known = made.get(key)
        if (known) return known
        const { basePrice = null, periods = [] } = versions[version] ?? {}
        const pieces = piecesOf(periods, basePrice, kind, kindBefore)
        made.set(key, pieces)
        return pieces
    }
}

function piecesOf(
    periods: PricePeriod[],
    basePrice: number | null,
    kind: DayKind,
    kindBefore: DayKind
): Piece[] {
    const edges = [0, ...periods.flatMap(({ from, to }) => [minuteOf(from), minuteOf(to)])]
    const starts = [...new Set(edges)].filter(edge => edge < DAY_MINUTES)
    starts.sort((one, other) => one - other)
    return starts.map((from, at) => {
        const period = periods.find(one => isIn(one, from, kind, kindBefore))
        const to = starts[at + 1] ?? DAY_MINUTES
        if (period) return { from, to, name: period.name, price: period.price }
        return { from, to, name: basePrice === null ? null : BASE, price: basePrice }
    })
}

function isIn(period: PricePeriod, minute: number, kind: DayKind, kindBefore: DayKind): boolean {
    const { days = DAY_KINDS } = period
    const [from, to] = [minuteOf(period.from), minuteOf(period.to)]
    if (from < to) return days.includes(kind) && minute >= from && minute < to
    return minute >= from ? days.includes(kind) : minute < to && days.includes(kindBefore)
}

/** YYYY-MM-DD, of a wall clock's own ms. */
export function dateText(wallMs: number): string {
    return new Date(wallMs).toISOString().slice(0, 10)
}

function minuteOf(time: string): number {
    return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
