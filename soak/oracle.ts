import { BoardTruth, type Bounds } from "./board-truth.js"
import type { BoardLife, ClockStep } from "./incidents.js"
import { mergeSpans, type Span, SpanSet } from "./spans.js"

const SLOT_MS = 5000

/** The truth about one channel of a home, from what its boards were shown and what befell them. */
export class ChannelTruth {
    private readonly boards: BoardTruth[]
    private readonly segments: { fromMs: number; toMs: number; offsetMs: number }[]
    private readonly uncertain: SpanSet
    private readonly uncertainEvents: number

    constructor(
        lives: readonly BoardLife[],
        channel: number,
        private readonly startUnixMs: number,
        readonly endMs: number,
        steps: readonly ClockStep[]
    ) {
        this.boards = lives.map(life => new BoardTruth(life, channel, endMs))
        this.segments = segmentsOf(steps)
        const unsure = mergeSpans(
            steps.map(step => [
                Math.min(...this.boards.map(board => board.datedFrom(step))) - 1000,
                Math.max(...this.boards.map(board => board.clockBy(step))),
            ])
        )
        const shown: Span[] = []
        for (const [fromMs, toMs] of unsure)
            for (const { offsetMs } of this.segments)
                shown.push([fromMs + offsetMs - SLOT_MS, toMs + offsetMs + SLOT_MS])
        this.uncertain = new SpanSet(shown)
        let events = 0
        for (const [fromMs, toMs] of unsure)
            for (const board of this.boards) events += board.countBetween(fromMs, toMs)
        this.uncertainEvents = events
    }

    /** Of a stretch of the server's time, Unix ms. */
    boundsOf(fromUnixMs: number, toUnixMs: number): Bounds {
        const fromMs = fromUnixMs - this.startUnixMs
        const toMs = toUnixMs - this.startUnixMs
        let low = 0
        let high = 0
        let isSeen = false
        for (const segment of this.segments) {
            const from = Math.max(fromMs - segment.offsetMs, segment.fromMs)
            const to = Math.min(toMs - segment.offsetMs, segment.toMs)
            if (to <= from) continue
            for (const board of this.boards) {
                const bounds = board.boundsOf(from, to)
                // what one of two lost cannot be seen where the other counted on
                if (!bounds.mayMiss || this.boards.length === 1) low += bounds.low
                high += bounds.high
                if (!bounds.mayMiss) isSeen = true
            }
        }
        if (!this.uncertain.touches(fromMs, toMs)) return { low, high, mayMiss: !isSeen }
        return { low: 0, high: high + this.uncertainEvents, mayMiss: true }
    }

    /** Whether {@link boundsOf} lets all of it be missing. */
    mayMiss(fromUnixMs: number, toUnixMs: number): boolean {
        const fromMs = fromUnixMs - this.startUnixMs
        const toMs = toUnixMs - this.startUnixMs
        if (this.uncertain.touches(fromMs, toMs)) return true
        for (const segment of this.segments) {
            const from = Math.max(fromMs - segment.offsetMs, segment.fromMs)
            const to = Math.min(toMs - segment.offsetMs, segment.toMs)
            if (to <= from) continue
            for (const board of this.boards) if (!board.mayMiss(from, to)) return false
        }
        return true
    }

    /** Did a board and a copy of it count there at once? Then what is stored may be cells of one beside slots of the other. */
    isShared(fromUnixMs: number, toUnixMs: number): boolean {
        if (this.boards.length === 1) return false
        const fromMs = fromUnixMs - this.startUnixMs
        const toMs = toUnixMs - this.startUnixMs
        return this.segments.some(({ offsetMs }) => {
            const from = fromMs - offsetMs
            const to = toMs - offsetMs
            return this.boards.filter(board => board.countsIn(from, to)).length > 1
        })
    }

    /** Is a mark that a count may be wrong allowed there? */
    mayBePoor(fromUnixMs: number, toUnixMs: number): boolean {
        const fromMs = fromUnixMs - this.startUnixMs
        const toMs = toUnixMs - this.startUnixMs
        if (this.uncertain.touches(fromMs, toMs)) return true
        // two times or two boards in one slot: the server says so
        if (this.timesAt(fromMs, toMs) > 1 || this.isShared(fromUnixMs, toUnixMs)) return true
        return this.segments.some(segment => {
            const from = Math.max(fromMs - segment.offsetMs, segment.fromMs)
            const to = Math.min(toMs - segment.offsetMs, segment.toMs)
            return to > from && this.boards.some(board => board.isTroubled(from, to))
        })
    }

    /** How many times were shown as this one: two after a step back. */
    private timesAt(fromMs: number, toMs: number): number {
        return this.segments.filter(
            segment =>
                fromMs - segment.offsetMs < segment.toMs + SLOT_MS &&
                toMs - segment.offsetMs > segment.fromMs - SLOT_MS
        ).length
    }

    /** Pulses up to a true time: as many as happened, and as many as cannot have been lost. */
    totalAt(atMs: number): { low: number; high: number } {
        const total = { low: 0, high: 0 }
        for (const board of this.boards) {
            const { low, high } = board.totalAt(atMs)
            total.low += low
            total.high += high
        }
        return total
    }
}

/** The same time under each offset that the server's clock had. */
function segmentsOf(steps: readonly ClockStep[]) {
    const segments = []
    let fromMs = Number.NEGATIVE_INFINITY
    let offsetMs = 0
    for (const { atMs, byMs } of [...steps].sort((a, b) => a.atMs - b.atMs)) {
        segments.push({ fromMs, toMs: atMs, offsetMs })
        fromMs = atMs
        offsetMs += byMs
    }
    segments.push({ fromMs, toMs: Number.POSITIVE_INFINITY, offsetMs })
    return segments
}
