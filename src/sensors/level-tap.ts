import { encodeLevel, type Level, MAX_LEVEL_SAMPLES } from "../wire/level.js"

/** Keeps what one pin shows, tick by tick, for whoever aims its sensor. */
export class LevelTap implements Level {
    uptimeMs = 0
    signal: number[] = []
    millivolts: number[] = []
    private lastMs = 0

    /** `read` gives what its sensor takes; times `scale` it is mV. `signalOf` is its detector's. */
    constructor(
        readonly channel: number,
        readonly read: () => number,
        private readonly scale: number,
        readonly stepMs: number,
        readonly untilMs: number,
        private readonly signalOf: (() => number[]) | undefined
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

    /** What was seen since the last call, as a message; undefined if nothing was. */
    take(): Buffer | undefined {
        if (this.millivolts.length === 0) return undefined
        if (this.signalOf) this.signal = this.signalOf()
        const message = encodeLevel(this)
        this.millivolts = []
        return message
    }
}
