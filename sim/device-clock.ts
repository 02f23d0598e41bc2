import type { Scheduler } from "./scheduler.js"

/** The board's main loop wakes on a fixed timer. */
const WAKE_GRAIN_MS = 10
const CLOCK_STEP_MS = 0.001

/** A board's own clock: the scheduler's time since power-up, through its crystal. */
export class DeviceClock {
    private bootedMs = 0
    private lastMs = 0
    private skippedMs = 0
    private readonly speed: number

    /** `ppm`: how much too fast the crystal is, in millionths. */
    constructor(
        private readonly scheduler: Scheduler,
        ppm: number
    ) {
        this.speed = 1 + ppm / 1_000_000
    }

    /** Begins at nothing, as at power-up. */
    restart(): void {
        this.bootedMs = this.scheduler.nowMs()
        this.lastMs = 0
        this.skippedMs = 0
    }

    /** Moves by a step from call to call, or the runtime's idle loop would never end. */
    nowMs(): number {
        this.lastMs = Math.max(this.uptimeMs() + this.skippedMs + 1, this.lastMs + CLOCK_STEP_MS)
        return this.lastMs
    }

    /** When the main loop wakes from a wait that begins now, in the scheduler's time. */
    wakeMs(waitMs: number): number {
        // the runtime counts whole milliseconds, so a wait that began within one is shorter by the rest
        const dueMs = Math.floor(this.uptimeMs()) + waitMs
        const gridMs = Math.ceil(dueMs / WAKE_GRAIN_MS) * WAKE_GRAIN_MS
        return gridMs / this.speed + this.bootedMs
    }

    /** Jumps ahead. */
    skip(ms: number): void {
        this.skippedMs += ms
    }

    private uptimeMs(): number {
        return (this.scheduler.nowMs() - this.bootedMs) * this.speed
    }
}
