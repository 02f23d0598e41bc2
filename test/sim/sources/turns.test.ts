import { expect, test } from "vitest"
import { Random } from "../../../sim/random.js"
import { openSource } from "../../../sim/sources/source.js"
import { sourceSchema } from "../../../sim/sources/source-schema.js"
import { countChanges, open, sample, tempFile } from "./open.js"

const turns = { type: "pattern", model: "turns", everyMs: 2000 }
const disc = { baseMv: 1650, markMv: -330, markShare: 0.1, noiseMv: 0 }
const magnet = { offsetMv: 1650, swingMv: 660, noiseMv: 0 }
const rest = { type: "pattern", model: "rest", turnMs: 1000, turns: 2, restS: 10 }

test("a disc shows its mark from each pulse on, for its share of the turn", () => {
    const source = open({ ...turns, disc }, { kind: "disc" })
    const marked = sample(source, 10, 20_000).filter(level => level < 0.45)
    expect(source.countBetween(0, 20_000)).toBe(9)
    // half way down and half way up its edges: three quarters of 200 ms
    expect(Math.abs(marked.length - 9 * 15)).toBeLessThan(9)
    expect(source.signalAt(22_100)).toBeCloseTo(0.4, 6)
    expect(source.signalAt(23_000)).toBeCloseTo(0.5, 6)
})

test("a disc's marks are as long as its turn asks for", () => {
    const file = tempFile("turns.csv", "t\n10\n20\n100\n")
    const spec = { type: "pulses", timeColumn: "t", file, from: 0, disc }
    const source = open(spec, { kind: "disc" })
    const levels = sample(source, 10, 120_000).map(level => (level < 0.45 ? 1 : 0))
    const lengths = [10, 20, 100].map(
        startS => levels.slice(startS * 100, (startS + 9) * 100).filter(level => level === 1).length
    )
    // of 10 s, of 80 s, and of the last turn, which is taken for as long as the one before
    expect(lengths.map(samples => Math.round(samples / 10))).toEqual([8, 60, 60])
})

test("drift and glitter belong to the instant", () => {
    const look = { ...disc, driftMv: 300, glitterMv: 500, noiseMv: 5 }
    const first = sample(open({ ...turns, disc: look }, { kind: "disc" }), 10, 60_000)
    const again = open({ ...turns, disc: look }, { kind: "disc" })
    for (let i = 0; i < first.length; i += 7) expect(again.signalAt(i * 10)).toBe(first[i])
    const steps = first.filter((level, i) => i > 0 && Math.abs(level - first[i - 1]) > 0.05)
    expect(steps.length).toBeGreaterThan(20)
})

test("a magnet rises through its middle at each pulse", () => {
    const source = open({ ...turns, magnet }, { kind: "magnet" })
    const levels = sample(source, 10, 20_000)
    const rises = levels.filter((level, i) => i > 0 && levels[i - 1] < 0.4999 && level >= 0.4999)
    expect(rises).toHaveLength(9)
    expect(levels.reduce((most, level) => Math.max(most, level))).toBeCloseTo(0.6, 3)
    expect(levels.reduce((least, level) => Math.min(least, level))).toBeCloseTo(0.4, 3)
})

test("a magnet that rests trembles about its middle, and a reed at it toggles", () => {
    const analog = open({ ...rest, trembleShare: 0.02, magnet }, { kind: "magnet" })
    const resting = sample(analog, 10, 11_000).slice(201)
    for (const level of resting) expect(Math.abs(level - 0.5)).toBeLessThan(0.0127)
    const reed = open({ ...rest, trembleMs: 20 }, { kind: "magnet", digital: true })
    const toggles = countChanges(sample(reed, 10, 11_000).slice(201), 0)
    expect(toggles).toBeGreaterThan(200)
    expect(reed.countBetween(0, 11_000)).toBe(2)
    expect(reed.countBetween(0, 14_001)).toBe(4)
})

test("a digital magnet channel sees contacts", () => {
    const pulse = { pulseMs: 300, gapMs: 300 }
    const source = open({ ...turns, pulse }, { kind: "magnet", digital: true })
    expect(countChanges(sample(source, 10, 20_000), 1)).toBe(9)
})

test("pulses nearer than the fastest turn are delayed, and told", () => {
    const file = tempFile("turns.csv", "t\n10\n10\n20\n")
    const source = open({ type: "pulses", timeColumn: "t", file, from: 0 }, { kind: "disc" })
    expect(source.countBetween(10_000, 10_600)).toBe(2)
    expect(source.notes.at(-1)).toMatch(/^1 of 3 pulses were delayed, by 500 ms at most/)
})

const adc = { type: "adc", file: "a.csv", column: "v", rateHz: 1, fullScale: 1 }
const blinkiki = { type: "pattern", model: "blinkiki" }

test.each([
    [{ ...turns, disc }, "magnet", false, 'x.disc needs a channel of kind "disc".'],
    [{ ...turns, magnet }, "disc", false, 'x.magnet needs a channel of kind "magnet".'],
    [{ ...turns, magnet }, "magnet", true, "x.magnet needs an analog channel."],
    [{ ...turns, pulse: {} }, "magnet", false, 'x.pulse needs a channel of kind "pulse".'],
    [{ ...turns, light: {} }, "disc", false, 'x.light needs a channel of kind "light".'],
    [adc, "magnet", true, 'x.type "adc" needs an analog channel.'],
    [rest, "light", false, 'x.model "rest" needs a channel of kind "pulse", "disc" or "magnet".'],
    [blinkiki, "disc", false, 'x.model "blinkiki" needs a channel of kind "light".'],
] as const)("%o does not fit a channel of kind %s, digital %s", (spec, kind, digital, expected) => {
    const run = () =>
        openSource(sourceSchema.parse(spec), {
            kind,
            digital,
            label: "x",
            durationMs: 1000,
            baseDir: ".",
            random: new Random(1),
            startUnixMs: 0,
        })
    expect(run).toThrow(expected)
})
