import { expect, test } from "vitest"
import { countByBlinkikiRule } from "../../../cli/measure/blinkiki-rule.js"
import { Random } from "../../../sim/random.js"
import { open, sample } from "./open.js"

const HOUR_MS = 3_600_000
const MIDNIGHT = Date.UTC(2024, 2, 20)
const STILL = { noiseMv: 0, daylightMv: 0 }

const constant = (powerW: number, light: object = {}) => ({
    type: "pattern",
    model: "constant",
    powerW,
    light,
})

/** The signal in mV at a 25 ms step. */
function millivolts(spec: object, startUnixMs: number, untilMs: number): number[] {
    return sample(open(spec, { startUnixMs }), 25, untilMs).map(level => level * 3300)
}

test("a flash is as long and as bright as asked, on top of the dark level", () => {
    const source = open(constant(3600, STILL))
    const levels = sample(source, 5, 1100).map(level => Math.round(level * 3300))
    const flash = levels.flatMap((mv, i) => (mv === 900 ? [i * 5] : []))
    expect(flash).toEqual([1000, 1005, 1010, 1015, 1020, 1025, 1030, 1035])
    expect(new Set(levels)).toEqual(new Set([120, 900]))
})

test("light beyond the full scale saturates", () => {
    const light = { noiseMv: 50, baseMv: 3300, daylightMv: 0 }
    const levels = sample(open(constant(0, light)), 25, 60_000)
    expect(Math.max(...levels)).toBe(1)
    expect(Math.min(...levels)).toBeGreaterThan(0.9)
})

test("daylight is dark at night, never above its peak, and brightest around noon", () => {
    const spec = constant(0, { noiseMv: 0, baseMv: 100 })
    const at = (hour: number) => millivolts(spec, MIDNIGHT + hour * HOUR_MS, 25)[0] - 100
    for (const hour of [0, 3, 5.9, 18.1, 23]) expect(at(hour)).toBeCloseTo(0, 6)
    for (const hour of [7, 9, 11, 13, 15, 17]) expect(at(hour)).toBeLessThanOrEqual(250)
    expect(at(12)).toBeGreaterThan(0.4 * 250 - 1)
    expect(at(12)).toBeGreaterThan(at(6.5))
})

test("daylight drifts by less than 1 mV from one second to the next", () => {
    const levels = millivolts(constant(0, { noiseMv: 0 }), MIDNIGHT + 10 * HOUR_MS, HOUR_MS)
    const seconds = levels.filter((_, i) => i % 40 === 0)
    const steps = seconds.slice(1).map((mv, i) => Math.abs(mv - seconds[i]))
    expect(Math.max(...steps)).toBeLessThan(1)
    expect(Math.max(...seconds) - Math.min(...seconds)).toBeGreaterThan(5)
})

test.each([
    [12, 0],
    [20, 60],
])("at %i o'clock the lamp flickers by %i mV", (hour, spreadMv) => {
    const spec = constant(0, { ...STILL, flickerMv: 60 })
    const source = open(spec, { startUnixMs: MIDNIGHT + hour * HOUR_MS })
    const levels = sample(source, 1, 1000).map(level => level * 3300)
    expect(Math.max(...levels) - Math.min(...levels)).toBeCloseTo(spreadMv, 0)
})

test("noise has the asked size and belongs to the instant, however often the pin is read", () => {
    const spec = constant(0, { daylightMv: 0, noiseMv: 8, baseMv: 500 })
    const levels = millivolts(spec, MIDNIGHT, 600_000)
    const square = levels.reduce((sum, mv) => sum + (mv - 500) ** 2, 0) / levels.length
    expect(Math.sqrt(square)).toBeCloseTo(8, 0)
    const seldom = sample(open(spec, { startUnixMs: MIDNIGHT }), 100, 600_000)
    expect(seldom.map(level => level * 3300)).toEqual(levels.filter((_, i) => i % 4 === 0))
})

test("the same seed gives the same signal, another seed another one", () => {
    const spec = { type: "pattern", model: "household" }
    const signal = (seed: number) => sample(open(spec, { random: new Random(seed) }), 25, 60_000)
    expect(signal(4)).toEqual(signal(4))
    expect(signal(4)).not.toEqual(signal(5))
})

test.each([
    ["a base load at night", 150, 0],
    ["a kettle in the morning", 3000, 6],
    ["a full house at noon", 9000, 11],
    ["an evening", 2000, 18],
])("blinkiki's rule counts every flash of the default light: %s", (_name, powerW, hour) => {
    const startUnixMs = MIDNIGHT + hour * HOUR_MS
    const source = open(constant(powerW), { startUnixMs, durationMs: HOUR_MS })
    const levels = sample(source, 25, HOUR_MS + 1000).map(level => level * 3300)
    expect(countByBlinkikiRule(levels)).toBe(source.countBetween(0, HOUR_MS))
    expect(source.countBetween(0, HOUR_MS)).toBe(powerW - 1)
})
