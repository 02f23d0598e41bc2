import type { VoltageEvent } from "./voltage-watch.js"

/** Turns readings that leave their range for a while into one event, told when it is over. */
export class Excursion {
    private beganMs = -1
    private worst = 0

    constructor(
        private readonly code: number,
        private readonly lowest: number,
        private readonly highest: number
    ) {}

    /** Takes one reading; returns the event that is over, if any. */
    add(value: number, nowMs: number): VoltageEvent | undefined {
        const distance = this.distanceOf(value)
        if (distance > 0) {
            if (this.beganMs < 0) {
                this.beganMs = nowMs
                this.worst = value
            } else if (distance > this.distanceOf(this.worst)) this.worst = value
            return undefined
        }
        if (this.beganMs < 0) return undefined
        const event = {
            code: this.code,
            beganMs: this.beganMs,
            durationMs: nowMs - this.beganMs,
            valueCv: this.worst,
        }
        this.beganMs = -1
        return event
    }

    private distanceOf(value: number): number {
        if (value > this.highest) return value - this.highest
        return this.lowest - value
    }
}
