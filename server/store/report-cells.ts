import { type Cells, cellSlots, cellSpan } from "../../src/wire/cells.js"
import { MISSING } from "../../src/wire/report.js"
import type { Cell, FineRange } from "./coverage.js"
import { SLOT_S } from "./slot-batch.js"

/** The slots of one channel in a message: `counts` oldest first, `countEnd` since boot after the last. */
export interface NumberedSlots extends Cells {
    /** Number of the first 5 s slot. */
    sequence: number
    counts: number[]
    countEnd: number
}

/** Reports of version 1 have numbers below those of all slots. */
export function reportNumber(sequence: number): number {
    return sequence - 2 ** 32
}

/** The count since boot before the first of some slots. */
export function countBefore(counts: number[], countEnd: number): number {
    let count = countEnd
    for (const each of counts) if (each !== MISSING) count -= each
    return count
}

/** All slots of a message as one stretch, the first at Unix second `startS`. */
export function stretchOf(slots: NumberedSlots, startS: number): FineRange {
    const { sequence, span, counts, countEnd } = slots
    const countFirst = countBefore(counts, countEnd)
    const endS = startS + span * SLOT_S
    return { first: sequence, end: sequence + span, countFirst, countEnd, startS, endS }
}

/** The cells of a message, oldest first. */
export function cellsOf(slots: NumberedSlots, startS: number): Cell[] {
    const grade = cellSlots(slots.slotSeconds)
    let { first, countFirst } = stretchOf(slots, startS)
    return slots.counts.map((count, at) => {
        const isSampled = count !== MISSING
        const end = first + cellSpan(slots, at)
        const countEnd = countFirst + (isSampled ? count : 0)
        const cellS = startS + (first - slots.sequence) * SLOT_S
        const cell = { first, end, countFirst, countEnd, startS: cellS, grade, isSampled }
        first = end
        countFirst = countEnd
        return cell
    })
}
