import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { POOR_QUALITY } from "../../src/measure/detector.js"
import { LIGHT_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { LightDetector } from "../../src/measure/light-detector.js"
import { LIGHT_TRACES, samplesOf } from "../measure/light-waveforms.js"

describe("light detector", () => {
    beforeEach(async () => {
        await ds.sleep(1)
    })
    LIGHT_TRACES.forEach(trace => {
        test(trace.name, async () => {
            const detector = new LightDetector(LIGHT_DEFAULTS)
            const begins: number[] = []
            const samples = samplesOf(trace)
            for (let i = 0; i < samples.length; i++) {
                const beganMs = detector.add(samples[i], i * 10)
                if (beganMs !== undefined) begins.push(beganMs)
                if (i % 50 === 0) await ds.sleep(1)
            }
            expect(JSON.stringify(begins)).toBe(JSON.stringify(trace.begins))
            expect(detector.rejected).toBe(trace.rejected)
            expect(detector.takeQuality() < POOR_QUALITY).toBe(trace.isPoor)
            const signal = detector.signal()
            expect(signal.length).toBe(4)
            expect(signal[3]).toBe(trace.rejected)
        })
    })
})
