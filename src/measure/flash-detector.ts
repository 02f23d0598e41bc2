/** blinkiki's published limits; a meter's LED flashes for about 40 ms. */
export const FLASH_DEFAULTS: FlashOptions = {
    minThresholdMv: 150,
    maxThresholdMv: 3500,
    minRatio: 2,
    longestSamples: 3,
}

export interface FlashOptions {
    /** A threshold outside these limits is no signal: too dark, or saturated. */
    minThresholdMv: number
    maxThresholdMv: number
    /** Least ratio of a window's maximum to its minimum. */
    minRatio: number
    /** A flash above the threshold for more samples than this is something else: 75 ms at 25 ms. */
    longestSamples: number
}

const WINDOW_SAMPLES = 5

/**
 * Counts light flashes in samples taken every 25 ms, by blinkiki's rule: a window of five samples
 * gives minimum and maximum, the threshold lies halfway between, and a flash counts when it ends.
 * While a flash is open, the extremes are carried into the next window.
 */
export class FlashDetector {
    /** Flashes that were too long to be one. */
    rejected = 0

    private readonly window: number[] = []
    private minMv = 0
    private maxMv = 0
    /** Samples of the open flash; 0 while there is none. */
    private openSamples = 0
    /** A light that stayed on must go off before the next flash can begin. */
    private isTooLong = false

    constructor(private readonly options: FlashOptions) {}

    /**
     * Takes one sample. Returns how long ago, in samples, each flash of the window just completed
     * ended; undefined while there is none.
     */
    addSample(valueMv: number): number[] | undefined {
        this.window.push(valueMv)
        if (this.window.length < WINDOW_SAMPLES) return undefined
        const thresholdMv = this.readThreshold()
        const ends = thresholdMv === undefined ? undefined : this.findEnds(thresholdMv)
        for (let i = 0; i < WINDOW_SAMPLES; i++) this.window.pop()
        return ends
    }

    private readThreshold(): number | undefined {
        if (this.openSamples === 0) {
            this.minMv = this.window[0]
            this.maxMv = this.window[0]
        }
        for (const valueMv of this.window) {
            if (valueMv < this.minMv) this.minMv = valueMv
            if (valueMv > this.maxMv) this.maxMv = valueMv
        }
        const options = this.options
        const thresholdMv = this.minMv + (this.maxMv - this.minMv) / 2
        if (
            thresholdMv >= options.minThresholdMv &&
            thresholdMv <= options.maxThresholdMv &&
            this.maxMv >= this.minMv * options.minRatio
        )
            return thresholdMv
        this.openSamples = 0
        return undefined
    }

    private findEnds(thresholdMv: number): number[] | undefined {
        let ends: number[] | undefined
        for (let i = 0; i < WINDOW_SAMPLES; i++) {
            if (this.window[i] > thresholdMv) this.extendFlash()
            else if (this.endFlash()) {
                if (ends === undefined) ends = []
                ends.push(WINDOW_SAMPLES - 1 - i)
            }
        }
        return ends
    }

    private extendFlash(): void {
        if (this.isTooLong) return
        this.openSamples++
        if (this.openSamples > this.options.longestSamples) {
            this.rejected++
            this.openSamples = 0
            this.isTooLong = true
        }
    }

    private endFlash(): boolean {
        this.isTooLong = false
        if (this.openSamples === 0) return false
        this.openSamples = 0
        return true
    }
}
