import {
    existsSync,
    mkdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { AppError } from "./errors.js"

const SECRET_KEY_BYTES = 32
const LOCK_TIMEOUT_MS = 1000

export const DATABASE_FILE = "meterbeat.db"
export const KEY_FILE = "secret.key"

/** The files of a server. */
export interface DataDir {
    databaseFile: string
    /** Seals the device keys in the database. */
    secretKey: Buffer
    /** Lets another server have the folder. */
    release(): void
}

/** Opens the folder, made if need be, for this process alone. Throws AppError, one sentence. */
export function openDataDir(dir: string, randomBytes: (n: number) => Buffer): DataDir {
    const release = lockDataDir(dir)
    try {
        const databaseFile = join(dir, DATABASE_FILE)
        const isNew = !existsSync(databaseFile) || statSync(databaseFile).size === 0
        const keyFile = join(dir, KEY_FILE)
        if (isNew && !existsSync(keyFile)) makeSecretKey(keyFile, randomBytes(SECRET_KEY_BYTES))
        return { databaseFile, secretKey: readSecretKey(keyFile), release }
    } catch (error) {
        release()
        throw error
    }
}

/** Makes the folder if need be and keeps others from it; returns what ends that. Throws AppError. */
export function lockDataDir(dir: string): () => void {
    makeWritable(dir)
    return lock(dir)
}

/** The same for a server that only reads: makes nothing, and needs no lock. */
export function readDataDir(dir: string): DataDir {
    const databaseFile = join(dir, DATABASE_FILE)
    if (!existsSync(databaseFile))
        throw new AppError("data_missing", `There is no database at ${databaseFile} to read.`)
    const secretKey = readSecretKey(join(dir, KEY_FILE))
    return { databaseFile, secretKey, release: () => undefined }
}

function makeWritable(dir: string): void {
    try {
        mkdirSync(dir, { recursive: true, mode: 0o700 })
        const probe = join(dir, ".write-test")
        writeFileSync(probe, "")
        rmSync(probe)
    } catch {
        throw new AppError(
            "data_unwritable",
            `The data folder ${dir} cannot be written: check its owner and permissions, or choose another with --data.`
        )
    }
}

/** The operating system drops this lock with the process, so a crash never leaves it behind. */
function lock(dir: string): () => void {
    try {
        const db = new Sqlite(join(dir, "server.lock"), { timeout: LOCK_TIMEOUT_MS })
        db.exec("BEGIN EXCLUSIVE")
        return () => db.close()
    } catch {
        throw new AppError(
            "database_locked",
            `Another Meterbeat server uses the data folder ${dir}: stop it first, or choose another with --data.`
        )
    }
}

/** Renamed into place, so that a crash leaves a whole key or none. */
function makeSecretKey(file: string, key: Buffer): void {
    const unfinished = `${file}.new`
    writeFileSync(unfinished, `${key.toString("hex")}\n`, { mode: 0o600, flush: true })
    renameSync(unfinished, file)
}

function readSecretKey(file: string): Buffer {
    let hex: string
    try {
        hex = readFileSync(file, "ascii").trim()
    } catch {
        throw new AppError(
            "secret_key_missing",
            `The key file ${file} cannot be read, so the device keys cannot either: restore it from a backup.`
        )
    }
    if (!/^[0-9a-f]{64}$/.test(hex))
        throw new AppError(
            "secret_key_missing",
            `The key file ${file} does not hold 64 hex digits: restore it from a backup.`
        )
    return Buffer.from(hex, "hex")
}
