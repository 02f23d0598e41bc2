import { MAX_NAME_LENGTH } from "../../../src/wire/limits.js"
import { AppError } from "../../errors.js"
import type { Reading, ReadingsResult } from "../../store/foreign-store.js"
import type { Store } from "../../store/store.js"
import type { EmonFile, EmonMeter } from "./emon-file.js"
import { intervalReadings, type PulseSpan, pulseBatches } from "./pulse-batches.js"

const READINGS_A_BATCH = 5000

export interface ImportOptions {
    homeId: number
    /** Tells this emon-server from another of the same home. */
    name: string
    nowMs: number
    /** Rows of pulses that are done. */
    onProgress?: (rows: number) => void
}

/** What became of one meter. */
export interface ImportedMeter {
    number: number
    description: string
    sensorId: number
    /** False when another sensor of the home has the number, which keeps it. */
    hasNumber: boolean
    pulses: Pick<ReadingsResult, "stored" | "known">
    /** Rows of interval tables about time of which there are no single pulses. */
    intervals: Pick<ReadingsResult, "stored" | "known" | "conflicting">
    /** Pulses with a time or a number that cannot be. */
    leftOut: number
}

/** Takes all meters of an emon database; what was taken before is not taken twice. Throws AppError. */
export function importEmon(store: Store, file: EmonFile, options: ImportOptions): ImportedMeter[] {
    if (!store.home(options.homeId))
        throw new AppError("bad_option", `There is no home ${options.homeId}.`)
    let doneRows = 0
    return file.meters.map(meter => {
        const { channelId, ...place } = placeOf(store, meter, options)
        const result: ImportedMeter = {
            number: meter.number,
            description: meter.description,
            ...place,
            pulses: { stored: 0, known: 0 },
            intervals: { stored: 0, known: 0, conflicting: 0 },
            leftOut: 0,
        }
        const span = storePulses(store, channelId, file.seconds(meter.number), {
            result,
            nowMs: options.nowMs,
            onRows: rows => {
                doneRows += rows
                options.onProgress?.(doneRows)
            },
        })
        storeIntervals(store, channelId, { file, meter, result, span, nowMs: options.nowMs })
        return result
    })
}

/** The meter's device, channel and sensor, made at the first import. */
function placeOf(store: Store, meter: EmonMeter, { homeId, name, nowMs }: ImportOptions) {
    const serial = `${homeId} ${name} ${meter.number}`
    const known = store.foreignDeviceOf("emon", serial)
    const title = meter.description.trim().slice(0, 40) || `Meter ${meter.number}`
    const id =
        known?.id ??
        store.addForeignDevice({
            protocol: "emon",
            serial,
            homeId,
            name: `${title} (${name})`,
            channels: [{ name: title.slice(0, MAX_NAME_LENGTH), type: "electricity", perPulse: 1 }],
        })
    const [channelId] = store.foreignDevice(id)?.channelIds ?? []
    const sensors = store.sensors().filter(sensor => sensor.homeId === homeId)
    const sensor =
        sensors.find(({ channelIds }) => channelIds.length === 1 && channelIds[0] === channelId) ??
        store.addSensor({
            homeId,
            name: freeName(
                title,
                sensors.map(one => one.name)
            ),
            type: "electricity",
            isEnabled: true,
            channelIds: [channelId],
        })
    const meters = store.emonMeters().filter(one => one.homeId === homeId)
    const isTaken = meters.some(one => one.number === meter.number && one.sensorId !== sensor.id)
    if (!isTaken && !store.emonMeter(sensor.id))
        store.saveEmonMeter({
            sensorId: sensor.id,
            homeId,
            number: meter.number,
            location: meter.location,
            description: meter.description,
            createdMs: meter.createdMs ?? nowMs,
            kwhCost: 0,
        })
    return { channelId, sensorId: sensor.id, hasNumber: !isTaken }
}

function freeName(title: string, taken: string[]): string {
    for (let at = 1; ; at++) {
        const end = at === 1 ? "" : ` ${at}`
        const name = title.slice(0, MAX_NAME_LENGTH - end.length).trim() + end
        if (!taken.includes(name)) return name
    }
}

function storePulses(
    store: Store,
    channelId: number,
    seconds: Iterable<{ epochS: number; ticks: number }>,
    work: { result: ImportedMeter; nowMs: number; onRows: (rows: number) => void }
): PulseSpan {
    const { result, nowMs, onRows } = work
    let span: PulseSpan
    for (const { timesMs, silences, leftOut, rows } of pulseBatches(seconds, nowMs)) {
        if (timesMs.length > 0) {
            const { stored, known } = store.storePulses(channelId, timesMs, nowMs)
            result.pulses.stored += stored
            result.pulses.known += known
            const fromS = span?.fromS ?? slotOf(timesMs[0])
            span = { fromS, toS: slotOf(timesMs[timesMs.length - 1]) + 5 }
        }
        // after the pulses, as a silence must not take the place of one
        if (silences.length > 0) store.storeReadings(channelId, silences, nowMs)
        result.leftOut += leftOut
        onRows(rows)
    }
    return span
}

function slotOf(ms: number): number {
    return Math.floor(ms / 5000) * 5
}

/** The finest tables first: of coarser ones only what these leave is taken. */
function storeIntervals(
    store: Store,
    channelId: number,
    work: {
        file: EmonFile
        meter: EmonMeter
        result: ImportedMeter
        span: PulseSpan
        nowMs: number
    }
): void {
    const { file, meter, result, span, nowMs } = work
    for (const table of file.tables(meter.number)) {
        let readings: Reading[] = []
        const flush = () => {
            const { stored, known, conflicting } = store.storeReadings(channelId, readings, nowMs)
            result.intervals.stored += stored
            result.intervals.known += known
            result.intervals.conflicting += conflicting
            readings = []
        }
        const rows = intervalReadings(file.intervals(table), table.seconds, { pulses: span, nowMs })
        for (const { reading, ticks } of rows) {
            if (reading) readings.push(reading)
            else result.leftOut += ticks
            if (readings.length >= READINGS_A_BATCH) flush()
        }
        flush()
    }
}
