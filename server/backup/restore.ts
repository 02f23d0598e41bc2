import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { DATABASE_FILE, KEY_FILE, lockDataDir } from "../data-dir.js"
import { AppError } from "../errors.js"
import { type BackupContents, checkBackup, KEY_TABLE } from "./check-backup.js"
import { moveIfThere, renameDurably, syncToDisk } from "./durable-files.js"

/** All that belongs to a database: a log of another one would damage it. */
const REPLACED = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, KEY_FILE]

export interface RestoreOptions {
    file: string
    dataDir: string
    /** Put aside what the folder holds, instead of refusing. */
    force: boolean
    nowMs: number
}

export interface Restored extends BackupContents {
    /** Folder of what was there before, if anything was. */
    putAside: string | undefined
}

/** Makes a data folder out of a backup, all of it or nothing. Throws AppError with one sentence. */
export function restore({ file, dataDir, force, nowMs }: RestoreOptions): Restored {
    const contents = checkBackup(file)
    const release = lockDataDir(dataDir)
    const database = join(dataDir, `${DATABASE_FILE}.restoring`)
    const key = join(dataDir, `${KEY_FILE}.restoring`)
    try {
        if (!force && hasData(join(dataDir, DATABASE_FILE)))
            throw new AppError(
                "data_not_empty",
                `The data folder ${dataDir} holds data: choose an empty one, or put its data aside with --force.`
            )
        copySecretly(file, database)
        removeKey(database)
        writeFileSync(key, `${contents.secretKey}\n`, { mode: 0o600 })
        const putAside = putAsideOld(dataDir, nowMs)
        // the database last: until it has its name, there is none, and never one with another's key
        renameDurably(key, join(dataDir, KEY_FILE))
        renameDurably(database, join(dataDir, DATABASE_FILE))
        return { ...contents, putAside }
    } finally {
        // what failed must not leave a key behind
        for (const unfinished of [database, key]) rmSync(unfinished, { force: true })
        release()
    }
}

function hasData(databaseFile: string): boolean {
    return existsSync(databaseFile) && statSync(databaseFile).size > 0
}

/** A plain copy would have the mode of `file`, which may be anybody's to read. */
function copySecretly(file: string, to: string): void {
    rmSync(to, { force: true })
    writeFileSync(to, "", { mode: 0o600 })
    const db = new Sqlite(file, { readonly: true })
    try {
        db.prepare("VACUUM INTO ?").run(to)
    } finally {
        db.close()
    }
}

function removeKey(file: string): void {
    const db = new Sqlite(file)
    try {
        db.exec(`DROP TABLE ${KEY_TABLE}`)
        db.exec("VACUUM")
    } finally {
        db.close()
    }
}

function putAsideOld(dataDir: string, nowMs: number): string | undefined {
    const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, "-")
    const aside = join(dataDir, `replaced-${stamp}`)
    if (!REPLACED.some(name => existsSync(join(dataDir, name)))) return undefined
    mkdirSync(aside, { mode: 0o700 })
    for (const name of REPLACED) moveIfThere(join(dataDir, name), join(aside, name))
    syncToDisk(aside)
    syncToDisk(dataDir)
    return aside
}
