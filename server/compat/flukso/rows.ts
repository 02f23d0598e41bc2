/** A row's end in Unix seconds with its value, null where nothing is known. */
export type Row = [endS: number, value: number | null]

/** Rows as Flukso's clients read them: a value that is not known is the text "nan". */
export function rowsToJson(rows: Row[], callback?: string): string {
    const json = JSON.stringify(rows.map(([endS, value]) => [endS, value ?? "nan"]))
    return callback === undefined ? json : toJsonp(json, callback)
}

/** One line each, with a line end as in a text of the network. */
export function rowsToCsv(rows: Row[]): string {
    return rows.map(([endS, value]) => `${endS},${value ?? "nan"}\r\n`).join("")
}

/** A call of the function that a page has. */
export function toJsonp(json: string, callback: string): string {
    return `${callback}(${json});`
}
