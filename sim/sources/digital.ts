import { hash32, type Random } from "../random.js"
import type { EventTimes } from "./event-times.js"
import type { Source } from "./source.js"
import type { PulseLook } from "./source-schema.js"

const SHORTEST_BOUNCE_MS = 0.1
const LONGEST_BOUNCE_MS = 5

/** A contact or open collector: idle and active levels, with bounce at both edges when asked for. */
export class DigitalSource implements Source {
    readonly endMs: number
    private readonly activeLevel: number
    private readonly bounceKey: number
    private next = 0
    private startMs = Number.NEGATIVE_INFINITY
    /** The burst whose toggles are at hand, by the time of its edge. */
    private burstMs = Number.NaN
    private toggle = 0
    private toggleMs = 0

    constructor(
        private readonly pulses: EventTimes,
        private readonly look: PulseLook,
        random: Random
    ) {
        const lastMs = pulses.lastMs()
        this.endMs = lastMs === undefined ? 0 : lastMs + look.pulseMs + look.bounceMs
        this.activeLevel = look.activeHigh ? 1 : 0
        this.bounceKey = random.nextBits()
    }

    get notes(): string[] {
        return this.pulses.notes
    }

    signalAt(atMs: number): number {
        const { pulses, look } = this
        if (pulses.knownMs <= atMs) pulses.extendTo(atMs)
        while (this.next < pulses.length && pulses.timesMs[this.next] <= atMs)
            this.startMs = pulses.timesMs[this.next++]
        const sinceMs = atMs - this.startMs
        if (sinceMs >= look.pulseMs + look.bounceMs) return 1 - this.activeLevel
        const isActive = sinceMs < look.pulseMs
        const edgeMs = isActive ? this.startMs : this.startMs + look.pulseMs
        const isFlipped = atMs < edgeMs + look.bounceMs && this.isToggled(edgeMs, atMs)
        return isActive === isFlipped ? 1 - this.activeLevel : this.activeLevel
    }

    countBetween(fromMs: number, toMs: number): number {
        return this.pulses.countBetween(fromMs, toMs)
    }

    /** Whether bounce has thrown the contact back, an odd number of toggles after the edge. */
    private isToggled(edgeMs: number, atMs: number): boolean {
        if (this.burstMs !== edgeMs) {
            this.burstMs = edgeMs
            this.toggle = 0
            this.toggleMs = edgeMs + this.bounceGapMs(0)
        }
        while (this.toggleMs <= atMs) {
            this.toggle++
            this.toggleMs += this.bounceGapMs(this.toggle)
        }
        return this.toggle % 2 === 1
    }

    private bounceGapMs(toggle: number): number {
        const edgeUs = Math.floor(this.burstMs * 1000) >>> 0
        const fraction = hash32(hash32(this.bounceKey, edgeUs), toggle) / 0x1_0000_0000
        return SHORTEST_BOUNCE_MS + fraction * (LONGEST_BOUNCE_MS - SHORTEST_BOUNCE_MS)
    }
}
