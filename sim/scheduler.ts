interface Event {
    atMs: number
    order: number
    run: () => void
}

/**
 * Virtual time for any number of devices and networks: runs callbacks in order of their time, equal
 * times in order of their making. Nothing in a simulation knows any other clock.
 */
export class Scheduler {
    private now = 0
    private order = 0
    /** Something outside virtual time (a promise, a stream) must have its turn before the next event. */
    private isOwedTurn = false
    private owed: Promise<unknown>[] = []
    private readonly heap: Event[] = []

    /** Virtual ms since the simulation began; may be fractional. */
    nowMs(): number {
        return this.now
    }

    /** Runs `run` at a time, or at once if that has passed; returns what takes it back. */
    at(atMs: number, run: () => void): () => void {
        const event = { atMs: Math.max(atMs, this.now), order: this.order++, run }
        this.push(event)
        return () => {
            event.run = () => undefined
        }
    }

    after(ms: number, run: () => void): () => void {
        return this.at(this.now + ms, run)
    }

    /** Resolves after that much virtual time. */
    delay(ms: number): Promise<void> {
        return new Promise(resolve =>
            this.after(ms, () => {
                this.oweTurn()
                resolve()
            })
        )
    }

    oweTurn(): void {
        this.isOwedTurn = true
    }

    /** The next event waits until that is settled. */
    owe(promise: Promise<unknown>): void {
        this.owed.push(promise)
        this.oweTurn()
    }

    /** What was owed since the last call. */
    takeOwed(): Promise<unknown>[] {
        const owed = this.owed
        this.owed = []
        return owed
    }

    /** Was a turn owed since the last call? */
    takeOwedTurn(): boolean {
        const isOwed = this.isOwedTurn
        this.isOwedTurn = false
        return isOwed
    }

    /** Time of the next event; undefined when nothing is planned. */
    nextMs(): number | undefined {
        return this.heap[0]?.atMs
    }

    /** Runs the next event and moves the clock to it. */
    step(): void {
        const event = this.pop()
        if (!event) return
        this.now = event.atMs
        event.run()
    }

    /** Moves the clock on when no event lies before that. */
    advanceTo(ms: number): void {
        this.now = Math.max(this.now, ms)
    }

    private push(event: Event): void {
        const heap = this.heap
        let i = heap.push(event) - 1
        while (i > 0) {
            const parent = (i - 1) >> 1
            if (!isBefore(event, heap[parent])) break
            heap[i] = heap[parent]
            i = parent
        }
        heap[i] = event
    }

    private pop(): Event | undefined {
        const heap = this.heap
        const first = heap[0]
        const last = heap.pop()
        if (!last || heap.length === 0) return first
        let i = 0
        for (;;) {
            let child = 2 * i + 1
            if (child >= heap.length) break
            if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
            if (!isBefore(heap[child], last)) break
            heap[i] = heap[child]
            i = child
        }
        heap[i] = last
        return first
    }
}

function isBefore(a: Event, b: Event): boolean {
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
