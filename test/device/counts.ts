import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { ContactDetector } from "../../src/measure/contact-detector.js"
import type { Detector } from "../../src/measure/detector.js"
import { DISC_DEFAULTS, PULSE_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { DiscDetector } from "../../src/measure/disc-detector.js"
import { MagnetDetector } from "../../src/measure/magnet-detector.js"
import {
    type AnalogWaveform,
    DISC_WAVEFORMS,
    MAGNET_WAVEFORMS,
    WaveformSamples,
} from "../measure/analog-waveforms.js"
import { CONTACT_WAVEFORMS, type ContactWaveform } from "../measure/contact-waveforms.js"

const POLL_MS = 10
const SAMPLES_A_RUN = 50

/** A pause before each test, since the runtime ends a program that runs on without one. */
function pauseBeforeEach(): void {
    beforeEach(async () => {
        await ds.sleep(1)
    })
}

function contactOf(waveform: ContactWaveform): ContactDetector {
    return new ContactDetector({
        edge: waveform.edge ?? PULSE_DEFAULTS.edge,
        isInverted: waveform.isInverted ?? PULSE_DEFAULTS.isInverted,
        shortestHighMs: waveform.shortestHighMs ?? PULSE_DEFAULTS.shortestHighMs,
        shortestLowMs: waveform.shortestLowMs ?? PULSE_DEFAULTS.shortestLowMs,
        calmMs: PULSE_DEFAULTS.calmMs,
    })
}

describe("contact detector", () => {
    pauseBeforeEach()
    CONTACT_WAVEFORMS.forEach(waveform => {
        test(waveform.name, () => {
            const detector = contactOf(waveform)
            const found: number[] = []
            for (let poll = 0; poll < waveform.levels.length; poll++) {
                const atMs = waveform.pollsMs ? waveform.pollsMs[poll] : poll * POLL_MS
                const beganMs = detector.add(waveform.levels[poll] === "1" ? 1 : 0, atMs)
                if (beganMs !== undefined) found.push(beganMs)
            }
            expect(JSON.stringify(found)).toBe(JSON.stringify(waveform.beginsMs))
            expect(detector.rejected).toBe(waveform.rejected)
        })
    })
})

async function countIn(detector: Detector, waveform: AnalogWaveform): Promise<number> {
    const samples = new WaveformSamples(waveform)
    let pulses = 0
    let i = 0
    let mv = samples.next()
    while (mv !== undefined) {
        if (detector.add(mv, i * POLL_MS) !== undefined) pulses++
        if (i % SAMPLES_A_RUN === 0) await ds.sleep(0)
        i++
        mv = samples.next()
    }
    return pulses
}

function describeAnalog(name: string, table: AnalogWaveform[], open: (isPeak: number) => Detector) {
    describe(name, () => {
        pauseBeforeEach()
        table.forEach(waveform => {
            test(waveform.name, async () => {
                const detector = open(waveform.isPeak ?? DISC_DEFAULTS.isPeak)
                expect(await countIn(detector, waveform)).toBe(waveform.pulses)
                expect(detector.takeQuality() >= 0).toBe(true)
                expect(detector.takeTamper()).toBe(0)
                // bound to its detector, as whoever aims a sensor takes it
                const signalOf = detector.signal
                expect(signalOf()[3]).toBe(detector.rejected)
            })
        })
    })
}

describeAnalog(
    "disc detector",
    DISC_WAVEFORMS,
    isPeak => new DiscDetector({ isPeak, shortestMs: DISC_DEFAULTS.shortestMs })
)
describeAnalog("magnet detector", MAGNET_WAVEFORMS, () => new MagnetDetector())
