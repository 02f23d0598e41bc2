import type { Reading } from "./foreign-store.js"
import { SLOT_S } from "./slot-batch.js"
import { floorTo } from "./sum-batch.js"

/** What a meter's counter showed, in Wh or litres since it began. */
export interface CounterValue {
    atS: number
    counter: number
}

/** How far a counter is stored. */
export interface CounterState extends CounterValue {
    /** Counted before `atS` in the slot of 5 s that is not over yet. */
    pending: number
}

/** No house draws 72 kW or 20 l a second: a counter that rises faster does not tell what was used. */
const MOST_PER_S = 20
/** Up to here a difference is shared out over 5 s slots; a longer one is one reading. */
const LONGEST_SHARED_S = 60
/** Over so long nobody can say any more; Flukso's own server says so too. */
const LONGEST_S = 8_640_000
/** A counter that shows so little of what it showed began anew at 0. */
const RESTARTED_SHARE = 0.1

/**
 * What counter values tell beyond what is stored, as readings on multiples of 5 s in whole counts. Values
 * that are not later than the last one are repeats. Nothing is known from before the first.
 */
export function readCounter(
    state: CounterState | undefined,
    values: CounterValue[]
): { readings: Reading[]; state: CounterState | undefined } {
    const readings: Reading[] = []
    let now = state
    for (const value of [...values].sort((a, b) => a.atS - b.atS)) {
        if (now && value.atS <= now.atS) continue
        now = now ? advance(now, value, readings) : { ...value, pending: 0 }
    }
    return { readings, state: now }
}

function advance(before: CounterState, { atS, counter }: CounterValue, to: Reading[]) {
    const startS = floorTo(before.atS, SLOT_S)
    const endS = floorTo(atS, SLOT_S)
    const count = countBetween(before, { atS, counter })
    if (count === undefined) {
        const isOver = endS > startS
        if (isOver && before.pending > 0)
            to.push({ startS, seconds: SLOT_S, count: before.pending })
        return { atS, counter, pending: isOver ? 0 : before.pending }
    }
    const lengthS = atS - before.atS
    const stepS = lengthS <= LONGEST_SHARED_S ? SLOT_S : Math.max(SLOT_S, endS - startS)
    let done = 0
    for (let untilS = startS + stepS; untilS <= endS; untilS += stepS) {
        const until = before.pending + Math.floor((count * (untilS - before.atS)) / lengthS)
        to.push({ startS: untilS - stepS, seconds: stepS, count: until - done })
        done = until
    }
    return { atS, counter, pending: before.pending + count - done }
}

/** Undefined when nobody can say. */
function countBetween(before: CounterValue, after: CounterValue): number | undefined {
    const lengthS = after.atS - before.atS
    const isRestarted = after.counter < before.counter
    if (isRestarted && after.counter > before.counter * RESTARTED_SHARE) return undefined
    const count = isRestarted ? after.counter : after.counter - before.counter
    return lengthS <= LONGEST_S && count <= MOST_PER_S * lengthS ? count : undefined
}
