import type { PulseStream } from "./event-times.js"
import { repeated } from "./flow.js"
import { type Selection, selectRows } from "./selection.js"
import type { OpenContext } from "./source.js"
import type { PulsesSpec } from "./source-schema.js"
import type { Table } from "./table.js"

/** Recorded pulses: one row a pulse, or a count per row that is spread evenly until the next row. */
export function recordedPulses(spec: PulsesSpec, context: OpenContext): PulseStream {
    const table = context.openTable(spec.file)
    const { label, durationMs } = context
    const timesMs = table.timesMs(spec.timeColumn, spec.timeUnit, `${label}.timeColumn`)
    const selected = selectRows(timesMs, spec, durationMs, { label, file: table.file })
    const notes = [...selected.notes]
    const pass =
        spec.countColumn === undefined
            ? rowPulses(timesMs, selected)
            : countedPulses(timesMs, countsOf(table, spec.countColumn, context, notes), selected)
    const periodMs = selected.endMs - selected.startMs
    const times = spec.repeat
        ? repeated(offsetMs => pass.map(atMs => atMs + offsetMs), periodMs, durationMs)
        : pass.values()
    return { times, isEndless: spec.repeat && pass.length > 0, notes }
}

function rowPulses(timesMs: Float64Array, { startMs, endMs }: Selection): Float64Array {
    return timesMs.filter(atMs => atMs >= startMs && atMs < endMs).map(atMs => atMs - startMs)
}

function countedPulses(
    timesMs: Float64Array,
    counts: Float64Array,
    { firstRow, endRow, startMs, endMs }: Selection
): Float64Array {
    const pulses: number[] = []
    for (let i = firstRow; i < endRow; i++) {
        const isLast = i + 1 === timesMs.length
        const lengthMs = isLast ? timesMs[i] - timesMs[i - 1] : timesMs[i + 1] - timesMs[i]
        for (let k = 0; k < counts[i]; k++) {
            const atMs = timesMs[i] + ((k + 0.5) * lengthMs) / counts[i]
            if (atMs >= startMs && atMs < endMs) pulses.push(atMs - startMs)
        }
    }
    return Float64Array.from(pulses)
}

function countsOf(
    table: Table,
    column: string,
    context: OpenContext,
    notes: string[]
): Float64Array {
    const counts = table.numbers(column, `${context.label}.countColumn`)
    const bad = counts.findIndex(count => count < 0 || count % 1 > 0)
    if (bad >= 0)
        throw table.errorAt(bad, `${counts[bad]} in column "${column}" is not a count of pulses`)
    const emptyCount = counts.filter(count => Number.isNaN(count)).length
    if (emptyCount > 0) notes.push(`Empty cells in column "${column}" taken as 0: ${emptyCount}.`)
    return counts
}
