import { putVarint, varintSize } from "./bytes.js"
import { MAX_REPORT_BYTES } from "./limits.js"

/** What a report of one short slot leaves for pulse times. */
const MAX_TIMES_BYTES = MAX_REPORT_BYTES - 29

/**
 * The pulse times of a report to come, put into bytes one by one: a busy report's all at once, for
 * 16 channels, take longer than the runtime lets a program run uninterrupted.
 */
export class PulseTimes {
    private readonly bytes = Buffer.alloc(MAX_TIMES_BYTES)
    private size = 0
    private lastTime = 0
    private isOverfull = false

    /** `time` in PULSE_TIME_UNIT_MS since the report's start; one before the last counts as the last. */
    add(time: number): void {
        if (this.isOverfull) return
        const step = Math.max(0, time - this.lastTime)
        if (this.size + varintSize(step) > MAX_TIMES_BYTES) this.isOverfull = true
        else {
            this.size = putVarint(this.bytes, this.size, step)
            this.lastTime += step
        }
    }

    /** The bytes, shared with this object; undefined once they are too many for any report. */
    encoded(): Buffer | undefined {
        return this.isOverfull ? undefined : this.bytes.slice(0, this.size)
    }

    /** Starts over; `isCut` when pulses of the next report were added before, so that it can tell none. */
    clear(isCut: boolean): void {
        this.size = 0
        this.lastTime = 0
        this.isOverfull = isCut
    }
}
