import { RESOLUTION_SECONDS, type Resolution, type Retention } from "./store/store.js"

/** Equal steps without a hole: what was counted in each, null where nothing was measured. */
export interface Amounts {
    startMs: number[]
    amounts: (number | null)[]
    /** Seconds of each step that were measured. */
    coveredS: number[]
}

/** What was counted in one span. */
export interface Amount {
    /** Null when nothing was measured. */
    amount: number | null
    coveredS: number
}

/** Reads whole steps of a range. */
export type ReadAmounts = (fromMs: number, toMs: number, resolution: Resolution) => Amounts

const LEVELS: Resolution[] = ["day", "hour", "quarter", "minute", "slot"]

type Gone = Pick<Retention, "slotsGoneBeforeMs" | "minutesGoneBeforeMs">

/**
 * What was counted between each edge, Unix ms in order, and the next. Only steps that an edge cuts are
 * read finer, so that cost grows with the edges; where nothing finer is kept, a step counts by its share.
 */
export function amountsBetween(edgesMs: number[], read: ReadAmounts, gone: Gone): Amount[] {
    const sums: Amount[] = edgesMs.slice(1).map(() => ({ amount: null, coveredS: 0 }))
    const add = (at: number, amount: number, coveredS: number) => {
        const sum = sums[at]
        if (!sum) return
        sum.amount = (sum.amount ?? 0) + amount
        sum.coveredS += coveredS
    }
    const share = (startMs: number, endMs: number, first: number, amount: number, s: number) => {
        for (let at = first; at < sums.length && edgesMs[at] < endMs; at++) {
            if (at < 0) continue
            const sharedMs = Math.min(edgesMs[at + 1], endMs) - Math.max(edgesMs[at], startMs)
            const part = sharedMs / (endMs - startMs)
            if (part > 0) add(at, amount * part, s * part)
        }
    }
    const walk = (fromMs: number, toMs: number, level: number) => {
        const resolution = LEVELS[level]
        const stepMs = RESOLUTION_SECONDS[resolution] * 1000
        const { startMs, amounts, coveredS } = read(fromMs, toMs, resolution)
        let at = lastEdge(edgesMs, startMs[0] ?? fromMs)
        let cutFromMs: number | undefined
        const readCut = (untilMs: number) => {
            if (cutFromMs !== undefined) walk(cutFromMs, untilMs, level + 1)
            cutFromMs = undefined
        }
        for (let step = 0; step < startMs.length; step++) {
            const beginMs = startMs[step]
            const endMs = beginMs + stepMs
            while (edgesMs[at + 1] <= beginMs) at++
            const amount = amounts[step]
            const isCut = amount !== null && edgesMs[at + 1] < endMs
            if (isCut && isKept(LEVELS[level + 1], beginMs, gone)) cutFromMs ??= beginMs
            else {
                readCut(beginMs)
                if (isCut) share(beginMs, endMs, at, amount, coveredS[step])
                else if (amount !== null) add(at, amount, coveredS[step])
            }
        }
        readCut((startMs.at(-1) ?? 0) + stepMs)
    }
    if (sums.length > 0) walk(edgesMs[0], edgesMs[edgesMs.length - 1], 0)
    return sums
}

function isKept(resolution: Resolution | undefined, ms: number, gone: Gone): boolean {
    if (resolution === "slot") return ms >= gone.slotsGoneBeforeMs
    if (resolution === "minute") return ms >= gone.minutesGoneBeforeMs
    return resolution !== undefined
}

/** Index of the last edge that is not after a time; -1 when all are. */
function lastEdge(edgesMs: number[], ms: number): number {
    let low = -1
    let high = edgesMs.length
    while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        if (edgesMs[middle] <= ms) low = middle
        else high = middle
    }
    return low
}
