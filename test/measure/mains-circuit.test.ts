import { describe, expect, test } from "vitest"
import { measuredSlots } from "../../cli/measure/calibrate-bench.js"
import {
    MainsBench,
    mainsSpec,
    USUAL_OPTIONS,
    USUAL_TIMING,
} from "../../cli/measure/mains-bench.js"
import { BurstSums } from "../../src/measure/burst-sums.js"
import { calibrateGains, calibratePhase } from "../../src/measure/mains-calibration.js"
import { MainsCircuit } from "../../src/measure/mains-circuit.js"
import { atan2, cos, sin } from "../../src/measure/trig.js"
import { waveCodes } from "./mains-bursts.js"

test("sine, cosine and angle are Node's", () => {
    for (let angle = -20; angle < 20; angle += 0.137) {
        expect(sin(angle)).toBeCloseTo(Math.sin(angle), 9)
        expect(cos(angle)).toBeCloseTo(Math.cos(angle), 9)
        const [x, y] = [Math.cos(angle) * 3, Math.sin(angle) * 3]
        expect(atan2(y, x)).toBeCloseTo(Math.atan2(y, x), 11)
    }
    expect(atan2(0, 0)).toBe(0)
})

describe.each([28.6, 42.5, 107.9, 125, 138.9])("a cycle of %f samples", cycle => {
    test.each([0, 0.13, 0.4, 0.77])("that begins at turn %f", startTurns => {
        const sums = new BurstSums()
        const turnsPerSample = 1 / cycle
        const lagTurns = 0.15
        const voltage = { amplitude: 1500, turnsPerSample, startTurns }
        const half = turnsPerSample / 2
        const current = { amplitude: 900, turnsPerSample, startTurns: startTurns + half - lagTurns }
        const samples = Math.floor(cycle) + 4
        sums.addPair(
            waveCodes(voltage, samples, Math.sin),
            waveCodes(current, samples, Math.sin),
            cycle,
            0
        )
        const apparent = (1500 * 900) / 2
        const angle = 2 * Math.PI * lagTurns
        expect(sums.vv / (1500 ** 2 / 2)).toBeCloseTo(1, 3)
        expect(sums.ii / (900 ** 2 / 2)).toBeCloseTo(1, 3)
        expect(sums.vi / apparent).toBeCloseTo(Math.cos(angle), 3)
        expect(sums.real1 / apparent).toBeCloseTo(Math.cos(angle), 3)
        expect(sums.reactive1 / apparent).toBeCloseTo(Math.sin(angle), 3)
        // only tells load from noise
        expect(sums.ii1 / (900 ** 2 / 2)).toBeCloseTo(1, 2)
    })
})

function slotsOf(spec: object, options = USUAL_OPTIONS, count = 4) {
    const bench = new MainsBench(mainsSpec(spec), options, 2)
    bench.runSlots(1)
    return measuredSlots(bench, count)
}

describe("a circuit", () => {
    test("counts what is given back apart from what is taken", () => {
        for (const slot of slotsOf({ current: { powerW: -2000 } })) {
            expect(slot.energyIn).toBe(0)
            expect(slot.energyOut).toBeGreaterThan(27_000)
            expect(Math.abs(slot.angleDdeg)).toBeGreaterThan(1790)
        }
    })

    test("counts the other way round when its clamp is reversed", () => {
        const options = { ...USUAL_OPTIONS, isReversed: true }
        for (const slot of slotsOf({ current: { powerW: -2000 } }, options))
            expect(slot.energyOut).toBe(0)
    })

    test("without a voltage input takes the line voltage, and says so", () => {
        const options = { ...USUAL_OPTIONS, hasVoltage: false, lineVoltageV: 120 }
        for (const slot of slotsOf({ current: { currentA: 10, powerFactor: 0.5 } }, options)) {
            expect(slot.isApparent).toBe(true)
            expect(slot.reactiveDvar).toBe(0)
            expect(slot.voltageCv).toBe(0)
            expect(slot.energyIn / slot.currentMa).toBeCloseTo((120 * 5000) / 360 / 1000, 3)
        }
    })

    test("says how much of the time it was measured", () => {
        const share = (circuits: number) => {
            const timing = { ...USUAL_TIMING, circuits }
            const bench = new MainsBench(
                mainsSpec({ current: { powerW: 100 } }),
                USUAL_OPTIONS,
                1,
                timing
            )
            bench.runSlots(1)
            return measuredSlots(bench, 1)[0].shareTenths
        }
        expect(share(1)).toBe(400)
        expect(share(4)).toBe(100)
    })

    test("counts the same in a thousand short slots as in a long one", () => {
        const bench = new MainsBench(mainsSpec({ current: { powerW: 50 } }), USUAL_OPTIONS, 1)
        bench.runSlots(1)
        const { voltage, current, samples } = bench.read(bench.nowMs, 129, true)
        const short = new MainsCircuit(USUAL_OPTIONS)
        const long = new MainsCircuit(USUAL_OPTIONS)
        for (let slot = 0; slot < 1000; slot++) {
            short.addBurst(bench.clock, voltage, current, samples)
            short.closeSlot(5)
        }
        long.addBurst(bench.clock, voltage, current, samples)
        long.closeSlot(5000)
        expect(long.energyIn).toBeGreaterThan(500)
        expect(Math.abs(short.energyIn - long.energyIn)).toBeLessThanOrEqual(1)
    })

    test("learns its noise where there is no load, and keeps it under one", () => {
        const steps = [
            { atS: 30, powerW: 1000 },
            { atS: 60, powerW: 0 },
        ]
        const bench = new MainsBench(mainsSpec({ current: { steps } }), USUAL_OPTIONS, 2)
        bench.runSlots(5)
        const idleMa = bench.circuit.noiseMa()
        expect(idleMa).toBeGreaterThan(110)
        expect(idleMa).toBeLessThan(135)
        bench.runSlots(6)
        expect(bench.circuit.noiseMa()).toBeCloseTo(idleMa, -1)
    })
})

describe("a clock", () => {
    test.each([45, 50, 55, 60, 65, 70])("knows %i Hz after a second and a half", frequencyHz => {
        const spec = mainsSpec({ voltage: { frequencyHz }, current: { currentA: 0 } })
        const bench = new MainsBench(spec, USUAL_OPTIONS, 4)
        let isUsable = false
        while (bench.nowMs < 1500) bench.runVoltageBurst(false, () => {})
        isUsable = bench.clock.frequencyHz !== undefined
        expect(isUsable).toBe(true)
        expect(bench.clock.frequencyHz).toBeCloseTo(frequencyHz, 0)
        expect(bench.clock.sampleMs).toBeCloseTo(USUAL_TIMING.sampleMs, 2)
    })

    test("learns a board that is three times slower", () => {
        const timing = { ...USUAL_TIMING, sampleMs: 0.48, startMs: 0.9, everyMs: 100 }
        const bench = new MainsBench(
            mainsSpec({ current: { powerW: 2000 } }),
            USUAL_OPTIONS,
            4,
            timing
        )
        bench.runSlots(2)
        expect(bench.clock.sampleMs).toBeCloseTo(0.48, 3)
        expect(bench.clock.burstSamples()).toBeLessThan(50)
    })

    test("follows a mains that drifts, and reports the mean of each slot", () => {
        const voltage = { frequencyHz: 50, driftHz: 0.2, driftPeriodS: 120 }
        const bench = new MainsBench(
            mainsSpec({ voltage, current: { powerW: 2000 } }),
            USUAL_OPTIONS,
            4
        )
        bench.runSlots(2)
        for (let slot = 0; slot < 24; slot += 2) {
            const fromMs = bench.nowMs
            const [first, second] = measuredSlots(bench, 2)
            const meanHz = (first.frequencyMhz + second.frequencyMhz) / 2000
            const trueHz = bench.source.frequencyHz(fromMs, bench.nowMs)
            expect(Math.abs(meanHz - trueHz)).toBeLessThan(0.02)
        }
    })
})

describe("calibration", () => {
    test("gives the gains that make the reference of a reading", () => {
        const gains = { currentGain: 10_000, voltageGain: 10_200 }
        const measured = { currentA: 9.5, voltageV: 231 }
        expect(calibrateGains(gains, measured, { currentA: 10, voltageV: 230 })).toEqual({
            currentGain: 10_526,
            voltageGain: 10_156,
        })
    })

    test("refuses gains and phases out of their limits", () => {
        const gains = { currentGain: 10_000, voltageGain: 10_000 }
        const measured = { currentA: 1, voltageV: 230 }
        expect(calibrateGains(gains, measured, { currentA: 3, voltageV: 230 })).toBe(undefined)
        const far = { powerW: 100, reactiveVar: -500, frequencyHz: 50 }
        expect(calibratePhase(0, far, 0.5, false)).toBe(undefined)
    })

    test.each([
        ["behind", 0.5, false, 58],
        ["ahead", 0.8, true, -38.87],
    ])("finds the lead of a clamp from a current %s", (_name, factor, isAhead, shownDeg) => {
        const shown = (shownDeg * Math.PI) / 180
        const measured = {
            powerW: 1000 * Math.cos(shown),
            reactiveVar: 1000 * Math.sin(shown),
            frequencyHz: 50,
        }
        // 2 degrees of 50 Hz are 111 us
        expect(calibratePhase(0, measured, factor, isAhead)).toBe(111)
    })
})
