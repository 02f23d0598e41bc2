import { createHash } from "node:crypto"
import type { Database } from "better-sqlite3"

/** Rows of a table that are read one by one; of the rest only the totals. */
const MOST_ROWS = 400

/** Says whether two databases hold the same; of large tables by the totals of their columns. */
export function digestOf(db: Database): string {
    const hash = createHash("sha256")
    const tables = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .all() as { name: string }[]
    for (const { name } of tables) {
        if (name.startsWith("sqlite_")) continue
        const columns = db.prepare("SELECT name, type FROM pragma_table_info(?)").all(name) as {
            name: string
            type: string
        }[]
        const totals = columns.map(column =>
            column.type === "INTEGER" || column.type === "REAL"
                ? `total(${column.name})`
                : `total(length(${column.name}))`
        )
        const totalsRow = db
            .prepare(`SELECT count(*), ${totals.join(", ")} FROM ${name}`)
            .raw()
            .get()
        hash.update(`${name} ${JSON.stringify(totalsRow)}`)
        const order = columns.map((_, at) => `${at + 1} DESC`).join(", ")
        const isTimed = columns.some(column => column.name === "hour")
        const newest = isTimed ? "hour DESC, 1" : order
        for (const row of db
            .prepare(`SELECT * FROM ${name} ORDER BY ${newest} LIMIT ${MOST_ROWS}`)
            .raw()
            .all())
            for (const value of row as unknown[])
                hash.update(Buffer.isBuffer(value) ? value : `${value},`)
    }
    return hash.digest("hex")
}
