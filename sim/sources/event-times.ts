/** When pulses begin, as a source makes them: never decreasing, in ms since the scenario's start. */
export interface PulseStream {
    times: Iterator<number>
    /** Never ends by itself. */
    isEndless: boolean
    /** What the user should know, one sentence each. */
    notes: string[]
}

export interface EventLimits {
    /** Pulses nearer than this to the one before are delayed. */
    spacingMs: number
    /** Events from here on do not happen. */
    durationMs: number
}

// Rounding of a pulse's time must not count as a delay.
const TOLERANCE_MS = 1e-6

/** The sorted list of a source's events: what the signal shows, and what the oracle counts. */
export class EventTimes {
    /** Valid up to `length`. */
    timesMs = new Float64Array(256)
    length = 0
    /** Every event before this instant is in the list. */
    knownMs = 0
    private delayedCount = 0
    private longestDelayMs = 0

    constructor(
        private readonly stream: PulseStream,
        private readonly limits: EventLimits
    ) {
        const hasEnd = !stream.isEndless || limits.durationMs < Number.POSITIVE_INFINITY
        if (hasEnd) this.extendTo(Number.MAX_VALUE)
    }

    /** Makes sure that all events up to and at `atMs` are in the list. */
    extendTo(atMs: number): void {
        while (this.knownMs <= atMs) {
            const result = this.stream.times.next()
            if (result.done || !this.add(result.value)) this.knownMs = Number.POSITIVE_INFINITY
        }
    }

    countBetween(fromMs: number, toMs: number): number {
        if (toMs <= fromMs) return 0
        this.extendTo(Math.min(toMs, Number.MAX_VALUE))
        return this.countBefore(toMs) - this.countBefore(fromMs)
    }

    /** Start of the last event; undefined without one, Infinity when there is always another. */
    lastMs(): number | undefined {
        if (this.knownMs < Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
        return this.length > 0 ? this.timesMs[this.length - 1] : undefined
    }

    get notes(): string[] {
        if (this.delayedCount === 0) return this.stream.notes
        const longestMs = Math.ceil(this.longestDelayMs)
        return [
            ...this.stream.notes,
            `${this.delayedCount} of ${this.length} pulses were delayed, by ${longestMs} ms at most, to keep ${this.limits.spacingMs} ms from one to the next.`,
        ]
    }

    private add(wantedMs: number): boolean {
        const earliestMs =
            this.length > 0 ? this.timesMs[this.length - 1] + this.limits.spacingMs : wantedMs
        const isDelayed = wantedMs < earliestMs - TOLERANCE_MS
        const atMs = isDelayed ? earliestMs : wantedMs
        if (atMs >= this.limits.durationMs) return false
        if (isDelayed) {
            this.delayedCount++
            this.longestDelayMs = Math.max(this.longestDelayMs, atMs - wantedMs)
        }
        if (this.length === this.timesMs.length) this.grow()
        this.timesMs[this.length++] = atMs
        this.knownMs = atMs
        return true
    }

    private grow(): void {
        const larger = new Float64Array(this.timesMs.length * 2)
        larger.set(this.timesMs)
        this.timesMs = larger
    }

    private countBefore(ms: number): number {
        let low = 0
        let high = this.length
        while (low < high) {
            const middle = (low + high) >>> 1
            if (this.timesMs[middle] < ms) low = middle + 1
            else high = middle
        }
        return low
    }
}
