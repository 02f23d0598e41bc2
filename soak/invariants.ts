import type { ChannelTruth } from "./oracle.js"
import { mergeSpans, SpanSet } from "./spans.js"
import { SLOT_EMPTY, type StoredChannel, slotsOf } from "./stored.js"

const SLOT_S = 5
const LEVELS_S = [60, 900, 3600, 86_400]

/** Everything that must hold, whatever goes wrong. */
export type Invariant =
    | "slots-true-or-marked"
    | "unmarked-sums-equal"
    | "no-marks-without-fault"
    | "nothing-twice"
    | "totals-monotonic"
    | "sums-equal-slots"
    | "acknowledged-is-durable"
    | "no-panic"
    | "bounded"
    | "server-answers"
    | "faults-fired"

export interface Breach {
    invariant: Invariant
    detail: string
}

/** What a run compared, and how much of it was marked. */
export interface Tally {
    slots: number
    cells: number
    missingSlots: number
    poorSlots: number
}

/** Compares all that is stored of a channel with the truth, slot by slot and cell by cell. */
export function judgeSlots(
    stored: StoredChannel,
    truth: ChannelTruth,
    [fromMs, toMs]: [number, number],
    tally: Tally
): Breach[] {
    const breaches: Breach[] = []
    const name = `channel ${stored.number} of ${stored.deviceId}`
    const coarse = coarseSpans(stored)
    const poor = new SpanSet(stored.poor)
    const judge = (from: number, to: number, count: number) => {
        const isPoor = poor.touches(from, to)
        if (isPoor) {
            tally.poorSlots++
            if (!truth.mayBePoor(from, to))
                breaches.push({
                    invariant: "no-marks-without-fault",
                    detail: `${name}: ${span(from, to)} is marked poor`,
                })
        }
        const { low, high } = truth.boundsOf(from, to)
        if (count > high && !isPoor)
            breaches.push(wrong("slots-true-or-marked", name, from, to, count, low, high))
        const isPart = coarse.touches(from, to) && truth.isShared(from, to)
        if (count < low && !isPoor && !isPart)
            breaches.push(wrong("slots-true-or-marked", name, from, to, count, low, high))
    }
    for (const { fromS, count } of slotsOf(stored, fromMs / 1000, toMs / 1000)) {
        const from = fromS * 1000
        const to = from + SLOT_S * 1000
        tally.slots++
        if (count !== null) judge(from, to, count)
        else if (!coarse.touches(from, to)) {
            tally.missingSlots++
            if (!truth.mayMiss(from, to))
                breaches.push({
                    invariant: "no-marks-without-fault",
                    detail: `${name}: ${span(from, to)} is missing`,
                })
        }
    }
    for (const { fromS, seconds, count } of stored.coarse) {
        tally.cells++
        judge(fromS * 1000, (fromS + seconds) * 1000, count)
    }
    return breaches
}

/** Runs of slots and cells without a mark hold exactly what happened in them. */
export function judgeRuns(
    stored: StoredChannel,
    truth: ChannelTruth,
    [fromMs, toMs]: [number, number]
): Breach[] {
    const name = `channel ${stored.number} of ${stored.deviceId}`
    const poor = new SpanSet(stored.poor)
    const coarse = coarseSpans(stored)
    const cells = [
        ...stored.coarse.map(({ fromS, seconds, count }) => ({
            from: fromS * 1000,
            to: (fromS + seconds) * 1000,
            count,
        })),
    ]
    for (const { fromS, count } of slotsOf(stored, fromMs / 1000, toMs / 1000))
        if (count !== null) cells.push({ from: fromS * 1000, to: (fromS + SLOT_S) * 1000, count })
    cells.sort((a, b) => a.from - b.from || a.to - b.to)
    const breaches: Breach[] = []
    let run: { from: number; to: number; count: number } | undefined
    const close = () => {
        if (!run || run.to <= fromMs || run.from >= toMs) return
        const { low, high } = truth.boundsOf(run.from, run.to)
        if (run.count < low || run.count > high)
            breaches.push(
                wrong("unmarked-sums-equal", name, run.from, run.to, run.count, low, high)
            )
    }
    for (const { from, to, count } of cells) {
        const isPart = coarse.touches(from, to) && truth.isShared(from, to)
        const isMarked = isPart || poor.touches(from, to) || truth.mayMiss(from, to)
        if (run && !isMarked && from === run.to) {
            run.to = to
            run.count += count
            continue
        }
        close()
        run = isMarked ? undefined : { from, to, count }
    }
    close()
    return breaches
}

/** What lies in slots is no more than the total, and the total no more than what happened. */
export function judgeTotals(stored: StoredChannel, truth: ChannelTruth, atMs: number): Breach[] {
    const name = `channel ${stored.number} of ${stored.deviceId}`
    const inSlots =
        stored.coarse.reduce((sum, { count }) => sum + count, 0) +
        stored.hours.reduce((sum, { counts }) => sum + sumOf(counts), 0)
    const { low, high } = truth.totalAt(atMs)
    const breaches: Breach[] = []
    const add = (invariant: Invariant, detail: string) =>
        breaches.push({ invariant, detail: `${name}: ${detail}` })
    if (inSlots > stored.totalCount)
        add("nothing-twice", `${inSlots} pulses in slots, ${stored.totalCount} in all`)
    if (stored.placedCount !== inSlots)
        add("sums-equal-slots", `${inSlots} pulses in slots, ${stored.placedCount} said to be`)
    if (stored.totalCount > high)
        add("nothing-twice", `${stored.totalCount} pulses in all, but only ${high} happened`)
    if (stored.totalCount < low)
        add("unmarked-sums-equal", `${stored.totalCount} pulses in all, at least ${low} expected`)
    return breaches
}

/** Every resolution, worked out anew from slots and cells. */
export function judgeSums(stored: StoredChannel): Breach[] {
    const wanted = new Map<string, number>()
    const add = (startS: number, seconds: number, count: number) => {
        const key = `${seconds} ${Math.floor(startS / seconds) * seconds}`
        wanted.set(key, (wanted.get(key) ?? 0) + count)
    }
    for (const { hour, counts } of stored.hours)
        counts.forEach((count, slot) => {
            if (count === SLOT_EMPTY || count === 0) return
            for (const seconds of LEVELS_S) add(hour * 3600 + slot * SLOT_S, seconds, count)
        })
    for (const { fromS, seconds, count } of stored.coarse) {
        const level = LEVELS_S.find(each => each >= seconds) ?? seconds
        const boundaryS = (Math.floor(fromS / level) + 1) * level
        const first = Math.floor((count * Math.min(seconds, boundaryS - fromS)) / seconds)
        for (const each of LEVELS_S.filter(one => one >= level)) {
            add(fromS, each, first)
            add(boundaryS, each, count - first)
        }
    }
    const breaches: Breach[] = []
    for (const { seconds, startS, count } of stored.sums) {
        const key = `${seconds} ${startS}`
        const expected = wanted.get(key) ?? 0
        wanted.delete(key)
        if (count !== expected)
            breaches.push({
                invariant: "sums-equal-slots",
                detail: `channel ${stored.number} of ${stored.deviceId}: ${count} pulses in the ${seconds} s from ${startS}, its slots hold ${expected}`,
            })
    }
    for (const [key, count] of wanted)
        if (count > 0)
            breaches.push({
                invariant: "sums-equal-slots",
                detail: `channel ${stored.number} of ${stored.deviceId}: no sum for ${key} s, its slots hold ${count}`,
            })
    return breaches
}

/** Stretches that are marked missing, the longest of them and all together; ms. */
export function missingSpans(
    stored: StoredChannel,
    fromMs: number,
    toMs: number
): [number, number][] {
    const coarse = coarseSpans(stored)
    const spans: [number, number][] = []
    for (const { fromS, count } of slotsOf(stored, fromMs / 1000, toMs / 1000)) {
        const from = fromS * 1000
        if (count === null && !coarse.touches(from, from + SLOT_S * 1000))
            spans.push([from, from + SLOT_S * 1000])
    }
    return mergeSpans(spans) as [number, number][]
}

function coarseSpans({ coarse }: StoredChannel): SpanSet {
    return new SpanSet(coarse.map(({ fromS, seconds }) => [fromS * 1000, (fromS + seconds) * 1000]))
}

function sumOf(counts: Uint16Array): number {
    let sum = 0
    for (const count of counts) if (count !== SLOT_EMPTY) sum += count
    return sum
}

function wrong(
    invariant: Invariant,
    name: string,
    from: number,
    to: number,
    count: number,
    low: number,
    high: number
): Breach {
    const truth = low === high ? `${low}` : `${low} to ${high}`
    return { invariant, detail: `${name}: ${count} pulses in ${span(from, to)}, true are ${truth}` }
}

function span(fromMs: number, toMs: number): string {
    const text = (ms: number) => new Date(ms).toISOString().slice(5, 19)
    return `${text(fromMs)} to ${text(toMs)}`
}
