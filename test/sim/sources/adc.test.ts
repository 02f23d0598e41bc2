import { expect, test } from "vitest"
import { open, sample, tempFile } from "./open.js"

const spec = { type: "adc", column: "v", fullScale: 100 }
const VALUES = "v,count\n10,5\n20,5\n90,6\n30,8\n"

test.each([
    ["plain", {}, [0.1, 0.2, 0.9, 0.3]],
    ["inverted", { inverted: true }, [0.9, 0.8, 0.1, 0.7]],
    ["signed, with an offset", { offset: 10, fullScale: 200 }, [0.1, 0.15, 0.5, 0.2]],
])("values %s become fractions of full scale", (_name, settings, expected) => {
    const file = tempFile("adc.csv", VALUES)
    const source = open({ ...spec, file, rateHz: 10, ...settings })
    const levels = sample(source, 100, 400)
    for (const [i, level] of levels.entries()) expect(level).toBeCloseTo(expected[i], 12)
})

test("a value holds until the next one's time, the last one for ever", () => {
    const file = tempFile("adc.csv", "t,v\n500,10\n540,20\n590,30\n")
    const source = open({ ...spec, file, timeColumn: "t", timeUnit: "ms" })
    expect(sample(source, 10, 120)).toEqual(
        [10, 10, 10, 10, 20, 20, 20, 20, 20, 30, 30, 30].map(value => value / 100)
    )
    expect(source.endMs).toBe(140)
    expect(source.signalAt(5000)).toBe(0.3)
    expect(source.notes).toEqual(["The recording ends after 0.14 s: its last value stays."])
})

test("a repeated recording starts again after its last row, also when it was not looked at", () => {
    const file = tempFile("adc.csv", VALUES)
    const source = open({ ...spec, file, rateHz: 10, repeat: true })
    expect(sample(source, 100, 800)).toEqual([0.1, 0.2, 0.9, 0.3, 0.1, 0.2, 0.9, 0.3])
    expect(source.signalAt(4_000_250)).toBe(0.9)
    expect(source.notes).toEqual([])
})

test("values outside the scale are clipped and told in a note", () => {
    const file = tempFile("adc.csv", "v\n-5\n50\n101\n")
    const source = open({ ...spec, file, rateHz: 10 }, { durationMs: 300 })
    expect(sample(source, 100, 300)).toEqual([0, 0.5, 1])
    expect(source.notes).toEqual(["Values outside 0 to fullScale, taken as the limit: 2."])
})

test.each([
    ["unknown without a truth", {}, 0, 400, undefined],
    ["the counter's steps", { truth: { counterColumn: "count" } }, 0, 400, 3],
    ["the counter's steps in a part", { truth: { counterColumn: "count" } }, 0, 300, 1],
    ["steps of another size", { truth: { counterColumn: "count", counterStep: 0.5 } }, 0, 400, 6],
    ["the given count of a whole pass", { truth: { trueCount: 7 } }, 0, 400, 7],
    ["unknown within a pass", { truth: { trueCount: 7 } }, 0, 399, undefined],
    ["0 after the pass", { truth: { trueCount: 7 } }, 400, 999, 0],
    ["passes times the count", { truth: { trueCount: 7 }, repeat: true }, 400, 1600, 21],
    ["the counter in each pass", { truth: { counterColumn: "count" }, repeat: true }, 0, 1600, 12],
])("the true count is %s", (_name, settings, fromMs, toMs, expected) => {
    const file = tempFile("adc.csv", VALUES)
    const source = open({ ...spec, file, rateHz: 10, ...settings })
    expect(source.countBetween(fromMs, toMs)).toBe(expected)
})
