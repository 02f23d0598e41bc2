import { describe, expect, test } from "vitest"
import type { Series } from "../../web/api.js"
import {
    addLivePoint,
    alignSteps,
    indexAt,
    liveSteps,
    spliceSeries,
    storedEndMs,
    storedSteps,
    valueAt,
} from "../../web/series.js"

function series(startMs: number[], values: (number | null)[], resolutionMs = 10): Series {
    return { channelId: 1, unit: "W", resolution: "slot", resolutionMs, startMs, values }
}

const step = (fromMs: number, toMs: number, value: number | null) => ({ fromMs, toMs, value })

describe("stored intervals", () => {
    test.each([
        ["follow each other", series([0, 10], [1, 2]), 99, [step(0, 10, 1), step(10, 20, 2)]],
        [
            "leave what is missing out",
            series([0, 30], [1, 2]),
            99,
            [step(0, 10, 1), step(30, 40, 2)],
        ],
        ["are cut at now", series([0, 10], [1, 2]), 14, [step(0, 10, 1), step(10, 14, 2)]],
        ["do not lie ahead of now", series([0, 10], [1, 2]), 10, [step(0, 10, 1)]],
        [
            "are cut by the next, as on a short day",
            series([0, 8], [1, 2]),
            99,
            [step(0, 8, 1), step(8, 18, 2)],
        ],
    ])("%s", (_name, stored, untilMs, expected) => {
        expect(storedSteps(stored, untilMs)).toEqual(expected)
    })

    test.each([
        ["after the last value", series([0, 10, 20], [1, 2, null]), 20],
        ["nowhere without a value", series([0], [null]), undefined],
        ["nowhere without an interval", series([], []), undefined],
    ])("end %s", (_name, stored, expected) => {
        expect(storedEndMs(stored)).toBe(expected)
    })
})

describe("live values", () => {
    const points = [1000, 2000, 3000, 30_000].map((atMs, index) => ({ atMs, value: index * 10 }))

    test("hold until the next one, and no longer than the gap", () => {
        expect(liveSteps(points, 0, 31_000, 1)).toEqual([
            step(1000, 2000, 0),
            step(2000, 3000, 10),
            step(3000, 13_000, 20),
            step(30_000, 31_000, 30),
        ])
    })

    test("take over where the stored ones end", () => {
        expect(liveSteps(points, 2500, 31_000, 1)).toEqual([
            step(2500, 3000, 10),
            step(3000, 13_000, 20),
            step(30_000, 31_000, 30),
        ])
    })

    test("are averaged when several fall on a pixel", () => {
        expect(liveSteps(points, 0, 31_000, 5000)).toEqual([
            step(1000, 13_000, 10),
            step(30_000, 31_000, 30),
        ])
    })

    test("are kept in order and for a while", () => {
        const kept = addLivePoint(points, { atMs: 31_000, value: 1 }, 28_500)
        expect(kept.map(({ atMs }) => atMs)).toEqual([3000, 30_000, 31_000])
        expect(addLivePoint(kept, { atMs: 30_500, value: 1 }, 99_000)).toBe(kept)
        expect(addLivePoint([], { atMs: 5, value: 1 }, 10)).toEqual([{ atMs: 5, value: 1 }])
    })
})

describe("channels over one column of times", () => {
    test("each holds its value while the others change", () => {
        const aligned = alignSteps([[step(0, 20, 1), step(20, 40, 2)], [step(10, 30, 7)]])
        expect(aligned.xMs).toEqual([0, 10, 20, 30, 40])
        expect(aligned.columns).toEqual([
            [1, 1, 2, 2, null],
            [null, 7, 7, null, null],
        ])
    })

    test("a gap is null from its start on", () => {
        const aligned = alignSteps([[step(0, 10, 1), step(30, 40, 2)]])
        expect(aligned).toEqual({ xMs: [0, 10, 30, 40], columns: [[1, null, 2, null]] })
    })

    test("no channel is no column", () => {
        expect(alignSteps([])).toEqual({ xMs: [], columns: [] })
    })
})

describe("a newer part of a series", () => {
    const old = series([0, 10, 20], [1, 2, 3])
    test.each([
        ["extends it", series([20, 30], [8, 9]), [0, 10, 20, 30], [1, 2, 8, 9]],
        ["changes its middle", series([10], [5]), [0, 10, 20], [1, 5, 3]],
        ["fills a hole before it", series([-10], [4]), [-10, 0, 10, 20], [4, 1, 2, 3]],
        ["changes nothing when empty", series([], []), [0, 10, 20], [1, 2, 3]],
    ])("%s", (_name, part, startMs, values) => {
        expect(spliceSeries(old, part)).toMatchObject({ startMs, values })
    })

    test("says anew where it is poor, and leaves the rest", () => {
        const poor: [number, number][] = [
            [0, 10],
            [10, 20],
            [20, 30],
        ]
        expect(spliceSeries({ ...old, poor }, series([10], [5]))?.poor).toEqual([
            [0, 10],
            [20, 30],
        ])
        expect(spliceSeries(old, { ...series([20], [5]), poor: [[15, 25]] })?.poor).toEqual([
            [15, 25],
        ])
    })

    test("of another resolution does not fit", () => {
        expect(spliceSeries(old, series([20], [3], 60))).toBeUndefined()
    })
})

test.each([
    [-1, -1],
    [0, 0],
    [9, 0],
    [10, 1],
    [99, 2],
])("the entry at or before %d is number %d", (x, expected) => {
    expect(indexAt([0, 10, 20], x)).toBe(expected)
})

test.each([
    [5, 1],
    [10, null],
    [35, 2],
    [40, null],
])("at %d the value is %s", (atMs, expected) => {
    expect(valueAt([step(0, 10, 1), step(30, 40, 2)], atMs)).toBe(expected)
})
