import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { openSource } from "../../sim/sources/source.js"
import { sourceSchema } from "../../sim/sources/source-schema.js"
import { TAMPER_MAGNET, TAMPER_NONE } from "../../src/measure/detector.js"
import { MagnetDetector } from "../../src/measure/magnet-detector.js"
import { type AnalogWaveform, MAGNET_WAVEFORMS, WaveformSamples } from "./analog-waveforms.js"

const FULL_SCALE_MV = 3300

function samplesOf(waveform: AnalogWaveform): number[] {
    const samples = new WaveformSamples(waveform)
    const found: number[] = []
    for (let mv = samples.next(); mv !== undefined; mv = samples.next()) found.push(mv)
    return found
}

describe("magnet detector", () => {
    test.each(MAGNET_WAVEFORMS)("$name: $pulses", waveform => {
        const detector = new MagnetDetector()
        const begins = samplesOf(waveform)
            .map((mv, i) => detector.add(mv, i * 10))
            .filter(beganMs => beganMs !== undefined)
        expect(begins).toHaveLength(waveform.pulses)
    })
})

/** Counted and true pulses of a simulated magnet. */
function play(settings: object, magnet: object, durationMs: number, addMv = (_atMs: number) => 0) {
    const source = openSource(sourceSchema.parse({ type: "pattern", ...settings, magnet }), {
        kind: "magnet",
        durationMs,
        baseDir: ".",
        random: new Random(9),
        startUnixMs: 0,
    })
    const detector = new MagnetDetector()
    const tampers: number[] = []
    let poorSlots = 0
    let counted = 0
    for (let atMs = 0; atMs < durationMs; atMs += 10) {
        const mv = source.signalAt(atMs) * FULL_SCALE_MV + addMv(atMs)
        if (detector.add(Math.min(FULL_SCALE_MV, Math.max(0, mv)), atMs) !== undefined) counted++
        if (atMs % 5000 !== 4990) continue
        if (detector.takeQuality() < 50) poorSlots++
        const tamper = detector.takeTamper()
        if (tamper !== TAMPER_NONE) tampers.push(tamper)
    }
    return { counted, expected: source.countBetween(0, durationMs), tampers, poorSlots }
}

describe.each([60, 600, 3000])("a swing of %i mV", swingMv => {
    test.each([500, 2000, 60_000, 600_000])("every %i ms", everyMs => {
        const magnet = { swingMv, noiseMv: 2.4 }
        const { counted, expected } = play({ model: "turns", everyMs }, magnet, everyMs * 50.5)
        // the half second that the noise is learned in may hold the first rise
        expect(counted).toBeGreaterThanOrEqual((expected ?? 0) - 1)
        expect(counted).toBeLessThanOrEqual(expected ?? 0)
    })
})

describe.each([0, 0.02, 0.05])("a magnet that rests at its threshold for an hour", trembleShare => {
    test.each([5, 20, 100, 1000])(`trembling by ${trembleShare} of a turn in %i ms`, trembleMs => {
        const rest = {
            model: "rest",
            turnMs: 1000,
            turns: 10,
            restS: 3600,
            trembleShare,
            trembleMs,
        }
        const { counted, expected } = play(rest, { noiseMv: 2.4 }, 20_000_000)
        expect(counted).toBe(expected)
    })
})

test("an offset that drifts by more than the swing", () => {
    const { counted, expected } = play(
        { model: "turns", everyMs: 5000 },
        { driftMv: 1000 },
        7_200_000
    )
    expect(counted).toBe(expected)
})

test("a sensor of nothing but noise counts nothing", () => {
    const { counted } = play({ model: "constant", powerW: 0 }, { noiseMv: 10 }, 20_000_000)
    expect(counted).toBe(0)
})

test("a foreign magnet is told once, counts at most one, and leaves the count going afterwards", () => {
    const { tampers, counted, expected, poorSlots } = play(
        { model: "turns", everyMs: 5000 },
        {},
        2_000_000,
        atMs => (atMs > 500_000 && atMs < 560_000 ? 1800 : 0)
    )
    expect(tampers).toEqual([TAMPER_MAGNET])
    expect(poorSlots).toBeGreaterThanOrEqual(11)
    expect(counted).toBeLessThanOrEqual(expected ?? 0)
    expect(counted).toBeGreaterThanOrEqual((expected ?? 0) - 13)
})
