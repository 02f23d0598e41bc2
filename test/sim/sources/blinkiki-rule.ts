const WINDOW_SAMPLES = 5
const LEAST_THRESHOLD_MV = 150
const MOST_THRESHOLD_MV = 3500
const RATIO = 2
const MOST_PULSE_SAMPLES = 4

/** Pulses by blinkiki's published rule, from millivolts at 25 ms; counted when the light falls. */
export function countByBlinkikiRule(samplesMv: number[]): number {
    let count = 0
    let openSamples = 0
    let minMv = 0
    let maxMv = 0
    for (let at = 0; at + WINDOW_SAMPLES <= samplesMv.length; at += WINDOW_SAMPLES) {
        const window = samplesMv.slice(at, at + WINDOW_SAMPLES)
        const isCarried = openSamples > 0
        minMv = Math.min(...window, isCarried ? minMv : Number.POSITIVE_INFINITY)
        maxMv = Math.max(...window, isCarried ? maxMv : 0)
        const thresholdMv = minMv + (maxMv - minMv) / 2
        const isValid =
            thresholdMv >= LEAST_THRESHOLD_MV &&
            thresholdMv <= MOST_THRESHOLD_MV &&
            maxMv >= RATIO * minMv
        for (const mv of window) {
            if (isValid && mv > thresholdMv) openSamples++
            else {
                if (openSamples > 0 && openSamples <= MOST_PULSE_SAMPLES) count++
                openSamples = 0
            }
        }
    }
    return count
}
