import { AdaptiveSwings, LEARNED } from "./adaptive-swings.js"
import { type Detector, TAMPER_MAGNET, TAMPER_NONE } from "./detector.js"
import { NoiseLevel } from "./noise-level.js"
import { StrayWatch } from "./stray-watch.js"

/** Half a second, to learn the noise. */
const FIRST_SAMPLES = 50
/** The least swing, and what it must stand out from the noise by. */
const LEAST_SWING_MV = 16
const FIRST_SIGMAS = 8
const SIGMAS = 7
/** A magnet that turns fast bends the signal as noise does: more is not taken for noise. */
const MOST_NOISE_MV = 150
const MOST_NOISE_SHARE = 0.5

/** A magnet's poles differ, so swings do too, up to one half of another. */
const SWING_OPTIONS = {
    beginShare: 0.4,
    rareShare: 1,
    growth: 0.2,
    decrease: 0.2,
    forgetMs: 86400000,
}

/** A swing of so few standard deviations of the noise may be missed, or made up. */
const POOR_SIGMAS = 8

/** A foreign magnet is known by what is beyond the meter's own, by so many swings. */
const STRAY_SWINGS = 2
const LEAST_STRAY_MV = 150
const STRAY_MS = 200
const ENOUGH_SWINGS = 8
/** A sensor's output as near as this to an end of the ADC's range is saturated. */
const RAIL_MV = 15
const FULL_SCALE_MV = 3300
const BAND_SHARE = 0.2

/**
 * Counts a turning magnet's periods in an analog Hall sensor's or a magnetometer axis's signal: one
 * at each rise. A magnet that trembles by less than the swing it takes to turn on counts nothing.
 */
export class MagnetDetector implements Detector {
    rejected = 0

    private readonly noise = new NoiseLevel()
    private readonly swings = new AdaptiveSwings(SWING_OPTIONS)
    private readonly stray = new StrayWatch(STRAY_MS)
    private smoothMv = -1
    private waitingMs: number[] = []
    /** Where swings usually turn. */
    private highMv = 0
    private lowMv = 0
    private knownSwings = 0

    add(value: number, uptimeMs: number): number | undefined {
        if (this.stray.add(value, uptimeMs)) return undefined
        const noise = this.noise
        noise.add(value)
        const smoothMv = this.smoothMv < 0 ? value : (this.smoothMv + value) / 2
        this.smoothMv = smoothMv
        if (noise.samples < FIRST_SAMPLES) return undefined
        const sigmaMv = noise.sigmaMv
        const swings = this.swings
        const leastMv = Math.min(MOST_NOISE_SHARE * swings.sizeMv, SIGMAS * sigmaMv)
        const firstMv = Math.min(MOST_NOISE_MV, Math.max(LEAST_SWING_MV, FIRST_SIGMAS * sigmaMv))
        const began = swings.add(smoothMv, leastMv, firstMv, uptimeMs)
        if (began === LEARNED) this.tellFirst()
        else if (began !== 0) this.learnBand(began)
        const waitingMs = this.waitingMs
        if (waitingMs.length === 0) return began === 1 ? uptimeMs : undefined
        if (began === 1) waitingMs.unshift(uptimeMs)
        return waitingMs.pop()
    }

    takeQuality(): number {
        const shallow = this.swings.tracker.shallow
        const trembled = shallow - this.rejected
        this.rejected = shallow
        if (this.stray.isAway) return 0
        if (this.noise.sigmaMv * POOR_SIGMAS > this.swings.sizeMv && this.swings.sizeMv > 0)
            return 40
        return trembled > 0 ? Math.max(60, 100 - 10 * trembled) : 100
    }

    takeTamper(): number {
        return this.stray.takeFinding() ? TAMPER_MAGNET : TAMPER_NONE
    }

    signal(): number[] {
        return [this.lowMv, this.swings.sizeMv, this.noise.sigmaMv * 10, this.rejected]
    }

    /** Rises before the swing was known, the last one first. */
    private tellFirst(): void {
        const first = this.swings.takeFirst()
        if (!first) return
        const extremesMv = first.extremesMv
        for (let i = extremesMv.length - 2; i >= 0; i--)
            if (extremesMv[i + 1] > extremesMv[i]) this.waitingMs.push(first.beginsMs[i])
    }

    private learnBand(began: number): void {
        const swings = this.swings
        const turnedAtMv = swings.tracker.fromMv
        const known = this.knownSwings
        this.knownSwings = known + 1
        if (began < 0) this.highMv += (turnedAtMv - this.highMv) * (known < 2 ? 1 : BAND_SHARE)
        else this.lowMv += (turnedAtMv - this.lowMv) * (known < 2 ? 1 : BAND_SHARE)
        if (known < ENOUGH_SWINGS) return
        const beyondMv = Math.max(LEAST_STRAY_MV, STRAY_SWINGS * swings.sizeMv)
        const lowestMv = Math.max(this.lowMv - beyondMv, Math.min(RAIL_MV, this.lowMv - RAIL_MV))
        const highestRailMv = Math.max(FULL_SCALE_MV - RAIL_MV, this.highMv + RAIL_MV)
        this.stray.expect(lowestMv, Math.min(this.highMv + beyondMv, highestRailMv))
    }
}
