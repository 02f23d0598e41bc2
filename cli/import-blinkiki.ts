import { randomBytes } from "node:crypto"
import { createReadStream, existsSync } from "node:fs"
import { parse } from "csv-parse"
import { createSecretBox } from "../server/auth/secret-box.js"
import { CsvRows, type CsvSlot, placeSlots } from "../server/compat/blinkiki/csv.js"
import { openDataDir } from "../server/data-dir.js"
import { isTimeZone } from "../server/local-days.js"
import type { Reading, ReadingsResult } from "../server/store/foreign-store.js"
import { FIRST_HOME } from "../server/store/people-store.js"
import { openSqliteStore } from "../server/store/sqlite.js"
import type { Store } from "../server/store/store.js"
import { startProgress } from "./progress.js"

/** An hour of slots; a transaction each, so that a crash leaves whole hours. */
const HOUR_S = 3600

interface ImportOptions {
    data: string
    name: string
    timeZone?: string
}

/** `meterbeat import blinkiki`: with the server of that folder stopped. */
export async function importBlinkiki(file: string, options: ImportOptions): Promise<void> {
    if (!existsSync(file)) throw new Error(`There is no file ${file}.`)
    const data = openDataDir(options.data, randomBytes)
    try {
        const secretBox = createSecretBox(data.secretKey, randomBytes)
        const store = await openSqliteStore({ file: data.databaseFile, secretBox })
        try {
            await importInto(store, file, options)
        } finally {
            store.close()
        }
    } finally {
        data.release()
    }
}

async function importInto(
    store: Store,
    file: string,
    { name, timeZone = store.home(FIRST_HOME)?.timeZone ?? "UTC" }: ImportOptions
): Promise<void> {
    if (!isTimeZone(timeZone))
        throw new Error(`--time-zone must be a name such as Europe/Paris, not "${timeZone}".`)
    const slots = await readSlots(file, timeZone)
    const channelId = channelOf(store, name)
    const bar = startProgress("import", slots.length, "slots")
    const all = { stored: 0, known: 0, conflicting: 0, ahead: 0 }
    for (const hour of byHour(placeSlots(slots))) {
        const result = store.storeReadings(channelId, hour, Date.now())
        for (const key of Object.keys(all) as (keyof ReadingsResult)[]) all[key] += result[key]
        bar.update(all.stored + all.known + all.conflicting + all.ahead)
    }
    bar.stop()
    console.log(
        `${name}: ${all.stored} slots stored, ${all.known} known before, ${all.conflicting} against what was stored, ${all.ahead} in the future.`
    )
}

async function readSlots(file: string, timeZone: string): Promise<CsvSlot[]> {
    const rows = new CsvRows(timeZone)
    const slots: CsvSlot[] = []
    const records = createReadStream(file).pipe(parse({ columns: true, relax_column_count: true }))
    let line = 1
    for await (const record of records) slots.push(rows.read(record, ++line))
    return slots.sort((a, b) => a.endS - b.endS)
}

/** The meter of that name from an earlier import, or a new one. */
function channelOf(store: Store, name: string): number {
    const channel = { name: "Meter", type: "electricity" as const, perPulse: 1 }
    const device = { protocol: "blinkiki" as const, serial: name, name, homeId: FIRST_HOME }
    const known = store.foreignDeviceOf("blinkiki", name)
    if (known) return known.channelIds[0]
    const id = store.addForeignDevice({ ...device, channels: [channel] })
    return store.foreignDevice(id)?.channelIds[0] ?? 0
}

function* byHour(readings: Iterable<Reading>): Generator<Reading[]> {
    let hour: Reading[] = []
    for (const reading of readings) {
        const last = hour.at(-1)
        if (last && Math.floor(last.startS / HOUR_S) !== Math.floor(reading.startS / HOUR_S)) {
            yield hour
            hour = []
        }
        hour.push(reading)
    }
    if (hour.length > 0) yield hour
}
