import Sqlite, { type Database, SqliteError } from "better-sqlite3"
import { AppError } from "../../errors.js"

const MAX_METERS = 1000
/** What people wrote about a meter; more of it is cut. */
const MAX_TEXT = 200
const MAX_TABLES = 10_000
export const MAX_METER_NUMBER = 999_999_999

export interface EmonMeter {
    number: number
    location: string
    description: string
    /** UTC, Unix ms; undefined when the file does not say. */
    createdMs: number | undefined
}

/** Pulses of one second, or of one interval, which holds it. */
export interface Ticks {
    epochS: number
    ticks: number
}

interface IntervalTable {
    name: string
    seconds: number
}

/** An emon database, read only. Every method may throw AppError. */
export interface EmonFile {
    meters: EmonMeter[]
    /** Rows of pulses, of all meters. */
    pulseRows: number
    /** Seconds in which a meter had pulses, oldest first. */
    seconds(meter: number): Iterable<Ticks>
    /** Tables that sum up its pulses, the finest first. */
    tables(meter: number): IntervalTable[]
    intervals(table: IntervalTable): Iterable<Ticks>
    close(): void
}

/** Opens a database of emon-server, after checking that reading it comes to an end. Throws AppError. */
export function openEmonFile(file: string): EmonFile {
    let db: Database | undefined
    try {
        const opened = new Sqlite(file, { readonly: true, fileMustExist: true })
        db = opened
        // what the schema says is not trusted with any function that could do harm
        opened.pragma("trusted_schema = OFF")
        opened.pragma("cell_size_check = ON")
        checkTable(opened, file, "meter")
        checkTable(opened, file, "measurement")
        return contents(opened, file)
    } catch (error) {
        db?.close()
        throw explain(error, file)
    }
}

function contents(db: Database, file: string): EmonFile {
    const meters = readMeters(db, file)
    const tables = readTables(db, file)
    const seconds = db.prepare<[number], Ticks>(
        `SELECT CAST(epoch AS INTEGER) AS epochS, count(*) AS ticks FROM measurement
         WHERE m_id = ? AND typeof(epoch) IN ('integer', 'real')
         GROUP BY epochS ORDER BY epochS`
    )
    const pulseRows = db.prepare<[], number>("SELECT count(*) FROM measurement").pluck().get() ?? 0
    const explained = <T>(rows: () => Iterable<T>): Iterable<T> => explaining(rows, file)
    return {
        meters,
        pulseRows,
        seconds: meter => explained(() => seconds.iterate(meter)),
        tables: meter => tables.get(meter) ?? [],
        intervals: ({ name }) =>
            explained(() =>
                db
                    .prepare<[], Ticks>(
                        `SELECT epoch AS epochS, ticks FROM "${name}"
                         WHERE typeof(epoch) = 'integer' AND typeof(ticks) = 'integer'`
                    )
                    .iterate()
            ),
        close: () => db.close(),
    }
}

function readMeters(db: Database, file: string): EmonMeter[] {
    // the README's table has no column updated, others may lack more
    const has = new Set(columnsOf(db, "meter").map(({ name }) => name))
    if (!has.has("id")) throw unusable(file, "its table meter has no column id")
    const text = (name: string) =>
        has.has(name) ? `iif(typeof(${name}) = 'text', substr(${name}, 1, ${MAX_TEXT}), '')` : "''"
    const rows = db
        .prepare<
            [number, number],
            { id: number; location: string; description: string; created: string }
        >(
            `SELECT id, ${text("location")} AS location, ${text("description")} AS description,
                 ${text("created")} AS created
             FROM meter WHERE typeof(id) = 'integer' AND id BETWEEN 0 AND ? ORDER BY id LIMIT ?`
        )
        .all(MAX_METER_NUMBER, MAX_METERS + 1)
    if (rows.length > MAX_METERS) throw unusable(file, `it has more than ${MAX_METERS} meters`)
    return rows.map(({ id, created, ...texts }) => ({
        number: id,
        ...texts,
        createdMs: parseSqlTime(created),
    }))
}

/** By meter, the finest first. */
function readTables(db: Database, file: string): Map<number, IntervalTable[]> {
    const names = db
        .prepare<[number], string>(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'emon_*' LIMIT ?"
        )
        .pluck()
        .all(MAX_TABLES)
    const tables = new Map<number, IntervalTable[]>()
    for (const name of names) {
        const [, meter, seconds] = /^emon_(\d{1,9})_(\d{1,7})$/.exec(name) ?? []
        if (meter === undefined || Number(seconds) === 0) continue
        checkTable(db, file, name)
        const found = tables.get(Number(meter)) ?? []
        tables.set(Number(meter), [...found, { name, seconds: Number(seconds) }])
    }
    for (const found of tables.values()) found.sort((a, b) => a.seconds - b.seconds)
    return tables
}

/**
 * A view or a computed column could run for ever, and pages that are in a table twice could give rows
 * without end: only plain tables whose pages are in order are read.
 */
function checkTable(db: Database, file: string, name: string): void {
    const sql = db
        .prepare<[string], string>(
            "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
        )
        .pluck()
        .get(name)
    if (sql === undefined) throw unusable(file, `it has no table ${name}`)
    const isPlain = /^CREATE TABLE\b/i.test(sql) && !/\b(AS|CHECK|GENERATED|SELECT)\b/i.test(sql)
    if (!isPlain || columnsOf(db, name).some(({ hidden }) => hidden !== 0))
        throw unusable(file, `its table ${name} is not as emon makes it`)
    if (db.pragma(`quick_check("${name}")`, { simple: true }) !== "ok")
        throw unusable(file, "it is damaged")
}

function columnsOf(db: Database, table: string): { name: string; hidden: number }[] {
    return db.pragma(`table_xinfo("${table}")`) as { name: string; hidden: number }[]
}

/** SQLite's text for a time, in UTC. */
function parseSqlTime(text: string): number | undefined {
    const [, date, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(text) ?? []
    const ms = Date.parse(`${date}T${time}Z`)
    return Number.isNaN(ms) ? undefined : ms
}

function* explaining<T>(rows: () => Iterable<T>, file: string): Iterable<T> {
    try {
        yield* rows()
    } catch (error) {
        throw explain(error, file)
    }
}

function explain(error: unknown, file: string): unknown {
    if (!(error instanceof SqliteError)) return isNoDatabase(error) ? missing(file) : error
    if (error.code.startsWith("SQLITE_BUSY")) return unusable(file, "another program writes to it")
    if (error.code.startsWith("SQLITE_CANTOPEN")) return missing(file)
    return unusable(file, "it is damaged or no database of emon-server")
}

/** The library's own error for a folder that does not exist. */
function isNoDatabase(error: unknown): boolean {
    return error instanceof TypeError && error.message.startsWith("Cannot open database")
}

function missing(file: string): AppError {
    return unusable(file, "it does not exist or may not be read")
}

function unusable(file: string, why: string): AppError {
    return new AppError("import_unusable", `${file} cannot be imported: ${why}.`)
}
