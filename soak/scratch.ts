import { existsSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A disk in memory, where there is one: a commit need not wait for a real one. */
const MEMORY_DIR = "/dev/shm"
/** Where a worker's folders are, so that they go with the run when it is ended at once. */
export const SCRATCH_VARIABLE = "METERBEAT_SOAK_DIR"

/** Makes an empty folder for databases. */
export function makeScratch(): string {
    const memoryDir = existsSync(MEMORY_DIR) ? MEMORY_DIR : tmpdir()
    return mkdtempSync(join(process.env[SCRATCH_VARIABLE] ?? memoryDir, "meterbeat-soak-"))
}
