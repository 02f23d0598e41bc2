import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import Sqlite, { type Database } from "better-sqlite3"
import { createSecretBox } from "../auth/secret-box.js"
import { AppError } from "../errors.js"
import { pendingMigrations } from "../store/migrate.js"

/** A backup is the database with one table more, which holds the key that seals the devices' keys. */
export const KEY_TABLE = "backup_key"

/** What is in a backup, for people. */
export interface BackupContents {
    devices: number
    channels: number
    /** End of the newest stored slot, Unix ms; null when there is none. */
    newestMs: number | null
    /** 64 hex digits; a secret. */
    secretKey: string
}

/** Reads a backup to its end. Throws AppError with one sentence when it cannot be used. */
export function checkBackup(file: string): BackupContents {
    if (!existsSync(file)) throw unusable(file, "does not exist")
    let db: Database | undefined
    try {
        db = new Sqlite(file, { readonly: true })
        return read(db, file)
    } catch (error) {
        if (error instanceof AppError) throw error
        throw unusable(file, "is damaged or no backup")
    } finally {
        db?.close()
    }
}

function read(db: Database, file: string): BackupContents {
    const hasKey = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(KEY_TABLE)
    if (!hasKey) throw unusable(file, "is not a backup made by meterbeat backup")
    if (db.pragma("integrity_check(1)", { simple: true }) !== "ok")
        throw unusable(file, "is damaged")
    // throws when a newer program wrote it
    pendingMigrations(db)
    const secretKey = db.prepare<[], string>(`SELECT key FROM ${KEY_TABLE}`).pluck().get() ?? ""
    checkKeys(db, file, secretKey)
    const count = (table: string) =>
        db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
    const newest = db.prepare<[], number | null>("SELECT max(last_slot_end_ms) FROM channels")
    return {
        devices: count("devices"),
        channels: count("channels"),
        newestMs: newest.pluck().get() ?? null,
        secretKey,
    }
}

/** Without the right key every device would have to be provisioned again. */
function checkKeys(db: Database, file: string, secretKey: string): void {
    if (!/^[0-9a-f]{64}$/.test(secretKey)) throw unusable(file, "holds no key")
    const box = createSecretBox(Buffer.from(secretKey, "hex"), randomBytes)
    const sealed = db.prepare<[], { id: string; key: Buffer }>(
        "SELECT id, sealed_key AS key FROM devices"
    )
    for (const { id, key } of sealed.iterate())
        try {
            box.open(key, id)
        } catch {
            throw unusable(file, `holds a key that does not open the key of device ${id}`)
        }
}

function unusable(file: string, why: string): AppError {
    return new AppError("backup_unusable", `The backup ${file} ${why}: nothing was changed.`)
}
