/** What keeps a whole store from working, whatever it is asked for. */
export type StoreFailure = "disk_full" | "database_locked" | "disk_failing" | "database_damaged"

const BY_PREFIX: [string, StoreFailure][] = [
    ["SQLITE_FULL", "disk_full"],
    ["SQLITE_BUSY", "database_locked"],
    ["SQLITE_LOCKED", "database_locked"],
    ["SQLITE_IOERR", "disk_failing"],
    ["SQLITE_CANTOPEN", "disk_failing"],
    ["SQLITE_READONLY", "disk_failing"],
    ["SQLITE_PROTOCOL", "disk_failing"],
    ["SQLITE_CORRUPT", "database_damaged"],
    ["SQLITE_NOTADB", "database_damaged"],
]

/** Undefined for a mistake in what was asked, which says nothing of other requests. */
export function storeFailureOf(error: unknown): StoreFailure | undefined {
    const code = sqliteCode(error)
    return BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1]
}

/** Such as SQLITE_IOERR_WRITE; empty for an error of another kind. */
export function sqliteCode(error: unknown): string {
    return error instanceof Error && "code" in error ? String(error.code) : ""
}
