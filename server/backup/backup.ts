import { existsSync, rmSync, statSync, writeFileSync } from "node:fs"
import Sqlite from "better-sqlite3"
import { readDataDir } from "../data-dir.js"
import { AppError } from "../errors.js"
import { type BackupContents, checkBackup, KEY_TABLE } from "./check-backup.js"
import { renameDurably } from "./durable-files.js"

/** Pages copied in one go; between two, the progress is shown. */
const PAGES_A_STEP = 2000

export type BackupProgress = (pagesDone: number, pages: number) => void

/**
 * Copies the database of a data folder, in use or not, and its key into one file that only its owner
 * can read. The file has its name only once it is whole, checked and on the disk. Throws AppError.
 */
export async function backUp(
    dataDir: string,
    file: string,
    progress: BackupProgress
): Promise<BackupContents & { bytes: number }> {
    if (existsSync(file))
        throw new AppError("backup_exists", `There is already a file ${file}: choose another name.`)
    const { databaseFile, secretKey } = readDataDir(dataDir)
    const unfinished = `${file}.unfinished`
    try {
        writeFileSync(unfinished, "", { mode: 0o600 })
        await copy(databaseFile, unfinished, progress)
        addKey(unfinished, secretKey.toString("hex"))
        const contents = checkBackup(unfinished)
        renameDurably(unfinished, file)
        return { ...contents, bytes: statSync(file).size }
    } catch (error) {
        rmSync(unfinished, { force: true })
        throw toSentence(error, file)
    }
}

async function copy(from: string, to: string, progress: BackupProgress): Promise<void> {
    const db = new Sqlite(from, { readonly: true })
    try {
        // one view of the database to the end: without it, every commit of the server starts the copy anew
        db.exec("BEGIN")
        db.prepare("SELECT count(*) FROM sqlite_schema").get()
        await db.backup(to, {
            progress: ({ totalPages, remainingPages }) => {
                progress(totalPages - remainingPages, totalPages)
                return PAGES_A_STEP
            },
        })
    } finally {
        db.close()
    }
}

function addKey(file: string, key: string): void {
    const db = new Sqlite(file)
    try {
        // a backup is one file, so it keeps no log beside it
        db.pragma("journal_mode = DELETE")
        db.exec(`CREATE TABLE ${KEY_TABLE} (key TEXT NOT NULL) STRICT`)
        db.prepare(`INSERT INTO ${KEY_TABLE} VALUES (?)`).run(key)
    } finally {
        db.close()
    }
}

function toSentence(error: unknown, file: string): unknown {
    if (error instanceof AppError) return error
    const reason = error instanceof Error ? error.message : String(error)
    return new AppError("backup_failed", `The backup ${file} could not be written: ${reason}.`)
}
