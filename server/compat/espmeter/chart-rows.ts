import { localDayStartMs, nextLocalDayStartMs, utcOffsetMs } from "../../local-days.js"
import type { DeviceNote, Reading } from "../../store/foreign-store.js"
import { cutAt } from "../../store/timeline.js"

const HOUR_MS = 3_600_000
/** A slot set where clocks go back. */
const LONGEST_SET_MS = 4 * HOUR_MS

/** Any other value of ESPmeter's parameter is 5 minutes. */
export type ChartStep = "day" | "hour" | "5min"

/** One line of the chart. */
export interface ChartRow {
    startMs: number
    pulses: number
    /** The lowest voltage of its time. */
    volts: number | undefined
}

/** Adds readings, oldest first, up by local days or hours; without adding for 5 minutes. */
export function* chartRows(
    readings: Iterable<Reading>,
    voltsAt: (atMs: number) => number | undefined,
    step: ChartStep,
    timeZone: string
): Generator<ChartRow> {
    const spanAt = stepSpans(step, timeZone)
    let row: ChartRow | undefined
    for (const { startS, seconds, count } of readings) {
        const piece = { startS, seconds, count: count ?? 0 }
        for (const { startS, count } of cutAt(piece, atS => spanAt(atS).endMs / 1000)) {
            const { startMs } = spanAt(startS)
            if (row?.startMs !== startMs) {
                if (row) yield row
                row = { startMs, pulses: 0, volts: undefined }
            }
            row.pulses += count
            row.volts = lower(row.volts, voltsAt(startS * 1000))
        }
    }
    if (row) yield row
}

/** The voltage of the newest slot set that began by a time. */
export function voltsFrom(newestFirst: DeviceNote[]): (atMs: number) => number | undefined {
    return atMs => {
        const note = newestFirst.find(each => each.atMs <= atMs)
        const isOfIt = note !== undefined && atMs - note.atMs < LONGEST_SET_MS
        return isOfIt ? (note.value ?? undefined) : undefined
    }
}

/** A line as ESPmeter's page reads it, with local time and m3. */
export function chartLine(
    { startMs, pulses, volts }: ChartRow,
    step: ChartStep,
    litresPerPulse: number,
    timeZone: string
): string {
    const local = new Date(startMs + utcOffsetMs(startMs, timeZone)).toISOString()
    const day = local.slice(0, 10)
    const time = step === "day" ? day : `${day} ${local.slice(11, 19)}`
    return `${time},${cubicMetres(pulses * litresPerPulse)},${volts?.toFixed(3) ?? ""}\n`
}

/** At least two decimals, as of a pulse of 10 litres, and no more than it takes. */
function cubicMetres(litres: number): string {
    return (litres / 1000).toFixed(6).replace(/(\.\d\d\d*?)0+$/, "$1")
}

interface Span {
    startMs: number
    endMs: number
}

/** The step that a time, Unix s, is in; the last one is kept, since local time takes long to find. */
function stepSpans(step: ChartStep, timeZone: string): (atS: number) => Span {
    let last: Span = { startMs: 0, endMs: 0 }
    return atS => {
        const atMs = atS * 1000
        if (step === "5min") return { startMs: atMs, endMs: Number.POSITIVE_INFINITY }
        if (atMs >= last.startMs && atMs < last.endMs) return last
        last = step === "day" ? dayOf(atMs, timeZone) : hourOf(atMs, timeZone)
        return last
    }
}

function dayOf(atMs: number, timeZone: string): Span {
    return {
        startMs: localDayStartMs(atMs, timeZone),
        endMs: nextLocalDayStartMs(atMs, timeZone),
    }
}

function hourOf(atMs: number, timeZone: string): Span {
    const offsetMs = utcOffsetMs(atMs, timeZone)
    const startMs = Math.floor((atMs + offsetMs) / HOUR_MS) * HOUR_MS - offsetMs
    return { startMs, endMs: startMs + HOUR_MS }
}

function lower(one: number | undefined, other: number | undefined): number | undefined {
    if (one === undefined || other === undefined) return one ?? other
    return Math.min(one, other)
}
