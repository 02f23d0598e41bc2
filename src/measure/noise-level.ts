/** The ADC's own noise, 3 steps of 12 bits: what is taken until more is known. */
const FIRST_SIGMA_MV = 2.4
const LEAST_SIGMA_MV = 1
const SLOWEST = 0.02
const QUICKEST = 0.2
/** Median of the absolute second difference of white noise, in standard deviations, squared. */
const MEDIAN_BEND_SQUARED = 2.72

/**
 * Learns a signal's noise from how it bends from value to value: the median, so that edges and slow
 * turns do not matter.
 */
export class NoiseLevel {
    sigmaMv = FIRST_SIGMA_MV
    private lastMv = 0
    private lastStepMv = 0
    samples = 0

    add(valueMv: number): void {
        const stepMv = valueMv - this.lastMv
        const bendMv = stepMv - this.lastStepMv
        this.lastStepMv = stepMv
        this.lastMv = valueMv
        const sigmaMv = this.sigmaMv
        const samples = this.samples + 1
        this.samples = samples
        const share = Math.max(SLOWEST, Math.min(QUICKEST, 4 / samples))
        if (bendMv * bendMv > sigmaMv * sigmaMv * MEDIAN_BEND_SQUARED)
            this.sigmaMv = sigmaMv * (1 + share)
        else if (sigmaMv > LEAST_SIGMA_MV) this.sigmaMv = sigmaMv * (1 - share)
    }
}
