import type { MainsClock } from "./mains-clock.js"

export interface WatchOptions {
    declaredV: number
    /** 10,000 is 1. */
    voltageGain: number
    sagPercent: number
    swellPercent: number
}

export interface VoltageEvent {
    /** One of EVENT_*. */
    code: number
    /** Uptime. */
    beganMs: number
    durationMs: number
    /** Lowest voltage of a sag, highest of a swell, in 0.01 V; frequency furthest out, in mHz. */
    valueCv: number
}

export const EVENT_SAG = 10
export const EVENT_SWELL = 11
export const EVENT_FREQUENCY = 12

const LOWEST_HZ = 45
const HIGHEST_HZ = 70
const BACK_HZ = 0.1
/** How far back within its limit a voltage must be, in percent of the declared one. */
const BACK_PERCENT = 2
/** 3,300 mV are 4,095 steps, and 1,000 mV are 250 V. */
const V_PER_CODE = 3300 / 4095 / 4
/** Samples from one look at the voltage to the next. */
const STRIDE = 4
/** Two pairs that differ by more than this share are not of the same voltage. */
const MIXED_SHARE = 0.15
/** Mean square in codes that noise may have. */
const NO_VOLTAGE = 2500

/**
 * Sags and swells by the rms of half cycles, wherever in a burst they lie. When they began and ended
 * is told by pairs of samples a quarter of a cycle apart, whose squares add up to the peak's; what
 * changes between two bursts is taken to have changed halfway.
 */
export class VoltageWatch {
    /** A sag or swell goes on: bursts as soon as possible tell best when it ends. */
    isOpen = false

    private code = 0
    private beganMs = 0
    /** Mean square of the worst half cycle, in codes. */
    private worst = 0
    /** Mean squares in codes below and above which a half cycle is out, and between which it is back. */
    private lowest = 0
    private highest = 0
    private lowBack = 0
    private highBack = 0
    /** Whether the newest pair is out, and when that last began and ended. */
    private isPairOut = false
    private outSinceMs = 0
    private backSinceMs = 0
    private lastEndMs = 0
    private frequencyBeganMs = 0
    private worstHz = 0

    constructor(private readonly options: WatchOptions) {
        const { sagPercent, swellPercent } = options
        this.lowest = this.squareOf(sagPercent)
        this.highest = this.squareOf(swellPercent)
        this.lowBack = this.squareOf(sagPercent + BACK_PERCENT)
        this.highBack = this.squareOf(swellPercent - BACK_PERCENT)
    }

    /**
     * Takes any burst's voltage codes of half a cycle at least, of which `startMs` is the uptime.
     * Returns an event that is over; undefined otherwise.
     */
    addBurst(
        clock: MainsClock,
        startMs: number,
        codes: number[],
        samples: number
    ): VoltageEvent | undefined {
        const { frequencyHz, sampleMs } = clock
        if (frequencyHz === undefined || sampleMs === undefined) return undefined
        const cycle = clock.cycleSamples()
        if (samples < cycle / 2 + 1) return undefined
        const middle = clock.middleCode()
        this.lookAtPairs(codes, samples, middle, cycle / 4, startMs, sampleMs)
        const ended = this.lookAtHalves(codes, samples, middle, cycle / 2)
        this.lastEndMs = startMs + samples * sampleMs
        return ended ?? this.addFrequency(startMs, frequencyHz)
    }

    private lookAtPairs(
        codes: number[],
        samples: number,
        middle: number,
        quarterCycle: number,
        startMs: number,
        sampleMs: number
    ): void {
        const quarter = Math.floor(quarterCycle + 0.5)
        let isPairOut = this.isPairOut
        let low = isPairOut ? this.lowBack : this.lowest
        let high = isPairOut ? this.highBack : this.highest
        for (let k = quarter; k < samples; k += STRIDE) {
            // in place, since a call costs the device more than this
            const late = codes[k] - middle
            const early = codes[k - quarter] - middle
            const pair = (late * late + early * early) / 2
            const isOut = pair < low || pair > high
            if (isOut === isPairOut) continue
            isPairOut = isOut
            low = isOut ? this.lowBack : this.lowest
            high = isOut ? this.highBack : this.highest
            // a pair may be half new: a voltage that goes shows sooner than one that comes back
            let atMs = startMs + (k - quarter * (isOut ? 0.17 : 0.37)) * sampleMs
            if (k === quarter) {
                const mixed = mixedSamples(codes, samples, middle, quarter)
                const isBefore = mixed === 0
                atMs = isBefore ? (this.lastEndMs + startMs) / 2 : startMs + mixed * sampleMs
            }
            if (isOut) this.outSinceMs = atMs
            else this.backSinceMs = atMs
        }
        this.isPairOut = isPairOut
    }

    private lookAtHalves(
        codes: number[],
        samples: number,
        middle: number,
        halfCycle: number
    ): VoltageEvent | undefined {
        const half = Math.floor(halfCycle)
        const part = halfCycle - half
        const { lowest, highest } = this
        let ended: VoltageEvent | undefined
        let sum = 0
        let untilLook = 0
        for (let k = 0; k < samples; k++) {
            const x = codes[k] - middle
            if (k >= half) {
                if (untilLook === 0) {
                    const square = (sum + part * x * x) / halfCycle
                    if (this.isOpen || square < lowest || square > highest)
                        ended = this.addHalf(square) ?? ended
                    untilLook = STRIDE
                }
                untilLook--
                const old = codes[k - half] - middle
                sum -= old * old
            }
            sum += x * x
        }
        return ended
    }

    /** Takes the mean square of a half cycle that is out, or any while an event is open. */
    private addHalf(square: number): VoltageEvent | undefined {
        if (!this.isOpen) {
            this.isOpen = true
            this.code = square < this.lowest ? EVENT_SAG : EVENT_SWELL
            this.beganMs = this.outSinceMs
            this.worst = square
            return undefined
        }
        // what is out stays so until it is well within the limits
        if (square < this.lowBack || square > this.highBack) {
            const isWorse = this.code === EVENT_SAG ? square < this.worst : square > this.worst
            if (isWorse) this.worst = square
            return undefined
        }
        this.isOpen = false
        const { voltageGain } = this.options
        return {
            code: this.code,
            beganMs: rounded(this.beganMs),
            durationMs: rounded(Math.max(0, this.backSinceMs - this.beganMs)),
            valueCv: rounded((Math.sqrt(this.worst) * V_PER_CODE * voltageGain) / 100),
        }
    }

    private addFrequency(nowMs: number, hz: number): VoltageEvent | undefined {
        if (this.worstHz === 0) {
            if (hz >= LOWEST_HZ && hz <= HIGHEST_HZ) return undefined
            this.worstHz = hz
            this.frequencyBeganMs = nowMs
            return undefined
        }
        const isLow = this.worstHz < LOWEST_HZ
        if (isLow ? hz < LOWEST_HZ + BACK_HZ : hz > HIGHEST_HZ - BACK_HZ) {
            this.worstHz = isLow ? Math.min(this.worstHz, hz) : Math.max(this.worstHz, hz)
            return undefined
        }
        const valueCv = rounded(this.worstHz * 1000)
        this.worstHz = 0
        const beganMs = this.frequencyBeganMs
        return { code: EVENT_FREQUENCY, beganMs, durationMs: nowMs - beganMs, valueCv }
    }

    private squareOf(percent: number): number {
        const { declaredV, voltageGain } = this.options
        const code = (declaredV * percent * 100) / (V_PER_CODE * voltageGain)
        return code * code
    }
}

/** Half of the squares of two codes a quarter of a cycle apart, the later of them at `k`. */
function pairAt(codes: number[], middle: number, k: number, quarter: number): number {
    const late = codes[k] - middle
    const early = codes[k - quarter] - middle
    return (late * late + early * early) / 2
}

/** How long a burst's first pairs are not of one voltage with the later ones, in samples. */
function mixedSamples(codes: number[], samples: number, middle: number, quarter: number): number {
    const last = Math.min(samples - 1, 2 * quarter)
    const settled = pairAt(codes, middle, last, quarter)
    let mixed = 0
    for (let k = quarter; k < last; k += STRIDE) {
        const pair = pairAt(codes, middle, k, quarter)
        if (Math.abs(pair - settled) > MIXED_SHARE * Math.max(pair, settled, NO_VOLTAGE))
            mixed = k - quarter + STRIDE
    }
    return mixed
}

function rounded(value: number): number {
    return Math.floor(value + 0.5)
}
