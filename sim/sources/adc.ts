import { EventTimes } from "./event-times.js"
import { repeated } from "./flow.js"
import { endOfRows } from "./selection.js"
import type { OpenContext, Source } from "./source.js"
import type { AdcSpec } from "./source-schema.js"
import type { Table } from "./table.js"

/** A recording of raw ADC values: each holds until the next; after the end the last one stays. */
export class AdcSource implements Source {
    readonly endMs: number
    readonly notes: string[] = []
    private readonly levels: Float64Array
    /** Start of each row within a pass. */
    private readonly timesMs: Float64Array
    private readonly passMs: number
    private readonly isRepeated: boolean
    private readonly countPerPass: number | undefined
    private readonly events: EventTimes | undefined
    private row = 0
    private passStartMs = 0

    constructor(spec: AdcSpec, context: OpenContext) {
        const table = context.openTable(spec.file)
        const values = table.numbers(spec.column, `${context.label}.column`)
        const empty = values.findIndex(value => Number.isNaN(value))
        if (empty >= 0) throw table.errorAt(empty, `the cell in column "${spec.column}" is empty`)
        this.levels = values.map(value => levelOf(value, spec))
        const clippedCount = this.levels.filter(level => level < 0 || level > 1).length
        if (clippedCount > 0) {
            this.notes.push(`Values outside 0 to fullScale, taken as the limit: ${clippedCount}.`)
            this.levels = this.levels.map(level => Math.min(1, Math.max(0, level)))
        }
        const { timesMs, passMs } = timesOf(table, spec, context)
        this.timesMs = timesMs
        this.passMs = passMs
        this.isRepeated = spec.repeat
        this.endMs = spec.repeat ? context.durationMs : passMs
        if (this.endMs < context.durationMs)
            this.notes.push(
                `The recording ends after ${Math.round(passMs) / 1000} s: its last value stays.`
            )
        this.countPerPass = spec.truth?.trueCount
        this.events = eventsOf(table, spec, context, timesMs, passMs)
    }

    signalAt(atMs: number): number {
        while (this.isRepeated && atMs >= this.passStartMs + this.passMs) {
            this.passStartMs += this.passMs
            this.row = 0
        }
        const inPassMs = atMs - this.passStartMs
        const last = this.timesMs.length - 1
        while (this.row < last && this.timesMs[this.row + 1] <= inPassMs) this.row++
        return this.levels[this.row]
    }

    countBetween(fromMs: number, toMs: number): number | undefined {
        if (this.events) return this.events.countBetween(fromMs, toMs)
        if (this.countPerPass === undefined) return undefined
        const from = this.passesBefore(fromMs)
        const to = this.passesBefore(toMs)
        return from === undefined || to === undefined ? undefined : (to - from) * this.countPerPass
    }

    /** Undefined within a pass: where its pulses lie is not known. */
    private passesBefore(ms: number): number | undefined {
        if (ms <= 0) return 0
        if (!this.isRepeated) return ms >= this.passMs ? 1 : undefined
        const passes = ms / this.passMs
        return Number.isInteger(passes) ? passes : undefined
    }
}

function levelOf(value: number, spec: AdcSpec): number {
    const level = (value + spec.offset) / spec.fullScale
    return spec.inverted ? 1 - level : level
}

function timesOf(table: Table, spec: AdcSpec, { label }: OpenContext) {
    if (spec.timeColumn === undefined) {
        const stepMs = 1000 / (spec.rateHz ?? 1)
        const timesMs = Float64Array.from({ length: table.rowCount }, (_, i) => i * stepMs)
        return { timesMs, passMs: table.rowCount * stepMs }
    }
    const fileMs = table.timesMs(spec.timeColumn, spec.timeUnit, `${label}.timeColumn`)
    const passMs = endOfRows(fileMs, table.file) - fileMs[0]
    return { timesMs: fileMs.map(atMs => atMs - fileMs[0]), passMs }
}

/** A pulse at the row at which the recorder's counter has moved on by a step. */
function eventsOf(
    table: Table,
    spec: AdcSpec,
    context: OpenContext,
    timesMs: Float64Array,
    passMs: number
): EventTimes | undefined {
    const column = spec.truth?.counterColumn
    if (column === undefined) return undefined
    const counter = table.numbers(column, `${context.label}.truth.counterColumn`)
    const step = spec.truth?.counterStep ?? 1
    const pass: number[] = []
    for (let i = 1; i < counter.length; i++) {
        if (!(counter[i] >= counter[i - 1]))
            throw table.errorAt(i, `the counter in column "${column}" is empty or goes back`)
        // Steps since the first row, so that rounding does not add up.
        const steps = Math.round((counter[i] - counter[0]) / step)
        while (pass.length < steps) pass.push(timesMs[i])
    }
    const { durationMs } = context
    const times = spec.repeat
        ? repeated(offsetMs => pass.map(atMs => atMs + offsetMs), passMs, durationMs)
        : pass.values()
    const isEndless = spec.repeat && pass.length > 0
    return new EventTimes({ times, isEndless, notes: [] }, { spacingMs: 0, durationMs })
}
