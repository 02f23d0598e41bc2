import { expect, test } from "vitest"
import { countChanges, open, sample } from "./open.js"

const train = { type: "pattern", model: "train", onMs: 30, offMs: 70 }
const pulse = { kind: "pulse" } as const

test.each([
    ["an open collector", {}, 1],
    ["an active high output", { activeHigh: true }, 0],
])("%s rests at its idle level and pulses for its length", (_name, look, idle) => {
    const source = open({ ...train, pulse: look }, { ...pulse, durationMs: 200 })
    const levels = sample(source, 10, 300)
    const active = levels.flatMap((level, i) => (level === idle ? [] : [i * 10]))
    expect(active).toEqual([70, 80, 90, 170, 180, 190])
    expect(source.endMs).toBe(200)
})

test("pulses shorter than a poll may be missed on the pin but are in the truth", () => {
    const source = open(
        { type: "pattern", model: "constant", powerW: 3600, pulse: { pulseMs: 5 } },
        { ...pulse, durationMs: 60_500 }
    )
    expect(source.countBetween(0, 60_500)).toBe(60)
    expect(
        countChanges(sample({ ...source, signalAt: ms => source.signalAt(ms + 7) }, 10, 60_000), 1)
    ).toBe(0)
})

test("bounce toggles after both edges, settles in time, and is not counted", () => {
    const look = { ...train, pulse: { bounceMs: 12 } }
    const source = open(look, { ...pulse, durationMs: 60_000 })
    const levels = sample(source, 0.05, 60_000)
    const changes = levels.flatMap((level, i) =>
        i > 0 && level !== levels[i - 1] ? [i * 0.05] : []
    )
    for (const atMs of changes) {
        const inPeriodMs = (atMs + 30 - 1e-9) % 100
        const isAfterRise = inPeriodMs <= 12.1 || inPeriodMs > 99.9
        expect(isAfterRise || (inPeriodMs > 29.9 && inPeriodMs <= 42.1)).toBe(true)
    }
    expect(changes.length).toBeGreaterThan(4 * 1200)
    expect(source.countBetween(0, 60_000)).toBe(600)
    expect(source.endMs).toBe(60_012)
})

test("the signal is the same whether it is read often or seldom", () => {
    const spec = { ...train, pulse: { bounceMs: 10 } }
    const fine = sample(open(spec, pulse), 1, 20_000).filter((_, i) => i % 10 === 0)
    expect(sample(open(spec, pulse), 10, 20_000)).toEqual(fine)
})
