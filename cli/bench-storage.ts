import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { DATABASE_FILE } from "../server/data-dir.js"
import { provisionDevice } from "../server/provision.js"
import { storeHistory } from "./history/store-history.js"
import { startProgress } from "./progress.js"
import { withStore } from "./with-store.js"

const SLOTS_A_DAY = 17_280
const REPORTS_A_DAY = SLOTS_A_DAY / 10
const FROM_MS = Date.UTC(2025, 0, 1)

export interface BenchStorageOptions {
    days: number
    /** Most pulses of a slot; each holds a random number up to that. */
    pulses: number
    json: boolean
}

/** `meterbeat bench storage`: what the 5 s slots of one sensor take on disk, sums and indexes included. */
export async function benchStorage({ days, pulses, json }: BenchStorageOptions): Promise<void> {
    const dataDir = mkdtempSync(join(tmpdir(), "meterbeat-storage-"))
    const progress = startProgress("stored", days * REPORTS_A_DAY, "reports")
    try {
        const id = "00000000000000bb"
        let cpuUs = 0
        await withStore(dataDir, store => {
            provisionDevice(store, { id, name: "Bench", key: Buffer.alloc(32, 1) })
            const before = process.cpuUsage()
            storeHistory(
                store,
                { deviceId: id, fromMs: FROM_MS, days, mostPulses: pulses },
                progress.update
            )
            const used = process.cpuUsage(before)
            cpuUs = used.user + used.system
        })
        const file = join(dataDir, DATABASE_FILE)
        const bytes = statSync(file).size
        const slots = days * SLOTS_A_DAY
        const result = {
            days,
            slots,
            mostPulsesASlot: pulses,
            bytes,
            bytesPerSlot: Math.round((1000 * bytes) / slots) / 1000,
            cpuUsPerReport: Math.round((10 * cpuUs) / (days * REPORTS_A_DAY)) / 10,
            ...bytesByTable(file),
        }
        if (json) console.log(JSON.stringify(result))
        else console.table(result)
    } finally {
        progress.stop()
        rmSync(dataDir, { recursive: true, force: true })
    }
}

/** Pages of the tables that hold slots and sums, each with its index. */
function bytesByTable(file: string): Record<string, number> {
    const db = new Sqlite(file, { readonly: true })
    try {
        const rows = db
            .prepare<[], { name: string; bytes: number }>(
                `SELECT tbl_name AS name, sum(pgsize) AS bytes FROM dbstat
                 JOIN sqlite_schema USING (name)
                 WHERE tbl_name IN ('slot_hours', 'minute_hours', 'sums') GROUP BY tbl_name`
            )
            .all()
        return Object.fromEntries(rows.map(({ name, bytes }) => [`bytes of ${name}`, bytes]))
    } finally {
        db.close()
    }
}
