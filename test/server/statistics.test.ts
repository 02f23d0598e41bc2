import { expect, test } from "vitest"
import { statisticsOf } from "../../server/statistics.js"

test("the least, the mean and the most of what was measured, and when", () => {
    const startMs = [0, 10, 20, 30, 40]
    expect(statisticsOf(startMs, [3, null, -1, 4, -1])).toEqual({
        measuredSteps: 4,
        min: { value: -1, startMs: 20 },
        mean: 1.25,
        max: { value: 4, startMs: 30 },
        loadDuration: expect.any(Array),
    })
})

test("the load duration falls from the most to the least", () => {
    const values = Array.from({ length: 201 }, (_, at) => (at * 7) % 201)
    const { loadDuration } = statisticsOf(values, values)
    expect(loadDuration).toEqual(Array.from({ length: 101 }, (_, percent) => 200 - percent * 2))
})

test("of few steps each has its share of the time", () => {
    const { loadDuration } = statisticsOf([0, 1], [5, 9])
    expect(loadDuration.filter(value => value === 9)).toHaveLength(50)
    expect(loadDuration.filter(value => value === 5)).toHaveLength(51)
})

test("without a measured step nothing is known", () => {
    expect(statisticsOf([0, 1], [null, null])).toEqual({
        measuredSteps: 0,
        min: null,
        mean: null,
        max: null,
        loadDuration: [],
    })
})
