import Sqlite, { type Database, type Statement } from "better-sqlite3"

type Runner = (this: Statement, ...args: unknown[]) => unknown

const RUNNERS = ["run", "get", "all"] as const

export const CRASH_TEXT = "the server crashed"

/** Some pages more than are in use: enough to begin a transaction, soon too few to end it. */
const SPARE_PAGES = 1
const MOST_PAGES = 1_000_000_000

/** Thrown inside the server's transaction: the process is no more. */
class CrashError extends Error {}

/** Hands out the database that `open` opens, which no store shows. */
export async function captureDatabase<T>(
    open: () => Promise<T>
): Promise<{ opened: T; db: Database }> {
    const prototype = Sqlite.prototype as { pragma: Database["pragma"] }
    const pragma = prototype.pragma
    let db: Database | undefined
    prototype.pragma = function (this: Database, ...args: Parameters<Database["pragma"]>) {
        db = this
        return pragma.apply(this, args)
    }
    try {
        const opened = await open()
        if (!db) throw new Error("The store opened no database.")
        return { opened, db }
    } finally {
        prototype.pragma = pragma
    }
}

/**
 * Calls back before the n-th statement from now on, counted from 0; after that every statement throws, as
 * nothing runs on after a crash. Ends with `disarm`, which returns how many statements there were.
 */
export function armCrash(db: Database, statement: number, callback: () => void): () => number {
    const prototype = Object.getPrototypeOf(db.prepare("SELECT 1")) as Record<string, Runner>
    const originals = RUNNERS.map(name => prototype[name])
    let count = 0
    let isCrashed = false
    for (const [at, name] of RUNNERS.entries())
        prototype[name] = function (this: Statement, ...args: unknown[]) {
            if (isCrashed) throw new CrashError(CRASH_TEXT)
            if (count++ < statement) return originals[at].apply(this, args)
            isCrashed = true
            for (const [other, each] of RUNNERS.entries()) prototype[each] = originals[other]
            callback()
            for (const each of RUNNERS) prototype[each] = crashed
            throw new CrashError(CRASH_TEXT)
        }
    return () => {
        for (const [at, name] of RUNNERS.entries()) prototype[name] = originals[at]
        return count
    }
}

/** Makes the disk full, or gives it room again. */
export function limitDisk(db: Database, isFull: boolean): void {
    const pages = db.pragma("page_count", { simple: true }) as number
    db.pragma(`max_page_count = ${isFull ? pages + SPARE_PAGES : MOST_PAGES}`)
}

function crashed(): never {
    throw new CrashError(CRASH_TEXT)
}
