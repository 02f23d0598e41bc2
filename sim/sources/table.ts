import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { parse } from "csv-parse/sync"
import { parseUtcText } from "./utc-text.js"

export type TimeUnit = "s" | "ms" | "text"

/** The tables of a run, each read once however many devices play it. */
export class Tables {
    private readonly tables = new Map<string, Table>()

    /** Throws an Error with one sentence that names the file. */
    open(file: string): Table {
        const known = this.tables.get(file)
        if (known) return known
        const table = readTable(file)
        this.tables.set(file, table)
        return table
    }
}

/** A CSV file with a header line. Rows are named as an editor counts them: the header is row 1. */
export class Table {
    private readonly numberColumns = new Map<string, Float64Array>()
    private readonly timeColumns = new Map<string, Float64Array>()

    constructor(
        readonly file: string,
        private readonly columns: string[],
        private readonly rows: string[][]
    ) {}

    get rowCount(): number {
        return this.rows.length
    }

    /** Numbers of a column, NaN for an empty cell. `field` is the setting that named the column. */
    numbers(column: string, field: string): Float64Array {
        return this.cached(this.numberColumns, column, () => {
            const index = this.indexOf(column, field)
            return Float64Array.from(this.rows, (row, i) => this.numberIn(row[index], column, i))
        })
    }

    /** Times of a column in ms, never decreasing; text is read as UTC and gives Unix ms. */
    timesMs(column: string, unit: TimeUnit, field: string): Float64Array {
        return this.cached(this.timeColumns, `${unit} ${column}`, () => {
            const index = this.indexOf(column, field)
            const times = Float64Array.from(this.rows, (row, i) =>
                this.timeIn(row[index], column, unit, i)
            )
            const late = times.findIndex((atMs, i) => i > 0 && atMs < times[i - 1])
            if (late > 0)
                throw this.errorAt(
                    late,
                    `the time in column "${column}" is before that of row ${late + 1}`
                )
            return times
        })
    }

    /** An Error about row `index`, counted from 0 after the header. */
    errorAt(index: number, reason: string): Error {
        return new Error(`${this.file}, row ${index + 2}: ${reason}.`)
    }

    private cached(columns: Map<string, Float64Array>, key: string, read: () => Float64Array) {
        const known = columns.get(key)
        if (known) return known
        const values = read()
        columns.set(key, values)
        return values
    }

    private indexOf(column: string, field: string): number {
        const index = this.columns.indexOf(column)
        if (index >= 0) return index
        throw new Error(
            `${field} "${column}" is not a column of ${this.file}, which has ${quoted(this.columns)}.`
        )
    }

    private numberIn(cell: string, column: string, index: number): number {
        const text = cell.trim()
        if (text === "") return Number.NaN
        const value = Number(text)
        if (Number.isFinite(value)) return value
        throw this.errorAt(index, `"${text}" in column "${column}" is not a number`)
    }

    private timeIn(cell: string, column: string, unit: TimeUnit, index: number): number {
        if (unit === "text") {
            const atMs = parseUtcText(cell.trim())
            if (atMs !== undefined) return atMs
            throw this.errorAt(
                index,
                `"${cell}" in column "${column}" is not a time such as 2014-10-15 06:30:00`
            )
        }
        const value = this.numberIn(cell, column, index)
        if (Number.isNaN(value))
            throw this.errorAt(index, `the time in column "${column}" is empty`)
        return unit === "s" ? value * 1000 : value
    }
}

function readTable(file: string): Table {
    const rows = parseCsv(file, readText(file))
    while (rows.length > 0 && isBlank(rows[rows.length - 1])) rows.pop()
    if (rows.length === 0) throw new Error(`${file} is empty.`)
    const columns = rows[0].map(name => name.trim())
    if (rows.length === 1) throw new Error(`${file} has a header but no rows.`)
    rows.shift()
    const table = new Table(file, columns, rows)
    const odd = rows.findIndex(row => row.length !== columns.length)
    if (odd >= 0)
        throw table.errorAt(
            odd,
            isBlank(rows[odd])
                ? "the row is empty"
                : `the number of cells is ${rows[odd].length}, but the header has ${columns.length}`
        )
    return table
}

function readText(file: string): string {
    let bytes: Buffer
    try {
        bytes = readFileSync(file)
    } catch (error) {
        const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT"
        throw new Error(isMissing ? `There is no file ${file}.` : `${file} cannot be read.`)
    }
    if (!file.endsWith(".gz")) return bytes.toString("utf8")
    try {
        return gunzipSync(bytes).toString("utf8")
    } catch {
        throw new Error(`${file} is not a whole gzip file.`)
    }
}

function parseCsv(file: string, text: string): string[][] {
    try {
        return parse(text, { bom: true, relax_column_count: true })
    } catch (error) {
        const lines = (error as { lines?: number }).lines
        throw new Error(`${file}, row ${lines ?? 1}: the quotes do not match.`)
    }
}

function isBlank(row: string[]): boolean {
    return row.length === 1 && row[0].trim() === ""
}

function quoted(names: string[]): string {
    return names.map(name => `"${name}"`).join(", ")
}
