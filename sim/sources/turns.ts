import type { EventTimes } from "./event-times.js"

/** A turn that nothing tells the length of. */
const UNKNOWN_TURN_MS = 10_000

/** Something comes to rest at a pulse, trembles, and goes on. */
export interface Rest {
    /** A turn that takes longer than this is a rest first. */
    turnMs: number
    /** The tremble's time from one end to the other, and its size as a share of a turn. */
    trembleMs: number
    trembleShare: number
}

/** Where a disc or magnet is in its turn while a list of pulses happens, one per turn. */
export class Turns {
    /** Pulses so far. */
    count = 0
    private startMs = Number.NEGATIVE_INFINITY

    constructor(
        private readonly pulses: EventTimes,
        private readonly rest?: Rest
    ) {}

    /** Share of the turn that lies behind, 0 to 1; a bit below 0 or above while it trembles at a pulse. */
    phaseAt(atMs: number): number {
        const { pulses } = this
        // one more than has happened, since it tells how fast this turn is
        while (pulses.knownMs <= atMs) pulses.extendTo(pulses.knownMs)
        while (this.count < pulses.length && pulses.timesMs[this.count] <= atMs)
            this.startMs = pulses.timesMs[this.count++]
        const { count, startMs } = this
        if (count < pulses.length) {
            const nextMs = pulses.timesMs[count]
            if (count > 0) return this.phaseWithin(atMs - startMs, nextMs - startMs)
            // comes from half a turn before the first pulse
            return Math.max(0.5, 1 - (nextMs - atMs) / this.turnMs(1))
        }
        return count === 0 ? 0.5 : Math.min(0.5, (atMs - startMs) / this.turnMs(count - 1))
    }

    private phaseWithin(sinceMs: number, lengthMs: number): number {
        const { rest } = this
        if (!rest || lengthMs <= rest.turnMs) return sinceMs / lengthMs
        const restMs = lengthMs - rest.turnMs
        if (sinceMs >= restMs) return (sinceMs - restMs) / rest.turnMs
        return rest.trembleShare * Math.sin((Math.PI * sinceMs) / rest.trembleMs)
    }

    private turnMs(event: number): number {
        const { pulses } = this
        if (event < 1 || event >= pulses.length) return UNKNOWN_TURN_MS
        return pulses.timesMs[event] - pulses.timesMs[event - 1]
    }
}
