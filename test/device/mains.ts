import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { calibrateGains, calibratePhase } from "../../src/measure/mains-calibration.js"
import { MainsCircuit } from "../../src/measure/mains-circuit.js"
import { MainsClock } from "../../src/measure/mains-clock.js"
import { atan2, cos, sin } from "../../src/measure/trig.js"
import { VoltageWatch } from "../../src/measure/voltage-watch.js"
import { LOADS, MAINS_OPTIONS, VOLTAGE_AMPLITUDE, waveCodes } from "../measure/mains-bursts.js"

const SAMPLE_MS = 0.16
const TURNS_PER_SAMPLE = 0.05 * SAMPLE_MS
const BURSTS = 40

function near(value: number, expected: number, most: number): void {
    expect(Math.abs(value - expected) <= most).toBe(true)
}

/** A clock that has seen two seconds of 50 Hz. */
async function learnedClock(): Promise<MainsClock> {
    const clock = new MainsClock()
    for (let burst = 0; burst < BURSTS; burst++) {
        const samples = clock.burstSamples()
        const startMs = burst * 50
        const wave = {
            amplitude: VOLTAGE_AMPLITUDE,
            turnsPerSample: TURNS_PER_SAMPLE,
            startTurns: 0,
        }
        wave.startTurns = startMs * 0.05
        const codes = waveCodes(wave, samples, sin)
        await ds.sleep(0)
        clock.addBurst(startMs, codes, samples, startMs + Math.floor(samples * SAMPLE_MS) + 1)
        await ds.sleep(0)
    }
    return clock
}

describe("trigonometry", () => {
    test("is that of any other machine", async () => {
        await ds.sleep(1)
        near(sin(1), 0.8414709848, 1e-9)
        near(cos(-4), -0.6536436209, 1e-9)
        near(atan2(-1, -2), -2.6779450446, 1e-9)
    })
})

describe("mains", () => {
    test("clock, circuit and watch agree on loads, in one run a burst", async () => {
        const clock = await learnedClock()
        near(clock.frequencyHz ?? 0, 50, 0.001)
        near(clock.sampleMs ?? 0, SAMPLE_MS, 0.0001)
        const samples = clock.burstSamples()
        const wave = {
            amplitude: VOLTAGE_AMPLITUDE,
            turnsPerSample: TURNS_PER_SAMPLE,
            startTurns: 0,
        }
        const voltage = waveCodes(wave, samples, sin)
        for (const load of LOADS) {
            await ds.sleep(0)
            const circuit = new MainsCircuit({ ...MAINS_OPTIONS, isReversed: load.isReversed })
            const watch = new VoltageWatch({
                declaredV: 230,
                voltageGain: 10000,
                sagPercent: 90,
                swellPercent: 110,
            })
            const current = waveCodes(
                {
                    amplitude: 1000,
                    turnsPerSample: TURNS_PER_SAMPLE,
                    startTurns: TURNS_PER_SAMPLE / 2 - load.lagTurns,
                },
                samples,
                sin
            )
            await ds.sleep(0)
            circuit.addBurst(clock, voltage, current, samples)
            expect(watch.addBurst(clock, 2000, voltage, samples)).toBe(undefined)
            const slot = circuit.closeSlot(5000)
            if (slot === undefined) throw new Error("no slot")
            near((slot.energyIn - slot.energyOut) * 0.072, load.powerW, 4)
            near(slot.reactiveDvar / 10, load.reactiveVar, 4)
            near(slot.voltageCv, 23000, 10)
        }
    })
})

describe("calibration", () => {
    test("gives gains and phase", async () => {
        await ds.sleep(1)
        const measured = { currentA: 9.5, voltageV: 231 }
        const gains = calibrateGains(MAINS_OPTIONS, measured, { currentA: 10, voltageV: 230 })
        expect(gains?.currentGain ?? 0).toBe(10526)
        const shown = { powerW: 529.92, reactiveVar: 848.05, frequencyHz: 50 }
        expect(calibratePhase(0, shown, 0.5, false) ?? 0).toBe(111)
    })
})
