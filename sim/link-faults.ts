import type { Scheduler } from "./scheduler.js"

export type End = "device" | "server"

/** What goes wrong on one device's way to its server, whatever carries the bytes. */
export class LinkFaults {
    /** Messages that were cut short. */
    cuts = 0
    private isDown = false
    private generation = 0
    private extraLatencyMs = 0
    private cut: { from: End; share: number } | undefined

    constructor(private readonly scheduler: Scheduler) {}

    /** While it is down bytes vanish; what was open stays dead without a word. */
    setDown(isDown: boolean): void {
        if (isDown && !this.isDown) this.drop()
        this.isDown = isDown
    }

    /** Leaves every open connection dead without a word, as a board that loses power does. */
    drop(): void {
        this.generation++
    }

    /** Adds to the time of each message from now on. */
    addLatencyMs(ms: number): void {
        this.extraLatencyMs += ms
    }

    /** Of the next message from that end only a share arrives, the last thing on its connection. */
    cutNextMessage(from: End, share: number): void {
        this.cut = { from, share }
    }

    isUp(): boolean {
        return !this.isDown
    }

    /** A connection as it is from now on. */
    open(): Connection {
        const generation = this.generation
        return new Connection(this.scheduler, this, () => generation === this.generation)
    }

    extraMs(): number {
        return this.extraLatencyMs
    }

    /** How many of the message's bytes arrive; undefined when all do. */
    takeCut(from: End, length: number): number | undefined {
        if (this.cut?.from !== from || length < 2) return undefined
        const { share } = this.cut
        this.cut = undefined
        this.cuts++
        return 1 + Math.floor(share * (length - 1))
    }
}

/** One connection: its messages keep their order, and none passes once it is dead. */
export class Connection {
    private isDead = false
    private readonly lastMs = { device: 0, server: 0 }

    constructor(
        private readonly scheduler: Scheduler,
        private readonly faults: LinkFaults,
        private readonly isKnown: () => boolean
    ) {}

    isAlive(): boolean {
        return this.faults.isUp() && this.isKnown() && !this.isDead
    }

    /** Tells a board that there is no way, unless it has lost power by then. */
    refuse(afterMs: number, work: () => void): void {
        this.scheduler.after(afterMs, () => {
            if (this.isKnown()) work()
        })
    }

    /** Hands over what an end sends, undefined for the connection's end, after its time. */
    carry(
        from: End,
        bytes: Buffer | undefined,
        latencyMs: number,
        deliver: (bytes: Buffer | undefined) => void
    ): void {
        const keptBytes = bytes && this.faults.takeCut(from, bytes.length)
        this.later(from, latencyMs, () => {
            deliver(keptBytes === undefined ? bytes : bytes?.subarray(0, keptBytes))
            if (keptBytes !== undefined) this.isDead = true
        })
    }

    /** Does something after the connection's time, behind what that end has sent before. */
    later(from: End, latencyMs: number, work: () => void): void {
        const atMs = this.scheduler.nowMs() + latencyMs + this.faults.extraMs()
        this.lastMs[from] = Math.max(this.lastMs[from], atMs)
        this.scheduler.at(this.lastMs[from], () => {
            if (this.isAlive()) work()
        })
    }
}
