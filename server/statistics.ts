/** A value, and the start of the step that had it, Unix ms. */
interface Extreme {
    value: number
    startMs: number
}

export interface Statistics {
    /** Steps that were measured. */
    measuredSteps: number
    /** All null when no step was measured. */
    min: Extreme | null
    mean: number | null
    max: Extreme | null
    /** What was reached or exceeded in 0 %, 1 %, … 100 % of the measured steps; empty without any. */
    loadDuration: number[]
}

const PERCENT = 100

/** What equal steps come to, each counting the same; null is not measured. */
export function statisticsOf(startMs: number[], values: (number | null)[]): Statistics {
    let min: Extreme | null = null
    let max: Extreme | null = null
    let sum = 0
    const measured: number[] = []
    for (const [at, value] of values.entries()) {
        if (value === null) continue
        measured.push(value)
        sum += value
        if (!min || value < min.value) min = { value, startMs: startMs[at] }
        if (!max || value > max.value) max = { value, startMs: startMs[at] }
    }
    const highestFirst = Float64Array.from(measured).sort().reverse()
    const last = highestFirst.length - 1
    return {
        measuredSteps: measured.length,
        min,
        mean: measured.length > 0 ? sum / measured.length : null,
        max,
        loadDuration:
            last < 0
                ? []
                : Array.from(
                      { length: PERCENT + 1 },
                      (_, percent) => highestFirst[Math.round((percent * last) / PERCENT)]
                  ),
    }
}
