import { type Level, MAX_LEVEL_SAMPLES } from "../wire/level.js"

/** Keeps what one pin shows, tick by tick, for whoever aims its sensor. */
export class LevelTap {
    private uptimeMs = 0
    private lastMs = 0
    private millivolts: number[] = []

    /** `read` gives what its sensor takes; times `scale` it is mV. */
    constructor(
        readonly channel: number,
        readonly read: () => number,
        private readonly scale: number,
        private readonly stepMs: number,
        readonly untilMs: number
    ) {}

    /** After a gap, what comes waits until that before it was taken: a message has even steps. */
    add(uptimeMs: number, value: number): void {
        const millivolts = this.millivolts
        if (millivolts.length >= MAX_LEVEL_SAMPLES) return
        if (millivolts.length === 0) this.uptimeMs = uptimeMs
        else if (uptimeMs - this.lastMs >= 2 * this.stepMs) return
        this.lastMs = uptimeMs
        millivolts.push(Math.floor(value * this.scale + 0.5))
    }

    /** What was seen since the last call; undefined if nothing was. */
    take(): Level | undefined {
        if (this.millivolts.length === 0) return undefined
        const { channel, uptimeMs, stepMs, millivolts } = this
        this.millivolts = []
        return { channel, uptimeMs, stepMs, millivolts }
    }
}
