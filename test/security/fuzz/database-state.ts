import { createHash } from "node:crypto"
import Sqlite, { type Database } from "better-sqlite3"
import { judgeSums } from "../../../soak/invariants.js"
import { readStored } from "../../../soak/stored.js"
import { KIND_CHIP, KIND_MAINS } from "../../../src/wire/channels.js"

/** Written on the way to a refusal too: who is signed in, and the book of what happened. */
const BOOKKEEPING = ["sessions", "audit_log"]
const BOOKKEEPING_COLUMNS = ["last_used_ms"]

/** Looks at the server's database from beside, and tells which tables changed. */
export class DatabaseState {
    private readonly db: Database
    private version: unknown
    private byTable = new Map<string, string>()

    private readonly pristine: string

    constructor(private readonly file: string) {
        this.db = new Sqlite(file, { readonly: true })
        this.pristine = `${file}-pristine`
        this.db.exec(`VACUUM INTO '${this.pristine}'`)
        this.changed()
    }

    /** Puts every row back that was there at the beginning, and takes out the others. */
    restore(): void {
        const db = new Sqlite(this.file)
        db.pragma("foreign_keys = OFF")
        db.exec(`ATTACH '${this.pristine}' AS pristine`)
        const tables = this.db
            .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .pluck()
            .all()
        db.transaction(() => {
            for (const table of tables) db.exec(`DELETE FROM main."${table}"`)
            // again before each, since rows of one may have triggered some of another
            for (const table of tables)
                db.exec(
                    `DELETE FROM main."${table}"; INSERT INTO main."${table}" SELECT * FROM pristine."${table}"`
                )
        })()
        db.close()
        this.changed()
    }

    /** The tables whose rows differ from those at the last call. */
    changed(): string[] {
        const version = this.db.pragma("data_version", { simple: true })
        if (version === this.version) return []
        this.version = version
        const before = this.byTable
        this.byTable = new Map(this.tables().map(table => [table, this.hashOf(table)]))
        return [...this.byTable]
            .filter(([table, hash]) => before.get(table) !== hash)
            .map(([table]) => table)
    }

    /** What the database says against itself. */
    contradictions(): string[] {
        const integrity = this.db.pragma("integrity_check(1)", { simple: true })
        const orphans = this.db.pragma("foreign_key_check") as { table: string }[]
        return [
            ...(integrity === "ok" ? [] : [String(integrity)]),
            ...orphans.map(({ table }) => `a row of ${table} refers to none`),
            ...this.wrongSums(),
        ]
    }

    /** Sums that are not those of the slots, of channels that count pulses. */
    private wrongSums(): string[] {
        const clamps = this.db
            .prepare<number[], string>(
                "SELECT device_id || ' ' || number FROM channels WHERE kind IN (?, ?)"
            )
            .pluck()
            .all(KIND_MAINS, KIND_CHIP)
        return readStored(this.db)
            .filter(({ deviceId, number }) => !clamps.includes(`${deviceId} ${number}`))
            .flatMap(channel => judgeSums(channel).map(({ detail }) => detail))
    }

    close(): void {
        this.db.close()
    }

    private tables(): string[] {
        const all = this.db
            .prepare<[], string>(
                "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
            )
            .pluck()
            .all()
        return all.filter(name => !BOOKKEEPING.includes(name))
    }

    private hashOf(table: string): string {
        const names = this.db
            .prepare<[string], string>("SELECT name FROM pragma_table_info(?)")
            .pluck()
            .all(table)
        const columns = names.filter(name => !BOOKKEEPING_COLUMNS.includes(name))
        const quoted = columns.map(name => `"${name}"`).join(", ")
        const rows = this.db.prepare(`SELECT ${quoted} FROM "${table}"`).raw().safeIntegers().all()
        const hash = createHash("sha256")
        for (const row of rows as unknown[][])
            for (const value of row) {
                if (Buffer.isBuffer(value)) hash.update(value)
                else hash.update(String(value))
                hash.update("\0")
            }
        return hash.digest("hex")
    }
}
