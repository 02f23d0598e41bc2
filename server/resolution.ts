import { RESOLUTION_SECONDS, type Resolution, type Retention } from "./store/store.js"

/** Most points that one answer holds, whatever resolution was asked for. */
export const MAX_ANSWER_POINTS = 100_000

export const RESOLUTIONS: Resolution[] = ["slot", "minute", "quarter", "hour", "day"]

/** Steps that a range touches. */
export function countPoints(fromMs: number, toMs: number, resolution: Resolution): number {
    const stepMs = RESOLUTION_SECONDS[resolution] * 1000
    return Math.ceil(toMs / stepMs) - Math.floor(fromMs / stepMs)
}

/** A chart draws two steps in one pixel; the next coarser resolution often gives a step ten of them. */
const MAX_STEPS_PER_POINT = 2

type Gone = Pick<Retention, "slotsGoneBeforeMs" | "minutesGoneBeforeMs">

/** The finest resolution with at most two steps for each of `points` that is there all along, or the coarsest. */
export function finestResolution(
    fromMs: number,
    toMs: number,
    points: number,
    gone: Gone
): Resolution {
    const most = points * MAX_STEPS_PER_POINT
    const isKept = (resolution: Resolution) =>
        (resolution !== "slot" || fromMs >= gone.slotsGoneBeforeMs) &&
        (resolution !== "minute" || fromMs >= gone.minutesGoneBeforeMs)
    const fits = (resolution: Resolution) => countPoints(fromMs, toMs, resolution) <= most
    return RESOLUTIONS.find(one => isKept(one) && fits(one)) ?? "day"
}
