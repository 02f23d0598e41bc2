import { join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { openSource } from "../../sim/sources/source.js"
import { sourceSchema } from "../../sim/sources/source-schema.js"
import { Tables } from "../../sim/sources/table.js"
import type { Detector } from "../../src/measure/detector.js"
import { DISC_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { DiscDetector } from "../../src/measure/disc-detector.js"
import { MagnetDetector } from "../../src/measure/magnet-detector.js"
import { hasRecordings } from "../sim/recordings.js"

const dataDir = resolve(process.env["METERBEAT_DATA"] ?? "../shared/data")
const tables = new Tables()
const FULL_SCALE_MV = 3300
/** Of the ADC: 3 steps of 12 bits. */
const NOISE_MV = 2.4
const PHASES_MS = [0, 3, 7]

/** Counts at three phases of the sampling grid, without noise and with an ADC's. */
function counts(kind: "disc" | "magnet", file: string, settings: object): number[] {
    return [0, NOISE_MV].flatMap(noiseMv =>
        PHASES_MS.map(phaseMs => {
            const source = openSource(
                sourceSchema.parse({ type: "adc", file: join(dataDir, file), ...settings }),
                {
                    kind,
                    durationMs: Number.POSITIVE_INFINITY,
                    baseDir: ".",
                    random: new Random(1),
                    startUnixMs: 0,
                    tables,
                }
            )
            const random = new Random(phaseMs + 21)
            const detector: Detector =
                kind === "disc" ? new DiscDetector(DISC_DEFAULTS) : new MagnetDetector()
            let counted = 0
            for (let atMs = 0; atMs < source.endMs + 1000; atMs += 10) {
                const mv =
                    source.signalAt(atMs + phaseMs) * FULL_SCALE_MV + noiseMv * random.gaussian()
                if (detector.add(mv, atMs) !== undefined) counted++
            }
            return counted
        })
    )
}

describe.skipIf(!hasRecordings)("recordings count the same", () => {
    const gas = { column: "adc", fullScale: 1023, rateHz: 25 }
    test.each([
        { inverted: true },
        { rateHz: 50 },
        { rateHz: 20 },
        { rateHz: 12 },
        { rateHz: 6 },
        { fullScale: 4095 },
        { fullScale: 990 },
        { fullScale: 2000, offset: 900 },
    ])("a gas meter's digit as %o", settings => {
        const found = counts("disc", "gas-meter-optical/raw_adc.csv", { ...gas, ...settings })
        expect(found).toEqual(Array(6).fill(5))
    })

    const disc = { column: "adc", fullScale: 1023, timeColumn: "t_ms", timeUnit: "ms" }
    test.each([
        { inverted: true },
        { fullScale: 150 },
        { fullScale: 255, inverted: true },
        { fullScale: 1023, offset: 500 },
        { timeColumn: undefined, rateHz: 50 },
        { timeColumn: undefined, rateHz: 25 },
        { timeColumn: undefined, rateHz: 12 },
        { timeColumn: undefined, rateHz: 5 },
    ])("a Ferraris disc as %o", settings => {
        const file = "ferraris-disc-optical/raw_adc_100s.csv"
        expect(counts("disc", file, { ...disc, ...settings })).toEqual(Array(6).fill(6))
    })

    const magnet = { column: "X_Axis", fullScale: 255, offset: 128, rateHz: 100 }
    test.each([
        { inverted: false },
        { rateHz: 155 },
        { rateHz: 300 },
        { rateHz: 560 },
        { fullScale: 1023, offset: 512 },
    ])("a water meter's magnet as %o", settings => {
        const file = "water-meter-magnetometer/raw_magnetometer_xyz.csv"
        expect(counts("magnet", file, { ...magnet, ...settings })).toEqual(Array(6).fill(75))
    })

    const steady = { column: "x_gauss", fullScale: 8, offset: 4, rateHz: 100 }
    test.each([
        { inverted: true },
        { rateHz: 50 },
        { rateHz: 155 },
        { rateHz: 300 },
        { fullScale: 2, offset: 1 },
        { fullScale: 24, offset: 12 },
        { fullScale: 32, offset: 16 },
    ])("a steady magnet as %o", settings => {
        const file = "water-meter-magnetometer/ConstRate_X.csv"
        for (const counted of counts("magnet", file, { ...steady, ...settings })) {
            expect(counted).toBeGreaterThanOrEqual(57)
            expect(counted).toBeLessThanOrEqual(59)
        }
    })
})
