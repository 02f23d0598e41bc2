import type { CurrentSpec } from "./mains-schema.js"
import { type MainsVoltage, rmsOfHarmonics, waveAt } from "./mains-voltage.js"
import { selectRows } from "./selection.js"
import type { OpenContext } from "./source.js"

/** From a time on, the load's power in W, or current in A where that is given. */
interface LoadStep {
    atMs: number
    amount: number
}

/** The current of one circuit: a load on the voltage, so that it dips with it. */
export class MainsCurrent {
    readonly notes: string[] = []
    private readonly steps: LoadStep[]
    private readonly passMs: number
    private readonly lag: number
    private readonly peakPerAmount: number
    private index = 0

    constructor(
        private readonly spec: CurrentSpec,
        private readonly voltage: MainsVoltage,
        context: OpenContext
    ) {
        const { steps, passMs } = this.stepsOf(context)
        this.steps = steps
        this.passMs = passMs
        const angle = Math.acos(spec.powerFactor)
        this.lag = spec.isAhead ? -angle : angle
        const rmsPerAmount =
            spec.currentA === undefined
                ? 1 / (voltage.fundamentalV * spec.powerFactor)
                : 1 / rmsOfHarmonics(spec.harmonics)
        this.peakPerAmount = this.peakOf(rmsPerAmount)
    }

    /** Instantaneous current in A. */
    at(atMs: number): number {
        return this.peakAt(atMs) * this.waveAt(atMs)
    }

    /** The direct current in it, in A, which no clamp passes on. */
    directAt(atMs: number): number {
        return this.spec.isHalfWave ? this.peakAt(atMs) / Math.PI : 0
    }

    /** Times in a span at which the load changes, or an inrush has died away. */
    changesBetween(fromMs: number, toMs: number): number[] {
        const fadeMs = this.spec.inrush ? FADES * this.spec.inrush.decayMs : 0
        const times: number[] = []
        for (let offsetMs = this.passStartMs(fromMs); offsetMs < toMs; offsetMs += this.passMs)
            for (const { atMs } of this.steps) times.push(offsetMs + atMs, offsetMs + atMs + fadeMs)
        return times.filter(atMs => atMs > fromMs && atMs < toMs)
    }

    /** Whether an inrush is dying away. */
    isRushingAt(atMs: number): boolean {
        return this.rushAt(atMs) !== 1
    }

    private waveAt(atMs: number): number {
        const angle = this.voltage.angleAt(atMs) - this.lag
        const wave = waveAt(angle, this.spec.harmonics)
        return this.spec.isHalfWave ? Math.max(0, wave) : wave
    }

    private peakAt(atMs: number): number {
        const step = this.stepAt(atMs)
        if (step === undefined || step.amount === 0) return 0
        const level = this.voltage.levelAt(atMs)
        return this.peakPerAmount * step.amount * level * this.rushAt(atMs)
    }

    /** A half wave has half the fundamental, and with its direct current 1 / sqrt(2) of the rms. */
    private peakOf(rms: number): number {
        if (!this.spec.isHalfWave) return Math.SQRT2 * rms
        return this.spec.currentA === undefined ? 2 * Math.SQRT2 * rms : 2 * rms
    }

    private rushAt(atMs: number): number {
        const { inrush } = this.spec
        const step = inrush && this.stepAt(atMs)
        if (!step || step.amount <= this.amountBefore()) return 1
        const sinceMs = atMs - this.passStartMs(atMs) - step.atMs
        if (sinceMs > FADES * inrush.decayMs) return 1
        return 1 + (inrush.factor - 1) * Math.exp(-sinceMs / inrush.decayMs)
    }

    private amountBefore(): number {
        return this.index > 0 ? this.steps[this.index - 1].amount : 0
    }

    private stepAt(atMs: number): LoadStep | undefined {
        const { steps } = this
        const inPassMs = atMs - this.passStartMs(atMs)
        while (this.index > 0 && steps[this.index].atMs > inPassMs) this.index--
        while (this.index + 1 < steps.length && steps[this.index + 1].atMs <= inPassMs) this.index++
        return steps[this.index].atMs <= inPassMs ? steps[this.index] : undefined
    }

    private passStartMs(atMs: number): number {
        return this.passMs === Number.POSITIVE_INFINITY
            ? 0
            : Math.floor(atMs / this.passMs) * this.passMs
    }

    private stepsOf(context: OpenContext): { steps: LoadStep[]; passMs: number } {
        const { powerW, currentA, steps, load } = this.spec
        const passMs = Number.POSITIVE_INFINITY
        if (load) return this.recordedSteps(context)
        if (steps) {
            const amounts = steps.map(({ atS, powerW: amount }) => ({ atMs: atS * 1000, amount }))
            return { steps: amounts, passMs }
        }
        return { steps: [{ atMs: 0, amount: powerW ?? currentA ?? 0 }], passMs }
    }

    private recordedSteps({ openTable, label, durationMs }: OpenContext) {
        const load = this.spec.load
        if (!load) return { steps: [], passMs: Number.POSITIVE_INFINITY }
        const name = `${label}.current.load`
        const table = openTable(load.file)
        const timesMs = table.timesMs(load.timeColumn, load.timeUnit, `${name}.timeColumn`)
        const values = table.numbers(load.valueColumn, `${name}.valueColumn`)
        const place = { label: name, file: table.file }
        const { firstRow, endRow, startMs, endMs, notes } = selectRows(
            timesMs,
            load,
            durationMs,
            place
        )
        this.notes.push(...notes)
        const scale = load.valueUnit === "kW" ? 1000 : 1
        const steps: LoadStep[] = []
        for (let row = firstRow; row < endRow; row++) {
            const amount = Number.isNaN(values[row]) ? 0 : values[row] * scale
            steps.push({ atMs: Math.max(timesMs[row], startMs) - startMs, amount })
        }
        if (!load.repeat) steps.push({ atMs: endMs - startMs, amount: 0 })
        return { steps, passMs: load.repeat ? endMs - startMs : Number.POSITIVE_INFINITY }
    }
}

/** An inrush is over after this many times its decay. */
const FADES = 12
