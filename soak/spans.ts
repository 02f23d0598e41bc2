/** A stretch of time in ms: from, and up to but not including, to. */
export type Span = readonly [fromMs: number, toMs: number]

/** The same time as spans in order that do not touch. */
export function mergeSpans(spans: readonly Span[]): Span[] {
    const merged: [number, number][] = []
    for (const [fromMs, toMs] of [...spans].sort((a, b) => a[0] - b[0])) {
        if (toMs <= fromMs) continue
        const last = merged.at(-1)
        if (last && fromMs <= last[1]) last[1] = Math.max(last[1], toMs)
        else merged.push([fromMs, toMs])
    }
    return merged
}

/** What of spans lies in none of others. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
    let left = [...spans]
    for (const [from, to] of others)
        left = left.flatMap(([first, end]): Span[] =>
            to <= first || end <= from
                ? [[first, end]]
                : [
                      [first, Math.min(end, from)],
                      [Math.max(first, to), end],
                  ]
        )
    return left.filter(([from, to]) => to > from)
}

/** Asked in rising order mostly, so each look-up begins where the last one ended. */
export class SpanSet {
    readonly spans: Span[]
    private hint = 0

    constructor(spans: readonly Span[]) {
        this.spans = mergeSpans(spans)
    }

    /** Does any of this time lie in a span? */
    touches(fromMs: number, toMs: number): boolean {
        const { spans } = this
        while (this.hint > 0 && spans[this.hint - 1][1] > fromMs) this.hint--
        while (this.hint < spans.length && spans[this.hint][1] <= fromMs) this.hint++
        return this.hint < spans.length && spans[this.hint][0] < toMs
    }
}

/** Sorted times that are counted in rising order mostly. */
export class EventCounter {
    private hint = 0

    constructor(private readonly timesMs: ArrayLike<number>) {}

    between(fromMs: number, toMs: number): number {
        if (toMs <= fromMs) return 0
        const first = this.before(fromMs)
        let end = first
        const { timesMs } = this
        while (end < timesMs.length && end < first + NEAR && timesMs[end] < toMs) end++
        return (end === first + NEAR ? this.before(toMs) : end) - first
    }

    private before(ms: number): number {
        const { timesMs } = this
        let at = this.hint
        for (let steps = 0; steps < NEAR; steps++) {
            if (at > 0 && timesMs[at - 1] >= ms) at--
            else if (at < timesMs.length && timesMs[at] < ms) at++
            else {
                this.hint = at
                return at
            }
        }
        let low = 0
        let high = timesMs.length
        while (low < high) {
            const middle = (low + high) >>> 1
            if (timesMs[middle] < ms) low = middle + 1
            else high = middle
        }
        this.hint = low
        return low
    }
}

/** Steps that are quicker than a new search. */
const NEAR = 24
