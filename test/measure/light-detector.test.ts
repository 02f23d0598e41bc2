import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { blinkikiSamples } from "../../sim/sources/blinkiki.js"
import { EventTimes } from "../../sim/sources/event-times.js"
import { LightSource } from "../../sim/sources/light.js"
import {
    POOR_QUALITY,
    TAMPER_BLINDED,
    TAMPER_NONE,
    TAMPER_SHORTED,
    TAMPER_TORN_OFF,
} from "../../src/measure/detector.js"
import { LIGHT_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { LightDetector } from "../../src/measure/light-detector.js"
import { LIGHT_TRACES, samplesOf } from "./light-waveforms.js"

const SLOT_MS = 5000

test.each(LIGHT_TRACES)("$name", trace => {
    const detector = new LightDetector(LIGHT_DEFAULTS)
    const begins: number[] = []
    samplesOf(trace).forEach((mv, i) => {
        const beganMs = detector.add(mv, i * 10)
        if (beganMs !== undefined) begins.push(beganMs)
    })
    expect(begins).toEqual(trace.begins)
    expect(detector.rejected).toBe(trace.rejected)
    expect(detector.takeQuality() < POOR_QUALITY).toBe(trace.isPoor)
})

test.each([1, 2, 3, 4, 5])(
    "counts 100,000 of blinkiki's flashes without an error, seed %i",
    seed => {
        const detector = new LightDetector(LIGHT_DEFAULTS)
        const samples = blinkikiSamples(new Random(seed))
        let sample = { mv: 0, flashes: 0 }
        let nextMs = 0
        let counted = 0
        for (let atMs = 0; sample.flashes <= 100_000; atMs += 10) {
            for (; nextMs <= atMs; nextMs += 25) sample = samples.next().value ?? sample
            if (detector.add(quantized(sample.mv), atMs) !== undefined) counted++
            if (atMs % SLOT_MS !== 0) continue
            detector.takeQuality()
            // the last flash may still be open
            expect(sample.flashes - counted).toBeGreaterThanOrEqual(0)
            expect(sample.flashes - counted).toBeLessThanOrEqual(1)
        }
        expect(counted).toBe(100_000)
        expect(detector.rejected).toBe(0)
    },
    60_000
)

test.each([0, 400])(
    "counts a day under sun, clouds and a lamp with %i mV of flicker",
    flickerMv => {
        const durationMs = 86_400_000
        const random = new Random(1)
        const spread = random.fork("load")
        function* times(): Generator<number, undefined> {
            for (let ms = 3000; ; ms += 500 + 6000 * spread.next()) yield ms
        }
        const events = new EventTimes(
            { times: times(), isEndless: true, notes: [] },
            { spacingMs: 0, durationMs }
        )
        const look = {
            flashMs: 40,
            gapMs: 0,
            baseMv: 120,
            flashMv: 900,
            daylightMv: 250,
            flickerMv,
            noiseMv: 8,
        }
        const source = new LightSource(events, look, 0, random)
        const detector = new LightDetector(LIGHT_DEFAULTS)
        let counted = 0
        let poorSlots = 0
        for (let atMs = 0; atMs < durationMs; atMs += 10) {
            if (detector.add(quantized(source.signalAt(atMs) * 3300), atMs) !== undefined) counted++
            if (atMs % SLOT_MS === 0 && detector.takeQuality() < POOR_QUALITY) poorSlots++
        }
        expect(counted).toBe(source.countBetween(0, durationMs))
        expect(poorSlots).toBeLessThan(10)
    },
    60_000
)

describe("late samples", () => {
    test("a flash of which one sample is left after a gap of 20 ms counts", () => {
        const detector = new LightDetector(LIGHT_DEFAULTS)
        const lit = new Set([3000, 3010, 3020, 6000])
        let counted = 0
        for (let atMs = 0; atMs < 8000; atMs += atMs === 5980 ? 20 : 10)
            if (detector.add(lit.has(atMs) ? 1300 : 300, atMs) !== undefined) counted++
        expect(counted).toBe(2)
    })

    test("a gap longer than a flash is told", () => {
        const detector = new LightDetector(LIGHT_DEFAULTS)
        for (let atMs = 0; atMs < SLOT_MS; atMs += atMs === 3000 ? 60 : 10) detector.add(300, atMs)
        expect(detector.takeQuality()).toBeLessThan(POOR_QUALITY)
    })
})

describe("tamper", () => {
    test("a blinded sensor is told once, and again after it could see", () => {
        const found = tampersOf([
            [20_000, 300],
            [60_000, 3300],
            [20_000, 300],
            [60_000, 3300],
        ])
        expect(found).toEqual([TAMPER_BLINDED, TAMPER_BLINDED])
    })

    test("a sensor at the rail for a day is shorted", () => {
        expect(tampersOf([[90_000_000, 3300]])).toEqual([TAMPER_BLINDED, TAMPER_SHORTED])
    })

    test("a sensor that goes dark while flashes came all the time is torn off", () => {
        const flashing: [number, number][] = Array.from({ length: 60 }, (_, i) =>
            i % 2 === 0 ? [1000, 200] : [40, 1000]
        )
        expect(tampersOf([...flashing, [1_800_000, 0]])).toEqual([TAMPER_TORN_OFF])
        expect(tampersOf([...flashing, [1_800_000, 200]])).toEqual([])
    })
})

function tampersOf(pieces: [number, number][]): number[] {
    const detector = new LightDetector(LIGHT_DEFAULTS)
    const found: number[] = []
    let atMs = 0
    for (const [lengthMs, mv] of pieces) {
        for (const endMs = atMs + lengthMs; atMs < endMs; atMs += 10) {
            detector.add(mv, atMs)
            if (atMs % SLOT_MS !== 0) continue
            detector.takeQuality()
            const tamper = detector.takeTamper()
            if (tamper !== TAMPER_NONE) found.push(tamper)
        }
    }
    return found
}

function quantized(mv: number): number {
    return (Math.round((mv / 3300) * 4095) * 3300) / 4095
}
