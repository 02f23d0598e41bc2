import type { TimeUnit } from "./table.js"
import { parseUtcText } from "./utc-text.js"

export interface SelectionSpec {
    timeUnit: TimeUnit
    from?: number | string
    to?: number | string
    startAt?: number | string
    durationS?: number
    repeat: boolean
}

/** The part of a recording that is played: rows `firstRow` to `endRow - 1`, clipped to the span. */
export interface Selection {
    firstRow: number
    endRow: number
    /** In the file's own time; the scenario's time 0. */
    startMs: number
    endMs: number
    notes: string[]
}

/** `timesMs` is the file's time column. Throws an Error with one sentence when nothing is selected. */
export function selectRows(
    timesMs: Float64Array,
    spec: SelectionSpec,
    durationMs: number,
    place: { label: string; file: string }
): Selection {
    const dataEndMs = endOfRows(timesMs, place.file)
    const startMs = fileTimeMs(spec.from ?? spec.startAt, spec.timeUnit) ?? timesMs[0]
    const askedEndMs =
        fileTimeMs(spec.to, spec.timeUnit) ??
        (spec.durationS === undefined ? dataEndMs : startMs + spec.durationS * 1000)
    if (spec.to !== undefined && askedEndMs <= startMs)
        throw new Error(`${place.label}.to must be after the start of the selection.`)
    const endMs = Math.min(askedEndMs, dataEndMs)
    if (startMs >= dataEndMs || endMs <= timesMs[0])
        throw new Error(
            `${place.label} selects nothing: ${place.file} goes from ${timeText(timesMs[0], spec.timeUnit)} to ${timeText(dataEndMs, spec.timeUnit)}.`
        )
    const notes: string[] = []
    if (startMs < timesMs[0])
        notes.push(
            `The first ${seconds(timesMs[0] - startMs)} s lie before the recording: no pulses.`
        )
    const lengthMs = endMs - startMs
    if (!spec.repeat && lengthMs < durationMs)
        notes.push(`The recording ends after ${seconds(lengthMs)} s: no pulses from then on.`)
    return {
        firstRow: Math.max(0, firstAfter(timesMs, startMs) - 1),
        endRow: firstAtOrAfter(timesMs, endMs),
        startMs,
        endMs,
        notes,
    }
}

/** The last row lasts as long as the step before it. */
export function endOfRows(timesMs: Float64Array, file: string): number {
    const last = timesMs.length - 1
    if (last < 1)
        throw new Error(
            `${file} has one row, but two are needed to know how long the last one lasts.`
        )
    return timesMs[last] + Math.max(1, timesMs[last] - timesMs[last - 1])
}

function fileTimeMs(time: number | string | undefined, unit: TimeUnit): number | undefined {
    if (typeof time === "string") return parseUtcText(time)
    if (time === undefined) return undefined
    return unit === "s" ? time * 1000 : time
}

function timeText(ms: number, unit: TimeUnit): string {
    if (unit === "text") return new Date(ms).toISOString().slice(0, 19).replace("T", " ")
    return unit === "s" ? `${ms / 1000} s` : `${ms} ms`
}

function seconds(ms: number): number {
    return Math.round(ms / 100) / 10
}

function firstAfter(timesMs: Float64Array, ms: number): number {
    const index = timesMs.findIndex(atMs => atMs > ms)
    return index < 0 ? timesMs.length : index
}

function firstAtOrAfter(timesMs: Float64Array, ms: number): number {
    const index = timesMs.findIndex(atMs => atMs >= ms)
    return index < 0 ? timesMs.length : index
}
