import type { CircuitOptions } from "../../src/measure/mains-circuit.js"
import { CLAMP_LEAD_US, calibratedOptions, meanOf, measuredSlots } from "./calibrate-bench.js"
import { MainsBench, mainsSpec } from "./mains-bench.js"

/** Of a clamp of 50 A. */
const NOMINAL_A = 40

export interface LoadPoint {
    name: string
    factorName: string
    /** Of the nominal current. */
    sharePercent: number
    voltageV: number
    currentA: number
    powerFactor: number
    isAhead: boolean
    frequencyHz: number
    /** 3rd, 5th and 7th harmonic of the current, in percent. */
    harmonics: { order: number; percent: number; angleDeg: number }[]
    /** In percent of the energy; undefined where the standard has none. */
    limitPercent: number | undefined
}

/** Errors in percent, of the frequency in Hz: means, but the worst 10 s of the frequency. */
export interface PointResult {
    name: string
    chip: number
    energyPercent: number
    voltagePercent: number
    currentPercent: number
    frequencyHz: number
    limitPercent: number | undefined
    isWithin: boolean
}

const RMS_LIMIT_PERCENT = 0.5
const FREQUENCY_LIMIT_HZ = 0.02
const SHARES_PERCENT = [5, 10, 20, 50, 100]
const FACTORS = [
    { name: "1", powerFactor: 1, isAhead: false },
    { name: "0.5 ind", powerFactor: 0.5, isAhead: false },
    { name: "0.8 cap", powerFactor: 0.8, isAhead: true },
]
const VOLTAGES_V = [90, 120, 230, 250]
const FREQUENCIES_HZ = [45, 50, 60, 65, 70]
const HARMONICS_PERCENT = [
    { order: 3, percent: 20 },
    { order: 5, percent: 10 },
    { order: 7, percent: 5 },
]
const SETTLE_SLOTS = 2
const MEASURED_SLOTS = 12
const SLOT_MS = 5000

/** Every current and power factor at every frequency, voltage and wave that is asked for. */
export function classOnePoints(
    frequenciesHz = FREQUENCIES_HZ,
    voltagesV = VOLTAGES_V,
    sharesPercent = SHARES_PERCENT
): LoadPoint[] {
    const points: LoadPoint[] = []
    for (const voltageV of voltagesV)
        for (const frequencyHz of frequenciesHz)
            for (const factor of FACTORS)
                for (const share of sharesPercent)
                    for (const harmonics of WAVES) {
                        points.push(pointOf(voltageV, frequencyHz, factor, share, harmonics))
                    }
    return points
}

/** Without harmonics, and with them flattening the wave as most loads do. */
const WAVES = [[], HARMONICS_PERCENT.map(harmonic => ({ ...harmonic, angleDeg: 0 }))]

function pointOf(
    voltageV: number,
    frequencyHz: number,
    factor: (typeof FACTORS)[number],
    share: number,
    harmonics: LoadPoint["harmonics"]
): LoadPoint {
    const wave = harmonics.length > 0 ? ", harmonics" : ""
    return {
        name: `${voltageV} V, ${frequencyHz} Hz, PF ${factor.name}, ${share} %${wave}`,
        factorName: factor.name,
        sharePercent: share,
        voltageV,
        frequencyHz,
        powerFactor: factor.powerFactor,
        isAhead: factor.isAhead,
        currentA: (NOMINAL_A * share) / 100,
        harmonics,
        limitPercent: limitOf(factor.powerFactor, share),
    }
}

/** IEC 62053-21, class 1. */
function limitOf(powerFactor: number, share: number): number | undefined {
    if (powerFactor === 1) return share < 10 ? 1.5 : 1
    if (share < 10) return undefined
    return share < 20 ? 1.5 : 1
}

/** All points on one chip, calibrated first; a minute each, the circuit being one of eight. */
export function runClassOne(points: LoadPoint[], chip: number): PointResult[] {
    const options = calibratedOptions(chip)
    return points.map(point => runPoint(point, options, chip))
}

function runPoint(point: LoadPoint, options: CircuitOptions, chip: number): PointResult {
    const { voltageV, frequencyHz, currentA, powerFactor, isAhead, harmonics } = point
    const spec = mainsSpec({
        voltage: { voltageV, frequencyHz },
        current: { currentA, powerFactor, isAhead, harmonics },
        clamp: { leadUs: CLAMP_LEAD_US },
    })
    const bench = new MainsBench(spec, options, chip)
    bench.runSlots(SETTLE_SLOTS)
    const fromMs = bench.nowMs
    const slots = measuredSlots(bench, MEASURED_SLOTS)
    const trueWh = bench.source.energyBetween(fromMs, fromMs + MEASURED_SLOTS * SLOT_MS).inWh
    const energyWh = slots.reduce((sum, slot) => sum + slot.energyIn - slot.energyOut, 0) / 10_000
    const frequencies = slots.map(slot => slot.frequencyMhz / 1000)
    const errors = {
        energyPercent: 100 * (energyWh / trueWh - 1),
        voltagePercent: meanOf(slots, slot => slot.voltageCv) / voltageV - 100,
        currentPercent: meanOf(slots, slot => slot.currentMa) / 10 / currentA - 100,
        frequencyHz: worstOfPairs(frequencies, frequencyHz),
    }
    const { limitPercent } = point
    return { name: point.name, chip, ...errors, limitPercent, isWithin: isWithin(errors, point) }
}

/** Furthest that two slots, 10 s, are off. */
function worstOfPairs(frequencies: number[], trueHz: number): number {
    let worst = 0
    for (let i = 1; i < frequencies.length; i++) {
        const error = (frequencies[i - 1] + frequencies[i]) / 2 - trueHz
        if (Math.abs(error) > Math.abs(worst)) worst = error
    }
    return worst
}

type Errors = Omit<PointResult, "name" | "chip" | "limitPercent" | "isWithin">

function isWithin(errors: Errors, { limitPercent }: LoadPoint): boolean {
    return (
        Math.abs(errors.energyPercent) <= (limitPercent ?? Number.POSITIVE_INFINITY) &&
        Math.abs(errors.voltagePercent) <= RMS_LIMIT_PERCENT &&
        Math.abs(errors.currentPercent) <= RMS_LIMIT_PERCENT &&
        Math.abs(errors.frequencyHz) <= FREQUENCY_LIMIT_HZ
    )
}

/** Energy in and out, in 0.1 mWh, that a circuit without a load counts. */
export function idleEnergy(seconds: number, chip: number): number {
    const spec = mainsSpec({ current: { currentA: 0 } })
    const bench = new MainsBench(spec, calibratedOptions(chip), chip)
    bench.runSlots((seconds * 1000) / SLOT_MS)
    return bench.circuit.energyIn + bench.circuit.energyOut
}
