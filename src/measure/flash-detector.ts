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

/** Samples of a window. */
export const WINDOW_SAMPLES = 5

/**
 * Counts light flashes in samples taken every 25 ms, by blinkiki's rule: a window of five samples
 * gives minimum and maximum, the threshold lies halfway between, and a flash counts when it ends.
 * While a flash is open, the extremes are carried into the next window.
 */
export class FlashDetector {
    private minMv = 0
    private maxMv = 0
    /** Samples of the open flash; 0 while there is none. */
    private openSamples = 0
    /** A light that stayed on must go off before the next flash can begin. */
    private isTooLong = false
    /** The threshold that this light was above. */
    private longMv = 0
    /** Flashes that were too long to be one. */
    rejected = 0

    constructor(private readonly options: FlashOptions) {}

    /**
     * Takes the next window of WINDOW_SAMPLES samples, in mV. Returns how many samples before the
     * window's last each flash in it ended; undefined while there is none.
     */
    addWindow(window: number[]): number[] | undefined {
        const thresholdMv = this.findThreshold(window)
        if (thresholdMv !== undefined) return this.findEnds(window, thresholdMv)
        // the light that stayed on went off between two windows
        if (this.isTooLong && this.maxMv <= this.longMv) this.isTooLong = false
        // too little contrast to be lit, so an open flash is over
        return this.openSamples > 0 && this.endFlash() ? [WINDOW_SAMPLES - 1] : undefined
    }

    private findThreshold(window: number[]): number | undefined {
        const isOpen = this.openSamples > 0
        let minMv = isOpen ? this.minMv : window[0]
        let maxMv = isOpen ? this.maxMv : window[0]
        for (const valueMv of window) {
            if (valueMv < minMv) minMv = valueMv
            if (valueMv > maxMv) maxMv = valueMv
        }
        this.minMv = minMv
        this.maxMv = maxMv
        const options = this.options
        const thresholdMv = minMv + (maxMv - minMv) / 2
        if (
            maxMv >= minMv * options.minRatio &&
            thresholdMv >= options.minThresholdMv &&
            thresholdMv <= options.maxThresholdMv
        )
            return thresholdMv
        return undefined
    }

    private findEnds(window: number[], thresholdMv: number): number[] | undefined {
        let ends: number[] | undefined
        for (let i = 0; i < WINDOW_SAMPLES; i++) {
            if (window[i] > thresholdMv) this.extendFlash(thresholdMv)
            else if (this.endFlash()) {
                if (ends === undefined) ends = []
                ends.push(WINDOW_SAMPLES - 1 - i)
            }
        }
        return ends
    }

    private extendFlash(thresholdMv: number): void {
        if (this.isTooLong) return
        this.openSamples++
        if (this.openSamples > this.options.longestSamples) {
            this.rejected++
            this.openSamples = 0
            this.isTooLong = true
            this.longMv = thresholdMv
        }
    }

    private endFlash(): boolean {
        this.isTooLong = false
        if (this.openSamples === 0) return false
        this.openSamples = 0
        return true
    }
}
