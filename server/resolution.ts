import { RESOLUTION_SECONDS, type Resolution } from "./store/store.js"

/** Most points that one answer holds, whatever resolution was asked for. */
export const MAX_ANSWER_POINTS = 100_000

export const RESOLUTIONS: Resolution[] = ["slot", "minute", "quarter", "hour", "day"]

/** Steps that a range touches. */
export function countPoints(fromMs: number, toMs: number, resolution: Resolution): number {
    const stepMs = RESOLUTION_SECONDS[resolution] * 1000
    return Math.ceil(toMs / stepMs) - Math.floor(fromMs / stepMs)
}

/** The finest resolution with at most `points` steps over the range, or the coarsest there is. */
export function finestResolution(fromMs: number, toMs: number, points: number): Resolution {
    const fits = (resolution: Resolution) => countPoints(fromMs, toMs, resolution) <= points
    return RESOLUTIONS.find(fits) ?? "day"
}
