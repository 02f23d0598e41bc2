import { existsSync, statSync } from "node:fs"
import Sqlite, { type Database } from "better-sqlite3"
import { AppError } from "../errors.js"
import { sqliteCode } from "./store-failure.js"

/** At the start nobody waits for the server yet, and another program may just be finishing. */
const START_LOCK_WAIT_MS = 2000
/** While it runs, the whole process stands still for a lock. */
export const LOCK_WAIT_MS = 200
/** What a log that a reader made long is cut back to; it is folded in at every 4 MB. */
const WAL_LIMIT_BYTES = 16_777_216

/**
 * Opens a database file, or `:memory:`. Throws AppError: damaged, locked, unwritable, or missing when
 * `readOnly`. A damaged file is left as it is.
 */
export function openDatabase(file: string, readOnly: boolean): Database {
    try {
        if (readOnly && !existsSync(file))
            throw new AppError("data_missing", `There is no database at ${file} to read.`)
        checkFile(file)
        const db = new Sqlite(file, { readonly: readOnly, timeout: START_LOCK_WAIT_MS })
        if (!readOnly) {
            db.pragma("journal_mode = WAL")
            db.pragma("synchronous = FULL")
            db.pragma(`journal_size_limit = ${WAL_LIMIT_BYTES}`)
        }
        db.pragma("foreign_keys = ON")
        return db
    } catch (error) {
        throw toSentence(error, file)
    }
}

/** How long the calling thread waits for another program's lock. */
export function waitForLocks(db: Database, waitMs: number): void {
    db.pragma(`busy_timeout = ${waitMs}`)
}

/** Looks before anything opens the file for writing, because that could already change it. */
function checkFile(file: string): void {
    if (!existsSync(file) || statSync(file).size === 0) return
    let db: Database | undefined
    try {
        db = new Sqlite(file, { readonly: true, timeout: START_LOCK_WAIT_MS })
        const rows = db.pragma("quick_check(1)") as { quick_check: string }[]
        if (rows[0].quick_check !== "ok") throw damaged(file)
    } catch (error) {
        // a first start that was cut off leaves a journal that only a writer may roll back
        if (!sqliteCode(error).startsWith("SQLITE_READONLY")) throw error
    } finally {
        db?.close()
    }
}

function toSentence(error: unknown, file: string): unknown {
    if (error instanceof AppError) return error
    const code = sqliteCode(error)
    if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return damaged(file)
    if (code.startsWith("SQLITE_BUSY"))
        return new AppError(
            "database_locked",
            `The database ${file} is in use by another program: stop that one first.`
        )
    if (code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_READONLY"))
        return new AppError(
            "data_unwritable",
            `The database ${file} cannot be opened for writing: check its owner and permissions.`
        )
    return error
}

function damaged(file: string): AppError {
    return new AppError(
        "database_damaged",
        `The database ${file} is damaged; nothing was changed: restore it from a backup.`
    )
}
