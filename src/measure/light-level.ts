/** What the ADC reads at saturation. */
export const FULL_SCALE_MV = 3300

const BASE_RATE = 1 / 32
const SLOPE_RATE = 1 / 2048
const SPREAD_RATE = 1 / 256
/** About the ADC's own noise, of 3 LSB. */
const LEAST_SPREAD_MV = 2.4
/** Standard deviation of normal noise to the mean of its amount. */
const SIGMA_PER_SPREAD = 1.2533
/** A tenth of a second: a flash right after boot counts too. */
const WARM_UP_SAMPLES = 12
/** Samples more than this apart are no run. */
const RUN_MS = 15

/** Follows the idle light and its noise, sample by sample, past the flashes. */
export class LightLevel {
    baseMv = 0
    /** What the base moves by from sample to sample, as daylight does. */
    private slopeMv = 0
    /** Mean distance of the samples from the base. */
    private spreadMv = 0
    private leastSpreadMv = LEAST_SPREAD_MV
    /** Samples of the warm-up so far. */
    private warmSamples = 0
    private warmSteps = 0
    private warmMv = 0
    private dipUnits = 0
    private dipArea = 0
    private dipMs = 0

    /** Takes a sample of which nothing stands out. */
    follow(aboveMv: number): void {
        this.slopeMv += aboveMv * SLOPE_RATE
        this.baseMv += aboveMv * BASE_RATE + this.slopeMv
        this.addSpread(aboveMv)
    }

    /** Lets the base rise under a light that may be none of a flash's. */
    creep(aboveMv: number): void {
        this.baseMv += aboveMv * BASE_RATE
    }

    /** Standard deviation of the noise. */
    sigmaMv(): number {
        const sigmaMv = this.spreadMv * SIGMA_PER_SPREAD
        // near zero the ADC cuts the lower half of the noise off
        return this.baseMv < 1.2 * sigmaMv ? 1.25 * sigmaMv : sigmaMv
    }

    /** Takes the first samples; returns true with the last of them. */
    warmUp(valueMv: number, aboveMv: number): boolean {
        if (this.warmSamples === 0) {
            this.baseMv = valueMv
            this.slopeMv = 0
            this.spreadMv = 0
            this.warmSteps = 0
        } else {
            const stepMv = valueMv > this.warmMv ? valueMv - this.warmMv : this.warmMv - valueMv
            // a level that is held tells nothing of the noise
            if (stepMv > 0) this.spreadMv += (0.7 * stepMv - this.spreadMv) / ++this.warmSteps
            const mostMv = 3 * this.spreadMv
            // down soon and up slowly, since what is above may be a flash
            const clippedMv = Math.min(aboveMv, mostMv)
            this.baseMv += aboveMv < 0 ? aboveMv / 4 : clippedMv / 16
        }
        this.warmMv = valueMv
        if (++this.warmSamples < WARM_UP_SAMPLES) return false
        // few samples tell the noise badly
        this.spreadMv = Math.max(this.spreadMv * 1.1, LEAST_SPREAD_MV)
        this.leastSpreadMv = Math.max(this.spreadMv / 4, LEAST_SPREAD_MV)
        return true
    }

    isWarm(): boolean {
        return this.warmSamples >= WARM_UP_SAMPLES
    }

    /** Takes a sample far below the base; returns by how much the base fell at once, mostly 0. */
    dip(aboveMv: number, uptimeMs: number): number {
        this.addSpread(aboveMv)
        if (uptimeMs - this.dipMs > RUN_MS) {
            this.dipUnits = 0
            this.dipArea = 0
        }
        this.dipMs = uptimeMs
        this.dipUnits++
        this.dipArea += aboveMv
        const sigmaMv = this.sigmaMv()
        const isNoise = this.dipArea * this.dipArea <= 30 * sigmaMv * sigmaMv * this.dipUnits
        if (this.dipUnits < 2 || isNoise) return 0
        const downMv = this.dipArea / this.dipUnits
        this.baseMv += downMv
        this.slopeMv = 0
        this.dipUnits = 0
        this.dipArea = 0
        return -downMv
    }

    /** The light is brighter for good. */
    stepUp(byMv: number): void {
        this.baseMv += byMv
        this.slopeMv = 0
        // or the noise is larger than thought
        this.spreadMv += Math.min(byMv, this.spreadMv) / 2
    }

    /** Something stood out for so many samples and was noise. */
    widen(units: number): void {
        for (let i = 0; i < units; i++) this.addSpread(FULL_SCALE_MV)
    }

    /** To be called once a slot; returns true when the noise grew too fast to be noise. */
    endSlot(isBlind: boolean, isQuiet: boolean): boolean {
        const usualMv = 2 * this.leastSpreadMv
        if (isBlind) {
            if (this.spreadMv > usualMv) this.spreadMv = usualMv
            return false
        }
        this.leastSpreadMv = Math.max(this.spreadMv / 2, LEAST_SPREAD_MV)
        return isQuiet && this.spreadMv > 3 * usualMv && this.spreadMv > 24
    }

    /** Forgets all, and warms up with the next samples. */
    startAnew(): void {
        this.warmSamples = 0
    }

    private addSpread(aboveMv: number): void {
        const spreadMv = this.spreadMv
        // what lies further off may be no noise at all
        const offMv = Math.min(aboveMv < 0 ? -aboveMv : aboveMv, 3 * spreadMv)
        this.spreadMv = Math.max(spreadMv + (offMv - spreadMv) * SPREAD_RATE, this.leastSpreadMv)
    }
}
