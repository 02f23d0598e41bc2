/** What rows belong to. */
export type Owned = "devices" | "homes" | "users"

/** One row of the database; bytes as `{ base64 }`, and nothing that opens anything. */
export interface ExportedRow {
    table: string
    row: Record<string, unknown>
}

/** All that is known of a device, a home or a user: handed out whole, or erased. */
export interface ErasureStore {
    /** The device, its key, everything measured, and sensors that had nothing else. */
    eraseDevice(id: string): void
    /** The same, but device and key stay, for the next one who claims it. */
    releaseDevice(id: string): void
    /** The home and all in it. */
    eraseHome(id: number): void
    /** The user; what it did stays in the logs without a name. */
    eraseUser(name: string): void
    exportRows(root: Owned, key: string | number): Iterable<ExportedRow>
}
