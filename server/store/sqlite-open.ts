import { existsSync, statSync } from "node:fs"
import Sqlite, { type Database } from "better-sqlite3"
import { AppError } from "../errors.js"

const BUSY_TIMEOUT_MS = 2000

/**
 * Opens a database file, or `:memory:`. Throws AppError: damaged, locked, unwritable, or missing when
 * `readOnly`. A damaged file is left as it is.
 */
export function openDatabase(file: string, readOnly: boolean): Database {
    try {
        if (readOnly && !existsSync(file))
            throw new AppError("data_missing", `There is no database at ${file} to read.`)
        checkFile(file)
        const db = new Sqlite(file, { readonly: readOnly, timeout: BUSY_TIMEOUT_MS })
        if (!readOnly) {
            db.pragma("journal_mode = WAL")
            db.pragma("synchronous = FULL")
        }
        db.pragma("foreign_keys = ON")
        return db
    } catch (error) {
        throw toSentence(error, file)
    }
}

/** Looks before anything opens the file for writing, because that could already change it. */
function checkFile(file: string): void {
    if (!existsSync(file) || statSync(file).size === 0) return
    let db: Database | undefined
    try {
        db = new Sqlite(file, { readonly: true, timeout: BUSY_TIMEOUT_MS })
        const rows = db.pragma("quick_check(1)") as { quick_check: string }[]
        if (rows[0].quick_check !== "ok") throw damaged(file)
    } catch (error) {
        // a first start that was cut off leaves a journal that only a writer may roll back
        if (!codeOf(error).startsWith("SQLITE_READONLY")) throw error
    } finally {
        db?.close()
    }
}

function toSentence(error: unknown, file: string): unknown {
    if (error instanceof AppError) return error
    const code = codeOf(error)
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

function codeOf(error: unknown): string {
    return error instanceof Error && "code" in error ? String(error.code) : ""
}
