const FIRST_SPREAD_MV = 2
const LEAST_SPREAD_MV = 1
const QUICKEST = 0.1
const SLOWEST = 0.002
/** How far the median may follow with each sample, in spreads. */
const MEDIAN_STEP = 0.02

/**
 * Learns how far a signal strays from its own median: the median distance, so that what is rare does
 * not matter. Quick in the first second, and over some seconds later.
 */
export class Spread {
    spreadMv = FIRST_SPREAD_MV
    medianMv = 0
    samples = 0

    add(valueMv: number): void {
        const samples = this.samples + 1
        this.samples = samples
        if (samples === 1) this.medianMv = valueMv
        const awayMv = valueMv - this.medianMv
        const spreadMv = this.spreadMv
        const share = Math.max(SLOWEST, Math.min(QUICKEST, 5 / samples))
        const stepMv = spreadMv * Math.max(MEDIAN_STEP, share)
        this.medianMv += awayMv > stepMv ? stepMv : Math.max(awayMv, -stepMv)
        if (Math.abs(awayMv) > spreadMv) this.spreadMv = spreadMv * (1 + share)
        else if (spreadMv > LEAST_SPREAD_MV) this.spreadMv = spreadMv * (1 - share)
    }
}
