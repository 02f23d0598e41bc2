import { MainsCurrent } from "./mains-current.js"
import { MainsRecording } from "./mains-recording.js"
import type { MainsSpec } from "./mains-schema.js"
import { MainsVoltage, type VoltageChange } from "./mains-voltage.js"
import type { OpenContext } from "./source.js"

/** Voltage and current of one circuit, what the pins see of them, and the truth. */
export interface MainsSource {
    /** Instantaneous, in V and A. */
    voltageAt(atMs: number): number
    currentAt(atMs: number): number
    /** What a clamp passes on of the current, in A: shifted, reversed if it is, without direct current. */
    clampAt(atMs: number): number
    /** At the pins, 0 to 3,300: voltage input and clamp. */
    voltageMvAt(atMs: number): number
    currentMvAt(atMs: number): number
    /** True energy of a span, in Wh. */
    energyBetween(fromMs: number, toMs: number): MainsEnergy
    /** True mean frequency of a span. */
    frequencyHz(fromMs: number, toMs: number): number
    /** Dips and swells that begin in a span. */
    changesBetween(fromMs: number, toMs: number): VoltageChange[]
    /** Times in a span between which every cycle is like the other, unless it is not steady. */
    limitsBetween(fromMs: number, toMs: number): number[]
    isSteadyAt(atMs: number): boolean
    /** Cycles after which a steady signal repeats. */
    readonly loopCycles: number
    readonly notes: string[]
}

interface MainsEnergy {
    /** Of the times at which the load takes power. */
    inWh: number
    /** Of the times at which it gives power back. */
    outWh: number
}

/** Both inputs rest here, so that a negative half can be read. */
const MIDDLE_MV = 1650
const FULL_SCALE_MV = 3300
/** The voltage input's nominal voltage in V; it and a clamp's nominal current give 1,000 mV. */
const NOMINAL_V = 250

const STEP_MS = 0.05
const MS_PER_HOUR = 3_600_000

/** `clampA` is the nominal current of the channel's clamp. Throws an Error with one sentence. */
export function openMains(spec: MainsSpec, clampA: number, context: OpenContext): MainsSource {
    const { clamp } = spec
    const leadMs =
        clamp.leadDeg === undefined
            ? (clamp.leadUs ?? 0) / 1000
            : (clamp.leadDeg / 360 / spec.voltage.frequencyHz) * 1000
    const sign = clamp.isReversed ? -1 : 1
    const signal = openSignal(spec, context)
    const clampAt = (atMs: number) => {
        const ledMs = atMs + leadMs
        return sign * (signal.currentAt(ledMs) - signal.directAt(ledMs))
    }
    return {
        ...signal,
        voltageMvAt: atMs => pinMv((signal.voltageAt(atMs) * 1000) / NOMINAL_V),
        clampAt,
        currentMvAt: atMs => pinMv((clampAt(atMs) * 1000) / clampA),
        energyBetween: (fromMs, toMs) => energyOf(signal, fromMs, toMs),
    }
}

function pinMv(mv: number): number {
    return Math.min(FULL_SCALE_MV, Math.max(0, MIDDLE_MV + mv))
}

interface Signal {
    voltageAt(atMs: number): number
    currentAt(atMs: number): number
    directAt(atMs: number): number
    frequencyHz(fromMs: number, toMs: number): number
    changesBetween(fromMs: number, toMs: number): VoltageChange[]
    /** Times between which every cycle is like the other, unless it is not steady. */
    limitsBetween(fromMs: number, toMs: number): number[]
    isSteadyAt(atMs: number): boolean
    /** Cycles after which a steady signal repeats. */
    loopCycles: number
    notes: string[]
}

function openSignal(spec: MainsSpec, context: OpenContext): Signal {
    if (spec.recording) return recordedSignal(new MainsRecording(spec.recording, context))
    if (!spec.current) throw new Error(`${context.label} takes either current or recording.`)
    const voltage = new MainsVoltage(spec.voltage, context.random)
    const current = new MainsCurrent(spec.current, voltage, context)
    return {
        voltageAt: atMs => voltage.at(atMs),
        currentAt: atMs => current.at(atMs),
        directAt: atMs => current.directAt(atMs),
        frequencyHz: (fromMs, toMs) => voltage.frequencyHz(fromMs, toMs),
        changesBetween: (fromMs, toMs) => voltage.changesBetween(fromMs, toMs),
        limitsBetween: (fromMs, toMs) => [
            ...voltage.changesBetween(0, toMs).flatMap(change => [change.fromMs, change.toMs]),
            ...current.changesBetween(fromMs, toMs),
        ],
        isSteadyAt: atMs => !current.isRushingAt(atMs),
        loopCycles: 1,
        notes: current.notes,
    }
}

function recordedSignal(recording: MainsRecording): Signal {
    return {
        voltageAt: atMs => recording.voltageAt(atMs),
        currentAt: atMs => recording.currentAt(atMs),
        directAt: () => 0,
        frequencyHz: () => recording.frequencyHz,
        changesBetween: () => [],
        limitsBetween: () => [],
        // its cycles differ, but whole loops do not
        isSteadyAt: () => true,
        loopCycles: recording.cycles,
        notes: [],
    }
}

/** Integral of voltage by current: of one loop or cycle where each is like the other, else of all. */
function energyOf(signal: Signal, fromMs: number, toMs: number): MainsEnergy {
    const inside = signal.limitsBetween(fromMs, toMs).filter(ms => ms > fromMs && ms < toMs)
    const limits = [...new Set([fromMs, ...inside, toMs])].sort((a, b) => a - b)
    const energy = { inWh: 0, outWh: 0 }
    for (let i = 1; i < limits.length; i++) {
        const wh = pieceWh(signal, limits[i - 1], limits[i])
        if (wh >= 0) energy.inWh += wh
        else energy.outWh -= wh
    }
    return energy
}

function pieceWh(signal: Signal, fromMs: number, toMs: number): number {
    const loopMs = (signal.loopCycles * 1000) / signal.frequencyHz(fromMs, fromMs + 1)
    const spanMs = toMs - fromMs
    if (spanMs < 2 * loopMs || !signal.isSteadyAt(fromMs + 1e-6))
        return integralOf(signal, fromMs, toMs) / MS_PER_HOUR
    const loops = Math.floor(spanMs / loopMs)
    const loop = integralOf(signal, fromMs, fromMs + loopMs)
    const rest = integralOf(signal, fromMs + loops * loopMs, toMs)
    return (loops * loop + rest) / MS_PER_HOUR
}

/** In watts by ms, by middles of equal steps. */
function integralOf(signal: Signal, fromMs: number, toMs: number): number {
    const steps = Math.max(1, Math.ceil((toMs - fromMs) / STEP_MS))
    const stepMs = (toMs - fromMs) / steps
    let sum = 0
    for (let i = 0; i < steps; i++) {
        const atMs = fromMs + (i + 0.5) * stepMs
        sum += signal.voltageAt(atMs) * signal.currentAt(atMs)
    }
    return sum * stepMs
}
