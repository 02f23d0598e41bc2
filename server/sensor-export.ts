import { type LocalStep, localEdges } from "./local-steps.js"
import { type Shown, sensorBetween, sensorSeries } from "./sensor-series.js"
import type { Sensor } from "./store/device-settings.js"
import { RESOLUTION_SECONDS, type Resolution, type Store } from "./store/store.js"

export const EXPORT_FORMATS = ["csv", "jsonl"] as const
type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** Steps that are read and written at once: some milliseconds in which nothing else is done. */
const STEPS_A_CHUNK = 2000
/** Days and months are made of many steps each. */
const LOCAL_CHUNK_MS = 31_536_000_000

export interface ExportQuery {
    fromMs: number
    toMs: number
    resolution: Resolution | LocalStep
    timeZone: string
    format: ExportFormat
}

/**
 * A sensor's series as text, some steps at a time, each made when it is asked for. A step that was not
 * measured has no value, but a row.
 */
export function* exportText(
    store: Store,
    sensor: Sensor,
    shown: Shown,
    query: ExportQuery
): Generator<string> {
    const { format } = query
    const { unit } = shown
    if (format === "csv") yield `startMs,start,${unit}\n`
    const lineOf = format === "csv" ? csvLine : jsonLine
    for (const { startMs, values } of columns(store, sensor, shown, query)) {
        let text = ""
        for (const [at, value] of values.entries()) text += lineOf(startMs[at], value, unit)
        yield text
    }
}

function csvLine(startMs: number, value: number | null): string {
    return `${startMs},${new Date(startMs).toISOString()},${value ?? ""}\n`
}

function jsonLine(startMs: number, value: number | null, unit: string): string {
    return `{"startMs":${startMs},"start":"${new Date(startMs).toISOString()}","${unit}":${value}}\n`
}

function* columns(
    store: Store,
    sensor: Sensor,
    shown: Shown,
    { fromMs, toMs, resolution, timeZone }: ExportQuery
): Generator<{ startMs: number[]; values: (number | null)[] }> {
    const isLocal = resolution === "local-day" || resolution === "local-month"
    const stepMs = isLocal ? 1 : RESOLUTION_SECONDS[resolution] * 1000
    const chunkMs = isLocal ? LOCAL_CHUNK_MS : STEPS_A_CHUNK * stepMs
    for (let ms = Math.floor(fromMs / stepMs) * stepMs; ms < toMs; ) {
        const untilMs = Math.min(ms + chunkMs, toMs)
        if (isLocal) {
            const edgesMs = localEdges(ms, untilMs, resolution, timeZone) ?? []
            yield {
                startMs: edgesMs.slice(0, -1),
                values: sensorBetween(store, sensor, shown, edgesMs),
            }
            ms = edgesMs[edgesMs.length - 1]
        } else {
            yield sensorSeries(store, sensor, shown, { fromMs: ms, toMs: untilMs, resolution })
            ms = untilMs
        }
    }
}
