/** Samples of a window, 25 ms apart. */
const WINDOW_SAMPLES = 5
const LEAST_THRESHOLD_MV = 150
const MOST_THRESHOLD_MV = 3500
/** Least ratio of a window's brightest to its darkest. */
const RATIO = 2
/** 75 ms are meant, but the comparison lets a fourth sample through. */
const MOST_PULSE_SAMPLES = 4

/**
 * blinkiki's published rule at its defaults (github.com/looran/blinkiki, sensor_fw/main.c): windows of
 * five samples, a threshold halfway between their extremes, which are carried while a flash is open.
 */
export class BlinkikiRule {
    private window: number[] = []
    private openSamples = 0
    private minMv = 0
    private maxMv = 0

    /** Takes a sample, each 25 ms; returns how many flashes were counted with it. */
    add(mv: number): number {
        this.window.push(mv)
        if (this.window.length < WINDOW_SAMPLES) return 0
        const window = this.window
        this.window = []
        const isCarried = this.openSamples > 0
        this.minMv = Math.min(...window, isCarried ? this.minMv : Number.POSITIVE_INFINITY)
        this.maxMv = Math.max(...window, isCarried ? this.maxMv : 0)
        const thresholdMv = this.minMv + (this.maxMv - this.minMv) / 2
        const isValid =
            thresholdMv >= LEAST_THRESHOLD_MV &&
            thresholdMv <= MOST_THRESHOLD_MV &&
            this.maxMv >= RATIO * this.minMv
        let count = 0
        for (const sampleMv of window) {
            if (isValid && sampleMv > thresholdMv) this.openSamples++
            else {
                if (this.openSamples > 0 && this.openSamples <= MOST_PULSE_SAMPLES) count++
                this.openSamples = 0
            }
        }
        return count
    }
}

/** Flashes in samples that are 25 ms apart. */
export function countByBlinkikiRule(samplesMv: number[]): number {
    const rule = new BlinkikiRule()
    return samplesMv.reduce((count, mv) => count + rule.add(mv), 0)
}
