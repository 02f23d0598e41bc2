import { expect, test } from "vitest"
import { countChanges, open, sample, tempFile } from "./open.js"

const spec = { type: "pulses", timeColumn: "t" }

test("each row is a pulse, counted from the first row on", () => {
    const file = tempFile("pulses.csv", "t,n\n1000,1\n1007.5,2\n1012,3\n")
    const source = open({ ...spec, file }, { kind: "pulse" })
    for (const atMs of [0, 7500, 12_000]) expect(source.countBetween(atMs, atMs + 1)).toBe(1)
    expect(source.countBetween(0, 60_000)).toBe(3)
    expect(source.endMs).toBe(12_030)
})

test("a selection that begins earlier gives the pulses a lead", () => {
    const file = tempFile("pulses.csv", "t\n1000\n1007\n1012\n")
    const source = open({ ...spec, file, from: 995, to: 1010 }, { kind: "pulse" })
    expect(source.countBetween(5000, 5001)).toBe(1)
    expect(source.countBetween(0, 60_000)).toBe(2)
})

test("two pulses in the same second are both there, the second later", () => {
    const file = tempFile("pulses.csv", "t\n10\n10\n20\n")
    const source = open({ ...spec, file, from: 9 }, { kind: "pulse" })
    expect(countChanges(sample(source, 5, 30_000), 1)).toBe(3)
    expect(source.countBetween(1060, 1061)).toBe(1)
    expect(source.notes.at(-1)).toMatch(/^1 of 3 pulses were delayed, by 60 ms at most/)
})

test("counts are spread evenly over their row", () => {
    const file = tempFile("pulses.csv", "t,n\n0,0\n4,2\n8,0\n12,4\n")
    const source = open({ ...spec, file, countColumn: "n" }, { kind: "pulse" })
    const starts = [5000, 7000, 12_500, 13_500, 14_500, 15_500]
    for (const atMs of starts) expect(source.countBetween(atMs, atMs + 1)).toBe(1)
    expect(source.countBetween(0, 60_000)).toBe(6)
})

test("repeated pulses come again after the span of the file", () => {
    const file = tempFile("pulses.csv", "t,n\n0,1\n4,2\n8,0\n")
    const source = open({ ...spec, file, countColumn: "n", repeat: true }, { kind: "pulse" })
    expect(source.countBetween(0, 3_600_000)).toBe(900)
    expect(source.countBetween(12_000, 24_000)).toBe(3)
})

test("empty counts are taken as 0 and told in a note", () => {
    const file = tempFile("pulses.csv", "t,n\n0,1\n4,\n8,1\n")
    const source = open({ ...spec, file, countColumn: "n" }, { durationMs: 12_000 })
    expect(source.countBetween(0, 12_000)).toBe(2)
    expect(source.notes).toEqual(['Empty cells in column "n" taken as 0: 1.'])
})
