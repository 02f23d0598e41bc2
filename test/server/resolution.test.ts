import { expect, test } from "vitest"
import { countPoints, finestResolution } from "../../server/resolution.js"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOTHING_GONE = { slotsGoneBeforeMs: 0, minutesGoneBeforeMs: 0 }

test.each([
    ["a day on a wide screen", DAY_MS, 1184, "minute"],
    ["a day where two minutes just share a pixel", DAY_MS, 720, "minute"],
    ["a day on less than that", DAY_MS, 719, "quarter"],
    ["an hour where two slots just share a pixel", HOUR_MS, 360, "slot"],
    ["an hour on less than that", HOUR_MS, 359, "minute"],
    ["a week", 7 * DAY_MS, 1184, "quarter"],
    ["a year", 365 * DAY_MS, 1184, "day"],
    ["thirty years on a phone", 30 * 365 * DAY_MS, 320, "day"],
] as const)("%s is given as it can be drawn", (_name, spanMs, points, resolution) => {
    expect(finestResolution(0, spanMs, points, NOTHING_GONE)).toBe(resolution)
})

test.each(["slot", "minute", "quarter", "hour", "day"] as const)(
    "asking for as many points as %s steps gives those, so that a part fits its series",
    resolution => {
        for (const steps of [1, 2, 3, 10, 500]) {
            const toMs = steps * (DAY_MS / countPoints(0, DAY_MS, resolution))
            expect(finestResolution(0, toMs, steps, NOTHING_GONE)).toBe(resolution)
        }
    }
)

test("a range that cuts steps counts both of them", () => {
    expect(countPoints(59_999, 60_001, "minute")).toBe(2)
    expect(countPoints(60_000, 120_000, "minute")).toBe(1)
})

test.each([
    ["slots", 10, "slot"],
    ["minutes, where a part has no slots any more", 9, "minute"],
    ["quarters, where a part has no minutes any more", 4, "quarter"],
] as const)("what was deleted is not chosen: %s", (_name, fromDay, resolution) => {
    const gone = { slotsGoneBeforeMs: 10 * DAY_MS, minutesGoneBeforeMs: 5 * DAY_MS }
    const fromMs = fromDay * DAY_MS
    expect(finestResolution(fromMs, fromMs + HOUR_MS, 500, gone)).toBe(resolution)
})
