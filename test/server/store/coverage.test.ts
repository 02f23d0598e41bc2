import { expect, test } from "vitest"
import {
    addCell,
    agrees,
    type Cell,
    cutCells,
    cutOut,
    gapsIn,
    joinRanges,
    joins,
    type Stretch,
} from "../../../server/store/coverage.js"

/** Two pulses in every slot, number 0 at Unix second 0. */
function stretch(first: number, end: number): Stretch {
    return { first, end, countFirst: first * 2, countEnd: end * 2, startS: first * 5 }
}

function range(first: number, end: number) {
    return { ...stretch(first, end), endS: end * 5 }
}

function cell(first: number, end: number, grade = 12, isSampled = true): Cell {
    return { ...stretch(first, end), grade, isSampled }
}

test.each([
    ["on its left", [0, 4], [[4, 12]]],
    ["on its right", [8, 20], [[0, 8]]],
    ["in its middle", [4, 8], [[0, 4], [8, 12]]], // biome-ignore format: a table
    ["all of it", [0, 12], []],
    ["beside it", [12, 14], [[0, 12]]],
])("a stretch is cut %s", (_name, [first, end], left) => {
    expect(cutOut(stretch(0, 12), stretch(first, end))).toEqual(
        left.map(([from, to]) => stretch(from, to))
    )
})

test("what is left of a stretch beside many others", () => {
    const known = [stretch(0, 2), stretch(4, 5), stretch(9, 20)]
    expect(gapsIn(stretch(1, 12), known)).toEqual([stretch(2, 4), stretch(5, 9)])
})

test("slots of 5 s take their place from the cells around them", () => {
    const cells = [cell(0, 12), cell(12, 24), cell(24, 84, 60)]
    expect(cutCells(stretch(6, 30), cells)).toEqual({
        removed: cells,
        added: [cell(0, 6), cell(30, 84, 60)],
    })
})

test("a cell has only what is not known in finer detail, and cuts coarser ones", () => {
    const cells = [cell(0, 60, 60), cell(60, 72), cell(72, 132, 60)]
    const change = addCell(cell(48, 84, 36), [], cells)
    expect(change.removed).toEqual([cells[0], cells[2]])
    expect(change.added).toEqual([
        cell(48, 60, 36),
        cell(72, 84, 36),
        cell(0, 48, 60),
        cell(84, 132, 60),
    ])
})

test("two cells of one grade are cut at each other's ends", () => {
    const change = addCell(cell(6, 18), [], [cell(0, 12)])
    expect(change.removed).toEqual([cell(0, 12)])
    expect(change.added).toEqual([cell(12, 18), cell(0, 6), cell(6, 12)])
})

test("a repeated cell changes nothing", () => {
    expect(addCell(cell(0, 12), [], [cell(0, 12)])).toEqual({ removed: [], added: [] })
})

test("ranges join where they touch without a pulse between them", () => {
    expect(joins(range(0, 4), range(4, 8))).toBe(true)
    expect(joins(range(4, 8), range(0, 4))).toBe(true)
    expect(joins({ ...range(0, 4), countEnd: 7 }, range(4, 8))).toBe(false)
    expect(joins(range(0, 4), range(5, 8))).toBe(false)
    expect(joinRanges(range(4, 8), [range(0, 5), range(8, 9)])).toEqual(range(0, 9))
})

test.each([
    ["a count before that is higher", { ...stretch(0, 4), countEnd: 9 }, false],
    ["a count before that is lower", { ...stretch(0, 4), countEnd: 7 }, true],
    ["a count after that is lower", { ...stretch(9, 12), countFirst: 15 }, false],
    ["a count after that is higher", { ...stretch(9, 12), countFirst: 20 }, true],
    ["the same stretch", stretch(4, 8), true],
    ["the same stretch with another count", { ...stretch(4, 8), countEnd: 17 }, false],
    ["a part of it", stretch(5, 7), true],
    ["a part of it with more than all of it", { ...stretch(5, 7), countEnd: 17 }, false],
    ["a longer stretch", stretch(0, 12), true],
    ["a longer stretch with less", { ...stretch(0, 12), countEnd: 15 }, false],
    ["a stretch across its end", { ...stretch(6, 12), countFirst: 17 }, false],
])("the counts of 4 to 8 and of %s", (_name, known, isTrue) => {
    expect(agrees(stretch(4, 8), known)).toBe(isTrue)
})

test("counts inside of a report of 5 s slots are known exactly", () => {
    const said = { ...stretch(4, 8), countEnd: 16 }
    const known = { ...stretch(6, 12), countFirst: 11 }
    expect(agrees(said, known)).toBe(true)
    expect(agrees(said, known, number => number * 2)).toBe(false)
})
