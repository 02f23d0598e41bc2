import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { openSource } from "../../sim/sources/source.js"
import { sourceSchema } from "../../sim/sources/source-schema.js"
import {
    POOR_QUALITY,
    TAMPER_BLINDED,
    TAMPER_NONE,
    TAMPER_SHORTED,
    TAMPER_TORN_OFF,
} from "../../src/measure/detector.js"
import { DISC_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { DiscDetector } from "../../src/measure/disc-detector.js"
import { type AnalogWaveform, DISC_WAVEFORMS, WaveformSamples } from "./analog-waveforms.js"

const FULL_SCALE_MV = 3300

function samplesOf(waveform: AnalogWaveform): number[] {
    const samples = new WaveformSamples(waveform)
    const found: number[] = []
    for (let mv = samples.next(); mv !== undefined; mv = samples.next()) found.push(mv)
    return found
}

describe("disc detector", () => {
    test.each(DISC_WAVEFORMS)("$name: $pulses", waveform => {
        const options = { ...DISC_DEFAULTS, isPeak: waveform.isPeak ?? 2 }
        const detector = new DiscDetector(options)
        const begins = samplesOf(waveform)
            .map((mv, i) => detector.add(mv, i * 10))
            .filter(beganMs => beganMs !== undefined)
        expect(begins).toHaveLength(waveform.pulses)
        expect(begins).toEqual([...begins].sort((a, b) => a - b))
    })

    test("a mark that is too short is rejected where longer ones are asked for", () => {
        const detector = new DiscDetector({ isPeak: 2, shortestMs: 100 })
        const waveform = {
            name: "",
            pieces: [
                [1400, 20],
                [1800, 180],
            ] as [number, number][],
        }
        const short = {
            name: "",
            pieces: [
                [1400, 6],
                [1800, 194],
            ] as [number, number][],
        }
        const samples = [
            ...samplesOf({ ...waveform, repeats: 5, pulses: 5 }),
            ...samplesOf({ ...short, repeats: 4, pulses: 0 }),
        ]
        const begins = samples.filter((mv, i) => detector.add(mv, i * 10) !== undefined)
        expect(begins).toHaveLength(5)
        expect(detector.rejected).toBe(4)
    })
})

/** Counted and true pulses of a simulated disc. */
function play(settings: object, disc: object, durationMs: number, addMv = (_atMs: number) => 0) {
    const source = openSource(sourceSchema.parse({ type: "pattern", ...settings, disc }), {
        kind: "disc",
        durationMs,
        baseDir: ".",
        random: new Random(7),
        startUnixMs: 0,
    })
    const detector = new DiscDetector(DISC_DEFAULTS)
    const qualities: number[] = []
    const tampers: number[] = []
    let counted = 0
    for (let atMs = 0; atMs < durationMs; atMs += 10) {
        const mv = source.signalAt(atMs) * FULL_SCALE_MV + addMv(atMs)
        if (detector.add(Math.min(FULL_SCALE_MV, Math.max(0, mv)), atMs) !== undefined) counted++
        if (atMs % 5000 !== 4990) continue
        qualities.push(detector.takeQuality())
        tampers.push(detector.takeTamper())
    }
    return {
        counted,
        expected: source.countBetween(0, durationMs),
        qualities,
        tampers: tampers.filter(tamper => tamper !== TAMPER_NONE),
    }
}

describe.each([-60, -400, 400, 1200])("marks of %i mV", markMv => {
    test.each([
        [1500, 0.03],
        [3000, 0.05],
        [20_000, 0.1],
        [120_000, 0.05],
        [600_000, 0.05],
    ])("every %i ms, %f of a turn", (everyMs, markShare) => {
        const disc = { markMv, markShare, noiseMv: 2.4 }
        const { counted, expected } = play({ model: "turns", everyMs }, disc, everyMs * 30.5)
        expect(counted).toBe(expected)
    })
})

test("a day of a home's load, with drift and glitter, is exact", () => {
    const disc = { driftMv: 200, glitterMv: 150, noiseMv: 5 }
    const { counted, expected } = play({ model: "household", pulsesPerKwh: 75 }, disc, 86_400_000)
    expect(counted).toBe(expected)
})

test.each([0.001, 0.02])(
    "a disc that trembles by %f of a turn at its mark for eight hours counts it once",
    trembleShare => {
        const rest = { model: "rest", turnMs: 20_000, turns: 10, restS: 28_800, trembleShare }
        const { counted, expected } = play(rest, {}, 30_000_000)
        expect(counted).toBe(expected)
    }
)

test("a lamp that lifts the base line by most of a mark is at least told by the quality", () => {
    const { counted, expected, qualities } = play(
        { model: "turns", everyMs: 20_000 },
        {},
        4_000_000,
        atMs => (Math.floor(atMs / 1_000_000) % 2) * 300
    )
    expect(counted).not.toBe(expected)
    expect(qualities.filter(quality => quality < POOR_QUALITY).length).toBeGreaterThan(0)
})

test.each([
    ["saturated", 3300, TAMPER_BLINDED],
    ["at ground", -3300, TAMPER_SHORTED],
    ["somewhere else", -1500, TAMPER_TORN_OFF],
])("a sensor that is %s is told once, and not counted", (_name, awayMv, tamper) => {
    const { tampers, counted, qualities } = play(
        { model: "turns", everyMs: 5000 },
        { markMv: -200 },
        1_000_000,
        atMs => (atMs > 500_000 ? awayMv : 0)
    )
    expect(tampers).toEqual([tamper])
    expect(counted).toBe(99)
    expect(qualities[120]).toBe(0)
})
