/**
 * Consecutive slot numbers of one boot, and the count since boot at both ends: what is said of one stretch
 * holds for every part of it, so counts of parts are differences of counts since boot.
 */
export interface Stretch {
    first: number
    /** The number after the last. */
    end: number
    countFirst: number
    countEnd: number
    /** Unix seconds at the start of the first slot. */
    startS: number
}

/** A stretch whose slots are stored one by one. */
export interface FineRange extends Stretch {
    /** Unix seconds at the end of the last slot. */
    endS: number
}

/** A stretch of which only the whole is known. */
export interface Cell extends Stretch {
    /** Slots in a whole cell as the device made it: the fewer, the finer. */
    grade: number
    /** False when nothing was sampled. */
    isSampled: boolean
}

export interface CellChange {
    removed: Cell[]
    added: Cell[]
}

const SLOT_S = 5

export function overlaps(one: Stretch, other: Stretch): boolean {
    return one.first < other.end && other.first < one.end
}

export function covers(one: Stretch, other: Stretch): boolean {
    return one.first <= other.first && other.end <= one.end
}

/** What is left of `whole` on either side of `known`. */
export function cutOut<S extends Stretch>(whole: S, known: Stretch): S[] {
    if (!overlaps(whole, known)) return [whole]
    const left: S = { ...whole, end: known.first, countEnd: known.countFirst }
    const right: S = {
        ...whole,
        first: known.end,
        countFirst: known.countEnd,
        startS: whole.startS + (known.end - whole.first) * SLOT_S,
    }
    return [left, right].filter(({ first, end }) => first < end)
}

/** The parts of `whole` that none of `known` covers. */
export function gapsIn<S extends Stretch>(whole: S, known: Stretch[]): S[] {
    return known.reduce((parts, stretch) => parts.flatMap(part => cutOut(part, stretch)), [whole])
}

/** The part of `whole` that `other` shares, with the counts of whichever ends there. */
function sharedPart<S extends Stretch>(whole: S, other: Stretch): S {
    const isFirst = whole.first >= other.first
    const isLast = whole.end <= other.end
    const first = isFirst ? whole.first : other.first
    return {
        ...whole,
        first,
        countFirst: isFirst ? whole.countFirst : other.countFirst,
        end: isLast ? whole.end : other.end,
        countEnd: isLast ? whole.countEnd : other.countEnd,
        startS: whole.startS + (first - whole.first) * SLOT_S,
    }
}

/** What slots that are known one by one take from the cells around them. */
export function cutCells(slots: Stretch, cells: Cell[]): CellChange {
    const removed = cells.filter(cell => overlaps(cell, slots))
    return { removed, added: removed.flatMap(cell => cutOut(cell, slots)) }
}

/**
 * Adds a cell to `fine` and `cells`, which do not overlap: the finest detail wins, and two cells of one
 * grade are cut at each other's ends. So the order in which cells and slots come leaves no trace.
 */
export function addCell(cell: Cell, fine: Stretch[], cells: Cell[]): CellChange {
    const touched = cells.filter(known => overlaps(known, cell))
    const notCoarser = touched.filter(({ grade }) => grade <= cell.grade)
    const change: CellChange = { removed: [], added: gapsIn(cell, [...fine, ...notCoarser]) }
    for (const known of touched) {
        if (known.grade < cell.grade) continue
        const parts = cutOut(known, cell)
        if (known.grade === cell.grade) {
            const isSampled = known.isSampled || cell.isSampled
            if (parts.length === 0 && isSampled === known.isSampled) continue
            parts.push({ ...sharedPart(known, cell), isSampled })
        }
        change.removed.push(known)
        change.added.push(...parts)
    }
    return change
}

/** One range of slots with those that it touches; `touching` in order. */
export function joinRanges(range: FineRange, touching: FineRange[]): FineRange {
    const before = touching.find(({ first }) => first < range.first) ?? range
    const after = touching.findLast(({ end }) => end > range.end) ?? range
    return {
        first: before.first,
        countFirst: before.countFirst,
        startS: before.startS,
        end: after.end,
        countEnd: after.countEnd,
        endS: after.endS,
    }
}

/** Does a range continue another without a pulse between them, and without a step of the clock? */
export function joins(one: FineRange, other: FineRange): boolean {
    return overlaps(one, other) || continues(one, other) || continues(other, one)
}

function continues(before: FineRange, after: FineRange): boolean {
    return (
        before.end === after.first &&
        before.countEnd === after.countFirst &&
        before.endS === after.startS
    )
}

/**
 * Can both be true? A count never goes back, and it is one at each number. `countAt` tells the count at a
 * number inside of `said` if that is known.
 */
export function agrees(
    said: Stretch,
    known: Stretch,
    countAt?: (number: number) => number
): boolean {
    if (known.end <= said.first) return known.countEnd <= said.countFirst
    if (said.end <= known.first) return said.countEnd <= known.countFirst
    return (
        mayPass(known, said.first, said.countFirst) &&
        mayPass(known, said.end, said.countEnd) &&
        mayPass(said, known.first, known.countFirst, countAt) &&
        mayPass(said, known.end, known.countEnd, countAt)
    )
}

/** May the count at `number` be `count`, by what a stretch says? */
function mayPass(
    by: Stretch,
    number: number,
    count: number,
    countAt?: (number: number) => number
): boolean {
    if (number < by.first) return count <= by.countFirst
    if (number > by.end) return count >= by.countEnd
    if (number === by.first) return count === by.countFirst
    if (number === by.end) return count === by.countEnd
    if (countAt) return count === countAt(number)
    return count >= by.countFirst && count <= by.countEnd
}
