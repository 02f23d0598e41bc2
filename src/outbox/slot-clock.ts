import { SLOT_MS } from "../wire/limits.js"

/** A server clock that far away is a step, not drift: the slots start over on the new time. */
const STEP_MS = 1000

/** Most that one synchronisation moves the clock: 1,000 ppm at one acknowledgement every 50 s. */
const SLEW_MS = 50

/**
 * Cuts the device's uptime into 5 s slots. Once the server's time is known, slots begin at its
 * multiples of 5 s. Drift never begins a slot twice; a step of the server's clock may.
 */
export class SlotClock {
    /** Unix ms at uptime 0; undefined until the first synchronisation. */
    offsetMs: number | undefined = undefined
    /** Start of the open slot: Unix ms, or uptime while there is no server time. */
    slotStartMs: number

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
            this.offsetMs = offsetMs
            this.slotStartMs = Math.floor((uptimeMs + offsetMs) / SLOT_MS) * SLOT_MS
            return
        }
        const offBy = offsetMs - this.offsetMs
        this.offsetMs += Math.max(-SLEW_MS, Math.min(SLEW_MS, offBy))
    }
}
