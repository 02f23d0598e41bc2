import { expect, test } from "vitest"
import { countByBlinkikiRule } from "../../../cli/measure/blinkiki-rule.js"
import { Random } from "../../../sim/random.js"
import { blinkikiSamples } from "../../../sim/sources/blinkiki.js"
import { open, sample } from "./open.js"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const pattern = (settings: object) => ({ type: "pattern", ...settings })

test.each([
    [0, 0],
    [1, 0],
    [1000, 999],
    [1000.5, 1000],
])(
    "a constant load of %d W has its first pulse after a whole one: %i in an hour",
    (powerW, count) => {
        const source = open(pattern({ model: "constant", powerW }), { durationMs: HOUR_MS })
        expect(source.countBetween(0, HOUR_MS)).toBe(count)
    }
)

test("the fastest S0 train is 60,000 pulses an hour", () => {
    const spec = pattern({ model: "train", onMs: 30, offMs: 30 })
    const source = open(spec, { kind: "pulse", durationMs: HOUR_MS })
    expect(source.countBetween(0, HOUR_MS)).toBe(60_000)
    expect(source.endMs).toBe(HOUR_MS)
    expect(source.notes).toEqual([])
})

test("random pulses keep their mean and their least gap", () => {
    const spec = pattern({ model: "random", meanPerHour: 600, minGapMs: 2000 })
    const source = open(spec, { kind: "pulse", durationMs: DAY_MS })
    const count = source.countBetween(0, DAY_MS) ?? 0
    expect(Math.abs(count - 14_400)).toBeLessThan(500)
    for (let atMs = 0; atMs < HOUR_MS; atMs += 100)
        expect(source.countBetween(atMs, atMs + 1999)).toBeLessThanOrEqual(1)
})

test.each([
    ["household", {}, 4000, 20_000],
    ["household", { baseW: 0 }, 1500, 17_000],
    ["household", { pulsesPerKwh: 100 }, 400, 2000],
    ["water", {}, 100, 800],
    ["water", { pulsesPerLitre: 10 }, 1000, 8000],
])(
    "ten days of the %s model %o are each plausible and all different",
    (model, settings, low, high) => {
        const spec = pattern({ model, ...settings })
        const source = open(spec, { kind: "pulse", durationMs: 10 * DAY_MS })
        const days = Array.from({ length: 10 }, (_, day) =>
            Number(source.countBetween(day * DAY_MS, (day + 1) * DAY_MS))
        )
        for (const count of days) expect(count).toBeGreaterThan(low)
        for (const count of days) expect(count).toBeLessThan(high)
        expect(new Set(days).size).toBeGreaterThan(5)
    }
)

test("a household uses more in the evening than at night", () => {
    const source = open(pattern({ model: "household" }), { durationMs: 10 * DAY_MS })
    const hours = (fromHour: number) =>
        Array.from({ length: 10 }, (_, day) => {
            const fromMs = day * DAY_MS + fromHour * HOUR_MS
            return Number(source.countBetween(fromMs, fromMs + 3 * HOUR_MS))
        }).reduce((sum, count) => sum + count)
    expect(hours(17.5)).toBeGreaterThan(3 * hours(1))
})

test("a household without an end begins at the time of day and goes on for days", () => {
    const startUnixMs = Date.UTC(2024, 2, 20, 18)
    const durationMs = Number.POSITIVE_INFINITY
    const source = open(pattern({ model: "household" }), { startUnixMs, durationMs })
    const fromMidnight = open(pattern({ model: "household" }), { durationMs: 2 * DAY_MS })
    expect(source.endMs).toBe(durationMs)
    const evening = source.countBetween(0, 6 * HOUR_MS) ?? 0
    const same = fromMidnight.countBetween(18 * HOUR_MS, DAY_MS) ?? 0
    expect(Math.abs(evening - same)).toBeLessThanOrEqual(1)
    expect(source.countBetween(0, 5 * DAY_MS)).toBeGreaterThan(20_000)
})

test("the pin's noise does not touch the pulses, nor one channel the other", () => {
    const root = new Random(1)
    const spec = pattern({ model: "household" })
    const alone = open(spec, { random: root.fork("a") })
    const quiet = open({ ...spec, light: { noiseMv: 0 } }, { random: root.fork("a") })
    const other = open(spec, { random: root.fork("b") })
    sample(other, 25, 60_000)
    for (let atMs = 0; atMs < HOUR_MS; atMs += 5000) {
        const expected = alone.countBetween(atMs, atMs + 5000)
        expect(quiet.countBetween(atMs, atMs + 5000)).toBe(expected)
    }
})

test("blinkiki's samples keep its levels, its flash length and its least gap", () => {
    const samples = blinkikiSamples(new Random(2))
    const runs: { isFlash: boolean; length: number; flashes: number }[] = []
    const strays: number[] = []
    for (let i = 0; i < 200_000; i++) {
        const { mv, flashes } = samples.next().value ?? { mv: 0, flashes: 0 }
        const isFlash = mv >= 1300
        const lowMv = isFlash ? 1300 : 300
        if (mv < lowMv || mv > lowMv + 99 || mv % 1 > 0) strays.push(mv)
        const run = runs.at(-1)
        if (run?.isFlash === isFlash && run.flashes === flashes) run.length++
        else runs.push({ isFlash, length: 1, flashes })
    }
    runs.pop()
    const flashes = runs.filter(run => run.isFlash)
    const gaps = runs.filter(run => !run.isFlash).map(run => run.length)
    expect(strays).toEqual([])
    expect(new Set(flashes.map(run => run.length))).toEqual(new Set([3]))
    expect(gaps.reduce((least, length) => Math.min(least, length))).toBe(5)
    expect(flashes.map(run => run.flashes)).toEqual(flashes.map((_, i) => i + 1))
    // 5 samples of gap, 4 of waiting on average, 3 of flash.
    expect(Math.abs(flashes.length - 200_000 / 12)).toBeLessThan(300)
})

test("blinkiki's rule counts blinkiki's own light, and the oracle agrees", () => {
    const source = open(pattern({ model: "blinkiki" }), { durationMs: HOUR_MS })
    // Whole windows that reach the last fall, but not the flash that may follow the end.
    const untilMs = Math.ceil((source.endMs + 25) / 125) * 125
    const levels = sample(source, 25, untilMs).map(level => level * 3300)
    expect(source.countBetween(0, HOUR_MS)).toBeGreaterThan(10_000)
    expect(countByBlinkikiRule(levels)).toBe(source.countBetween(0, HOUR_MS))
})
