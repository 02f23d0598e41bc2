import type { PulseStream } from "./event-times.js"
import { PULSES_PER_MS, pulsesOfFlow, repeated, type Segment } from "./flow.js"
import { type Selection, selectRows } from "./selection.js"
import type { OpenContext } from "./source.js"
import type { LoadSpec } from "./source-schema.js"

/** Pulses of a recorded load: each row's power or flow holds until the next row. */
export function loadPulses(spec: LoadSpec, context: OpenContext): PulseStream {
    const table = context.openTable(spec.file)
    const { label, durationMs } = context
    const timesMs = table.timesMs(spec.timeColumn, spec.timeUnit, `${label}.timeColumn`)
    const values = table.numbers(spec.valueColumn, `${label}.valueColumn`)
    const selected = selectRows(timesMs, spec, durationMs, { label, file: table.file })
    const scale = PULSES_PER_MS[spec.valueUnit] * pulsesPerUnit(spec)
    const pass = segmentsOf(timesMs, values, selected, scale)
    const segments = spec.repeat
        ? repeated(
              offsetMs => shifted(pass, offsetMs),
              selected.endMs - selected.startMs,
              durationMs
          )
        : pass
    return {
        times: pulsesOfFlow(segments),
        isEndless: spec.repeat && pass.length > 0,
        notes: [...selected.notes, ...notesOn(values, selected, spec)],
    }
}

function pulsesPerUnit(spec: LoadSpec): number {
    const isPower = spec.valueUnit === "W" || spec.valueUnit === "kW"
    return isPower ? (spec.pulsesPerKwh ?? 1000) : (spec.pulsesPerLitre ?? 1)
}

/** Only the rows that flow, in time since the selection's start. */
function segmentsOf(
    timesMs: Float64Array,
    values: Float64Array,
    { firstRow, endRow, startMs, endMs }: Selection,
    scale: number
): Segment[] {
    const segments: Segment[] = []
    for (let i = firstRow; i < endRow; i++) {
        if (!(values[i] > 0)) continue
        const nextMs = i + 1 < timesMs.length ? Math.min(timesMs[i + 1], endMs) : endMs
        segments.push({
            fromMs: Math.max(timesMs[i], startMs) - startMs,
            toMs: nextMs - startMs,
            pulsesPerMs: values[i] * scale,
        })
    }
    return segments
}

function shifted(pass: Segment[], offsetMs: number): Segment[] {
    if (offsetMs === 0) return pass
    return pass.map(({ fromMs, toMs, pulsesPerMs }) => ({
        fromMs: fromMs + offsetMs,
        toMs: toMs + offsetMs,
        pulsesPerMs,
    }))
}

function notesOn(values: Float64Array, selected: Selection, spec: LoadSpec): string[] {
    const rows = values.subarray(selected.firstRow, selected.endRow)
    const emptyCount = rows.filter(value => Number.isNaN(value)).length
    const negativeCount = rows.filter(value => value < 0).length
    const notes: string[] = []
    const name = `"${spec.valueColumn}"`
    if (emptyCount > 0)
        notes.push(`Empty cells in column ${name} taken as 0 ${spec.valueUnit}: ${emptyCount}.`)
    if (negativeCount > 0)
        notes.push(
            `Negative cells in column ${name} taken as 0 ${spec.valueUnit}: ${negativeCount}.`
        )
    return notes
}
