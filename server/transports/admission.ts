/** Handshakes a second: a thousand devices are in after ten seconds. */
const RATE_PER_S = 100
/** What a home or a few of them need at once never waits. */
const BURST = 100
/** A device's runtime gives up after 32 s without an answer, so nobody is kept waiting for longer than this. */
const LONGEST_WAIT_S = 25
const MAX_WAITING = RATE_PER_S * LONGEST_WAIT_S

/**
 * Lets handshakes in at a bounded rate, in the order they came. Those beyond it wait, which costs a
 * socket each; beyond that they are refused. `nowMs` are milliseconds that never go back.
 */
export class Admission<T> {
    private readonly waiting = new Set<T>()
    private tokens = BURST
    private filledMs: number | undefined

    /** Returns false when too many wait already. */
    offer(one: T): boolean {
        if (this.waiting.size >= MAX_WAITING) return false
        this.waiting.add(one)
        return true
    }

    /** Those that wait, in the order they came. */
    get queue(): Iterable<T> {
        return this.waiting
    }

    /** Forgets one that has left. */
    remove(one: T): void {
        this.waiting.delete(one)
    }

    /** Takes out those whose turn it is. */
    due(nowMs: number): T[] {
        const sinceMs = nowMs - (this.filledMs ?? nowMs)
        this.tokens = Math.min(BURST, this.tokens + (sinceMs * RATE_PER_S) / 1000)
        this.filledMs = nowMs
        const due: T[] = []
        for (const one of this.waiting) {
            if (this.tokens < 1) break
            this.tokens--
            this.waiting.delete(one)
            due.push(one)
        }
        return due
    }

    /** How long the next one still waits; undefined when nobody does. */
    get nextInMs(): number | undefined {
        if (this.waiting.size === 0) return undefined
        return Math.max(0, Math.ceil(((1 - this.tokens) * 1000) / RATE_PER_S))
    }

    /** Takes out everybody. */
    clear(): T[] {
        const all = [...this.waiting]
        this.waiting.clear()
        return all
    }
}
