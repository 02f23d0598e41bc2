import type { Series } from "./api.js"

/** A live value, good until the next one. */
export interface LivePoint {
    atMs: number
    value: number
}

/** One value that holds from `fromMs` to `toMs`; null where nothing is known. */
export interface Step {
    fromMs: number
    toMs: number
    value: number | null
}

/** Columns for a chart: at `xMs[i]` every `columns[n]` changes to `columns[n][i]`. */
export interface Columns {
    xMs: number[]
    columns: (number | null)[][]
}

/** Live values further apart than this leave a gap. */
const LIVE_GAP_MS = 10_000

/** Where the stored intervals end, undefined when there is none with a value. */
export function storedEndMs(series: Series): number | undefined {
    for (let i = series.values.length - 1; i >= 0; i--)
        if (series.values[i] !== null) return series.startMs[i] + series.resolutionMs
    return undefined
}

/** Stored intervals as steps, cut at `untilMs` because the running one is not over yet. */
export function storedSteps(series: Series, untilMs: number): Step[] {
    const steps: Step[] = []
    for (let i = 0; i < series.startMs.length; i++) {
        const fromMs = series.startMs[i]
        const nextMs = series.startMs[i + 1] ?? Infinity
        const toMs = Math.min(fromMs + series.resolutionMs, nextMs, untilMs)
        if (toMs > fromMs) steps.push({ fromMs, toMs, value: series.values[i] })
    }
    return steps
}

/** Live values after `afterMs`, averaged over buckets of `bucketMs` so that none is finer than a pixel. */
export function liveSteps(
    points: LivePoint[],
    afterMs: number,
    untilMs: number,
    bucketMs: number
): Step[] {
    const steps: Step[] = []
    let sum = 0
    let count = 0
    for (let i = 0; i < points.length; i++) {
        const { atMs, value } = points[i]
        const nextMs = points[i + 1]?.atMs ?? untilMs
        const fromMs = Math.max(atMs, afterMs)
        const toMs = Math.min(nextMs, atMs + LIVE_GAP_MS)
        if (toMs <= fromMs) continue
        const last = steps.at(-1)
        if (last && last.toMs === fromMs && fromMs - last.fromMs < bucketMs) {
            sum += value
            count++
            last.toMs = toMs
            last.value = sum / count
        } else {
            sum = value
            count = 1
            steps.push({ fromMs, toMs, value })
        }
    }
    return steps
}

/** The value that holds at a time, null where none is known. */
export function valueAt(steps: Step[], atMs: number): number | null {
    return steps.find(step => step.fromMs <= atMs && atMs < step.toMs)?.value ?? null
}

/** Puts the steps of several channels over one column of times; a stretch without a step is null. */
export function alignSteps(channels: Step[][]): Columns {
    const edges = new Set<number>()
    for (const steps of channels)
        for (const step of steps) {
            edges.add(step.fromMs)
            edges.add(step.toMs)
        }
    const xMs = [...edges].sort((a, b) => a - b)
    return { xMs, columns: channels.map(steps => fillColumn(steps, xMs)) }
}

function fillColumn(steps: Step[], xMs: number[]): (number | null)[] {
    let at = 0
    return xMs.map(x => {
        while (at < steps.length && steps[at].toMs <= x) at++
        const step = steps[at]
        return step && step.fromMs <= x ? step.value : null
    })
}

/** Replaces what `part` covers, from its first interval on; undefined if the two do not fit together. */
export function spliceSeries(series: Series, part: Series): Series | undefined {
    if (part.resolutionMs !== series.resolutionMs || part.unit !== series.unit) return undefined
    if (part.startMs.length === 0) return series
    const keepUntil = indexAt(series.startMs, part.startMs[0] - 1) + 1
    const lastMs = part.startMs[part.startMs.length - 1]
    const keepFrom = indexAt(series.startMs, lastMs) + 1
    const endMs = lastMs + part.resolutionMs
    const poor = series.poor ?? []
    return {
        ...series,
        startMs: [
            ...series.startMs.slice(0, keepUntil),
            ...part.startMs,
            ...series.startMs.slice(keepFrom),
        ],
        values: [
            ...series.values.slice(0, keepUntil),
            ...part.values,
            ...series.values.slice(keepFrom),
        ],
        poor: [
            ...poor.filter(([, toMs]) => toMs <= part.startMs[0]),
            ...(part.poor ?? []),
            ...poor.filter(([fromMs]) => fromMs >= endMs),
        ],
    }
}

/** Adds a live value and forgets those older than `keepMs`; one that is not newer is dropped. */
export function addLivePoint(points: LivePoint[], point: LivePoint, keepMs: number): LivePoint[] {
    const last = points.at(-1)
    if (last && point.atMs <= last.atMs) return points
    const first = points.findIndex(old => old.atMs >= point.atMs - keepMs)
    return first < 0 ? [point] : [...points.slice(first), point]
}

/** Index of the last entry of a sorted list that is at or before `x`, -1 before the first. */
export function indexAt(sorted: number[], x: number): number {
    let low = 0
    let high = sorted.length
    while (low < high) {
        const middle = (low + high) >> 1
        if (sorted[middle] <= x) low = middle + 1
        else high = middle
    }
    return low - 1
}
