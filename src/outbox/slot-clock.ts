import { SLOT_MS } from "../wire/limits.js"

/** A server clock that far away is a step, not drift: the slots start over on the new time. */
const STEP_MS = 1000

/** No crystal gets so far off between two acknowledgements. */
const JUMP_MS = 400

/** Most that one synchronisation moves the clock: 1,000 ppm at one acknowledgement every 50 s. */
const SLEW_MS = 50

/** Drift is learned over at least so long, so that the way's uneven length says little. */
const LEARN_MS = 7_200_000
/** From answers that are known to that, since what is wrong now is multiplied while the server is away. */
const LEARN_ERROR_MS = 100
/** And anew from time to time, since a crystal's pace changes with the seasons. */
const RELEARN_MS = 172_800_000
/** No crystal is further off. */
const MAX_DRIFT = 0.0003

/**
 * Cuts the device's uptime into 5 s slots. Once the server's time is known, slots begin at its
 * multiples of 5 s. Drift never begins a slot twice; a step of the server's clock may.
 */
export class SlotClock {
    /** Unix ms at uptime 0; undefined until the first synchronisation. */
    offsetMs: number | undefined = undefined
    /** The first of them: it dates all that was counted before, whenever that is sent, so that no gap opens. */
    firstOffsetMs = 0
    /** Start of the open slot: Unix ms, or uptime while there is no server time. */
    slotStartMs: number
    /** How much faster than the device's clock the server's runs, as learned; carries the time while it is away. */
    drift = 0
    /** Uptime since when drift is learned; undefined before it is. */
    private learnUptimeMs: number | undefined = undefined
    private learnOffsetMs = 0

    constructor(nowMs: number) {
        this.slotStartMs = nowMs
    }

    /** The slot clock's time at an uptime. */
    timeAt(uptimeMs: number): number {
        return this.offsetMs === undefined ? uptimeMs : uptimeMs + this.offsetMs
    }

    /** Uptime at which the open slot ends. */
    slotEndMs(): number {
        return this.slotStartMs + SLOT_MS - this.timeAt(0)
    }

    /** How many slots have ended; more than one when nobody asked for over 5 s. */
    endedSlots(uptimeMs: number): number {
        return Math.max(0, Math.floor((this.timeAt(uptimeMs) - this.slotStartMs) / SLOT_MS))
    }

    nextSlot(): void {
        this.slotStartMs += SLOT_MS
        if (this.offsetMs !== undefined) this.offsetMs += SLOT_MS * this.drift
    }

    /**
     * Would this offset, known to `errorMs`, step the clock? Then the open slot must be closed before
     * {@link sync}.
     */
    isStep(offsetMs: number, errorMs: number): boolean {
        return this.offsetMs === undefined || Math.abs(offsetMs - this.offsetMs) > STEP_MS + errorMs
    }

    sync(offsetMs: number, errorMs: number, uptimeMs: number): void {
        if (this.offsetMs === undefined || this.isStep(offsetMs, errorMs)) {
            if (this.offsetMs === undefined) this.firstOffsetMs = Math.floor(offsetMs)
            this.offsetMs = offsetMs
            this.learnUptimeMs = undefined
            this.slotStartMs = Math.floor((uptimeMs + offsetMs) / SLOT_MS) * SLOT_MS
        } else {
            const offBy = offsetMs - this.offsetMs
            // a small step of the server's clock is no drift
            if (Math.abs(offBy) > JUMP_MS + errorMs) this.learnUptimeMs = undefined
            this.offsetMs += Math.max(-SLEW_MS, Math.min(SLEW_MS, offBy))
        }
        if (errorMs <= LEARN_ERROR_MS) this.learn(offsetMs, uptimeMs)
    }

    private learn(offsetMs: number, uptimeMs: number): void {
        let elapsedMs = 0
        if (this.learnUptimeMs !== undefined) elapsedMs = uptimeMs - this.learnUptimeMs
        if (elapsedMs >= LEARN_MS) {
            const drift = (offsetMs - this.learnOffsetMs) / elapsedMs
            this.drift = Math.max(-MAX_DRIFT, Math.min(MAX_DRIFT, drift))
        }
        if (this.learnUptimeMs !== undefined && elapsedMs < RELEARN_MS) return
        this.learnUptimeMs = uptimeMs
        this.learnOffsetMs = offsetMs
    }
}
