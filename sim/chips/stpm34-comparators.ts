import type { SignalHistory } from "./stpm34-signal.js"

/** 8 us: the clock of the event timers. */
const CLOCK_US = 8
const TIMER_STEPS = 32768
/** At 45 Hz. */
const HALF_CYCLE_US = 11_200
/** Delay of the fundamental filter; its step response is not in the data sheet and is a pure delay here. */
export const FILTER_US = 5100

/** What the data sheet leaves open about the event timers. */
export interface WatchReading {
    /** Whether the sag timer counts from where the voltage went low, or from the detection on. */
    sagTimeFrom: "low" | "detection"
    /** Whether a swell ends with each crest, or when a half cycle has none. */
    swellEnd: "crest" | "half cycle"
}

/** The comparators of one voltage: sag and swell histories and times (section 8.4.10). */
export class VoltageComparators {
    /** Peak voltages at the divider's high side; 0 and Infinity switch them off. */
    sagPeakV = 0
    swellPeakV = Number.POSITIVE_INFINITY
    sagAfterSteps = 0
    sagBits = 0
    swellBits = 0
    private lowSinceUs = 0
    private sagTimeSteps = 0
    private swellSinceUs = -1
    private swellTimeSteps = 0
    private crestEndUs = 0
    private wraps = 0
    private nowUs = 0

    constructor(
        private readonly signal: SignalHistory,
        private readonly reading: WatchReading
    ) {}

    /** Runs the comparators up to an instant, crest by crest. */
    advance(toUs: number): void {
        while (this.nowUs < toUs) {
            const fromUs = this.nowUs
            const untilUs = Math.min(toUs, this.partEnd(fromUs))
            this.part(fromUs, untilUs)
            this.nowUs = untilUs
        }
    }

    /** Clears histories and times (ClearSS). */
    clear(): void {
        this.sagBits = 0
        this.swellBits = 0
        this.sagTimeSteps = 0
        this.swellTimeSteps = 0
        this.lowSinceUs = this.nowUs
        this.swellSinceUs = -1
    }

    sagTime(): number {
        return this.sagTimeSteps % TIMER_STEPS
    }

    swellTime(): number {
        return this.swellTimeSteps % TIMER_STEPS
    }

    /** Part of one amplitude and half cycle: the next zero crossing or change of the signal. */
    private partEnd(fromUs: number): number {
        const seenUs = fromUs - FILTER_US
        const span = this.signal.at(seenUs)
        const halves = this.signal.turnsAt(seenUs) * 2
        const nextZeroUs =
            fromUs + ((Math.floor(halves + 1e-9) + 1 - halves) / 2 / span.frequencyHz) * 1e6
        const changeUs = this.signal.changeAfter(seenUs) + FILTER_US
        return Math.max(fromUs + 0.001, Math.min(nextZeroUs, changeUs))
    }

    private part(fromUs: number, untilUs: number): void {
        const above = this.crest(fromUs, untilUs, this.sagPeakV)
        this.low(above ? above[0] : untilUs)
        if (above) {
            this.endSag()
            this.lowSinceUs = above[1]
            this.low(untilUs)
        }
        this.swell(untilUs, this.crest(fromUs, untilUs, this.swellPeakV))
    }

    /** The stretch of a half cycle in which the voltage is above a peak value. */
    private crest(fromUs: number, untilUs: number, peakV: number): [number, number] | undefined {
        const seenUs = (fromUs + untilUs) / 2 - FILTER_US
        const span = this.signal.at(seenUs)
        const ratio = peakV / (span.voltageV * Math.SQRT2)
        if (!(ratio < 1)) return undefined
        const halfUs = 5e5 / span.frequencyHz
        const startHalves = Math.floor(this.signal.turnsAt(seenUs) * 2)
        const zeroUs = span.fromUs + (startHalves / 2 - span.turns) * 2 * halfUs + FILTER_US
        const marginUs = (Math.asin(ratio) / Math.PI) * halfUs
        const begin = Math.max(fromUs, zeroUs + marginUs)
        const end = Math.min(untilUs, zeroUs + halfUs - marginUs)
        return begin < end ? [begin, end] : undefined
    }

    private low(untilUs: number): void {
        if (this.sagPeakV === 0) return
        const steps = Math.floor((untilUs - this.lowSinceUs) / CLOCK_US)
        if (steps < this.sagAfterSteps) return
        if (this.sagBits % 2 === 0) {
            this.sagBits |= 1
            this.wraps = 0
        }
        const skipped = this.reading.sagTimeFrom === "low" ? 0 : this.sagAfterSteps
        this.sagTimeSteps = steps - skipped
        const wraps = Math.floor(this.sagTimeSteps / TIMER_STEPS)
        for (; this.wraps < wraps; this.wraps++) this.sagBits = ((this.sagBits << 1) & 15) | 1
    }

    private endSag(): void {
        if (this.sagBits % 2 === 1) this.sagBits = (this.sagBits << 1) & 15
    }

    private swell(untilUs: number, above: [number, number] | undefined): void {
        if (above) {
            if (this.swellSinceUs < 0) {
                this.swellSinceUs = above[0]
                this.swellBits |= 1
            }
            this.crestEndUs = above[1]
            this.swellTimeSteps = Math.floor((above[1] - this.swellSinceUs) / CLOCK_US)
        }
        if (this.swellSinceUs < 0) return
        const holdUs = this.reading.swellEnd === "crest" ? 0 : HALF_CYCLE_US
        if (untilUs - this.crestEndUs <= holdUs) return
        this.swellSinceUs = -1
        this.swellBits = (this.swellBits << 1) & 15
    }
}
