import type { BoardLife, ClockStep } from "./incidents.js"
import { EventCounter, mergeSpans, type Span, SpanSet } from "./spans.js"
import { type Tolerance, ToleranceMap } from "./tolerance.js"

const SLOT_MS = 5000
const MINUTE_MS = 60_000

/** A report waits for ten slots, then for its acknowledgement. */
const ONLINE_RISK_MS = 60_000
/** From one flash record to the next, or from the boot to the first; the slot that is open, and the write. */
const OFFLINE_RISK_MS = 10 * MINUTE_MS + 10_000
/** A page begins with the cell before the one in which the link was lost. */
const PAGE_BEFORE_MS = 10 * MINUTE_MS
/** After a disturbance the backlog is fetched and the clock comes right. */
const SETTLE_MS = 15 * MINUTE_MS
/** A step up to this size may be slewed, a little with every acknowledgement. */
const SLEWED_MS = 1500
const SLEW_MS = 25 * MINUTE_MS
const STEP_MS = 3 * MINUTE_MS
/** So long nothing is lost of what waits for the link. */
const HELD_MS = 7 * 24 * 60 * MINUTE_MS
/** Offline without RAM, what the flash records hold. */
const HELD_IN_FLASH_MS = 60 * 60 * MINUTE_MS

/** Turns of the server and ticks of the device, halved. */
const CLOCK_ERROR_MS = 120
/** A board that has not heard the time yet cuts its slots where it likes; they are dated to the nearest. */
const UNDATED_ERROR_MS = 2600

/** What the server may hold of a stretch of one channel. */
export interface Bounds {
    low: number
    high: number
    /** Nothing at all may be stored of it. */
    mayMiss: boolean
}

/** One board's share of the truth. */
export class BoardTruth {
    private readonly events: EventCounter
    private readonly lost: SpanSet
    private readonly troubled: SpanSet
    private readonly blind: SpanSet
    private readonly counting: SpanSet
    private readonly tolerance: ToleranceMap
    private readonly disturbed: readonly Span[]

    constructor(
        private readonly life: BoardLife,
        channel: number,
        endMs: number
    ) {
        this.events = new EventCounter(life.events[channel])
        // what a disturbance shifts or holds back goes on for a while after it
        this.disturbed = mergeSpans(life.disturbed.map(([from, to]) => [from, to + SETTLE_MS]))
        this.lost = new SpanSet([
            ...this.undatedSpans(),
            ...this.movedSpans(),
            ...this.offSpans(endMs),
            [endMs, Number.POSITIVE_INFINITY],
            ...this.riskSpans(),
            ...this.longSpans(),
        ])
        this.blind = new SpanSet(life.blind)
        this.counting = new SpanSet(life.counting)
        // a report that waited merges with later ones, and has the lowest quality of them; so has a page
        const merged = this.disturbed.map(([from, to]): Span => [from - PAGE_BEFORE_MS, to])
        const troubled: Span[] = [...this.lost.spans, ...merged, ...life.blind]
        this.troubled = new SpanSet(troubled.map(([from, to]) => [from - SLOT_MS, to + SLOT_MS]))
        this.tolerance = new ToleranceMap(CLOCK_ERROR_MS, this.tolerances())
    }

    boundsOf(fromMs: number, toMs: number): Bounds {
        const errorMs = this.tolerance.most(fromMs, toMs)
        const high = this.events.between(fromMs - errorMs, toMs + errorMs)
        const mayMiss = this.lost.touches(fromMs - errorMs, toMs + errorMs)
        const low = this.events.between(fromMs + errorMs, toMs - errorMs)
        const blind = this.blindEvents(fromMs, toMs)
        return { low: Math.max(0, low - blind), high, mayMiss }
    }

    countBetween(fromMs: number, toMs: number): number {
        return this.events.between(fromMs, toMs)
    }

    isTroubled(fromMs: number, toMs: number): boolean {
        return this.troubled.touches(fromMs, toMs)
    }

    /** From when on the board's slots may have the time after the step: all of a boot that had no time yet. */
    datedFrom({ atMs }: ClockStep): number {
        const boot = this.life.counting.find(([from, to]) => from <= atMs && atMs <= to)
        const isUndated = boot && this.disturbed.some(([from, to]) => from <= boot[0] && atMs <= to)
        return isUndated ? boot[0] : atMs
    }

    countsIn(fromMs: number, toMs: number): boolean {
        return this.counting.touches(fromMs - SLOT_MS, toMs + SLOT_MS)
    }

    /** When the board knows the time again after the server's clock stepped by so much. */
    clockBy({ atMs, byMs }: ClockStep): number {
        const soonMs = Math.abs(byMs) < SLEWED_MS ? SLEW_MS : STEP_MS
        const span = this.disturbed.find(([from, to]) => from <= atMs + soonMs && atMs < to)
        return Math.max(atMs + soonMs, span ? span[1] : 0)
    }

    totalAt(atMs: number): { low: number; high: number } {
        let high = 0
        for (const [from, to] of this.life.counting)
            high += this.events.between(from - CLOCK_ERROR_MS, Math.min(to, atMs))
        let low = this.events.between(Number.NEGATIVE_INFINITY, atMs)
        const lost: Span[] = [...this.offSpans(atMs), ...this.riskSpans(), ...this.life.blind]
        for (const [from, to] of mergeSpans(lost))
            low -= this.events.between(from, Math.min(to, atMs))
        return { low, high }
    }

    /** As {@link boundsOf} says it, without counting. */
    mayMiss(fromMs: number, toMs: number): boolean {
        const errorMs = this.tolerance.most(fromMs, toMs)
        return this.lost.touches(fromMs - errorMs, toMs + errorMs)
    }

    private blindEvents(fromMs: number, toMs: number): number {
        if (!this.blind.touches(fromMs, toMs)) return 0
        let count = 0
        for (const [from, to] of this.life.blind)
            if (to > fromMs && from < toMs) count += this.events.between(from, to)
        return count
    }

    /** When it did not count, and the slots that this cuts in two. */
    private offSpans(endMs: number): Span[] {
        const spans: Span[] = []
        let offMs = Number.NEGATIVE_INFINITY
        for (const [from, to] of this.life.counting) {
            spans.push([offMs - SLOT_MS, from + SLOT_MS])
            offMs = to
        }
        if (offMs < endMs) spans.push([offMs - SLOT_MS, Number.POSITIVE_INFINITY])
        return spans
    }

    /** What a power cut may take with it. */
    private riskSpans(): Span[] {
        return this.life.cuts.map(({ atMs, isFlashHurt }) => {
            const counting = this.life.counting.find(([from, to]) => from <= atMs && atMs <= to + 1)
            const bootMs = counting ? counting[0] : atMs
            const span = this.disturbed.find(
                ([from, to]) => from <= atMs && atMs - ONLINE_RISK_MS <= to
            )
            if (!span) return [atMs - ONLINE_RISK_MS, atMs]
            const offlineMs = span[0] - ONLINE_RISK_MS
            if (isFlashHurt) return [offlineMs, atMs]
            return [Math.max(bootMs, atMs - OFFLINE_RISK_MS), atMs]
        })
    }

    /** Where its clock may have been set by more than slewing bears, slots may lie apart; no count is lost. */
    private movedSpans(): Span[] {
        const skewed = this.life.skewed
            .filter(({ errorMs }) => errorMs > SLEWED_MS / 2)
            .map(({ fromMs, toMs }): Span => [fromMs, toMs + SETTLE_MS])
        const boots = this.life.counting
            .map(([fromMs]) => this.undatedSpan(fromMs))
            .filter(span => this.skewIn(span) > SLEWED_MS / 2)
        return [...skewed, ...boots]
    }

    /** From a boot until it surely knows the time: what was counted till then is dated by the first answer. */
    private undatedSpan(fromMs: number): Span {
        const span = this.disturbed.find(([from, to]) => from <= fromMs && fromMs < to)
        return [fromMs, Math.max(fromMs + MINUTE_MS, span ? span[1] : 0)]
    }

    private skewIn([fromMs, toMs]: Span): number {
        return this.life.skewed
            .filter(skew => skew.fromMs < toMs && fromMs < skew.toMs)
            .reduce((most, { errorMs }) => Math.max(most, errorMs), 0)
    }

    /** A boot that ended before it ever heard the time: its counts are kept, but nobody knows when they were. */
    private undatedSpans(): Span[] {
        const away = mergeSpans(
            this.life.disturbed.map(([from, to]) => [from - MINUTE_MS, to + 2 * MINUTE_MS])
        )
        const cuts = new Set(this.life.cuts.map(({ atMs }) => atMs))
        return this.life.counting.filter(
            ([from, to]) =>
                cuts.has(to) &&
                (to - from < MINUTE_MS || away.some(span => span[0] <= from && to <= span[1]))
        )
    }

    /** Detail that no memory holds so long; counts are held all the same. */
    private longSpans(): Span[] {
        const hasCut = ([from, to]: Span) =>
            this.life.cuts.some(({ atMs }) => atMs >= from && atMs <= to)
        return this.disturbed.filter(span => {
            const heldMs = hasCut(span) ? HELD_IN_FLASH_MS : HELD_MS
            return span[1] - span[0] > heldMs
        })
    }

    private tolerances(): Tolerance[] {
        const { counting, ppm, disturbed } = this.life
        const boots = counting.map(([fromMs]): Tolerance => {
            const span = this.undatedSpan(fromMs)
            const errorMs = UNDATED_ERROR_MS + driftMs(span, ppm) + this.skewIn(span)
            return { fromMs, toMs: span[1], errorMs }
        })
        const offline = disturbed.map(
            ([fromMs, toMs]): Tolerance => ({
                fromMs,
                toMs: toMs + SETTLE_MS,
                errorMs: CLOCK_ERROR_MS + driftMs([fromMs, toMs], ppm),
            })
        )
        const skewed = this.life.skewed.map(
            ({ fromMs, toMs, errorMs }): Tolerance => ({
                fromMs,
                toMs: toMs + 2 * SETTLE_MS,
                errorMs: CLOCK_ERROR_MS + errorMs,
            })
        )
        return [...boots, ...offline, ...skewed]
    }
}

function driftMs([fromMs, toMs]: Span, ppm: number): number {
    return ((toMs - fromMs) * Math.abs(ppm)) / 1e6
}
