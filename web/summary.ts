import type { Step } from "./series.js"

/** What a channel did in a stretch of time; average weighed by time, stretches without data left out. */
export interface Summary {
    average: number
    lowest: number
    highest: number
}

/** Undefined when nothing is known between `fromMs` and `toMs`. */
export function summarize(steps: Step[], fromMs: number, toMs: number): Summary | undefined {
    let sum = 0
    let knownMs = 0
    let lowest = Infinity
    let highest = -Infinity
    for (const step of steps) {
        const heldMs = Math.min(step.toMs, toMs) - Math.max(step.fromMs, fromMs)
        if (step.value === null || heldMs <= 0) continue
        sum += step.value * heldMs
        knownMs += heldMs
        lowest = Math.min(lowest, step.value)
        highest = Math.max(highest, step.value)
    }
    return knownMs > 0 ? { average: sum / knownMs, lowest, highest } : undefined
}

/** Ends of a value axis that shows every summary: from 0, with some air, never of no height. */
export function axisRange(summaries: (Summary | undefined)[], leastHigh: number): [number, number] {
    let low = 0
    let high = 0
    for (const summary of summaries) {
        if (!summary) continue
        low = Math.min(low, summary.lowest)
        high = Math.max(high, summary.highest)
    }
    return [low * 1.08, Math.max(high * 1.08, leastHigh)]
}
