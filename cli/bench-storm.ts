import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startProgress } from "./progress.js"
import { storm } from "./storm/storm.js"

/** `meterbeat bench storm`: fails when a report was lost. */
export async function benchStorm(options: { devices: number; json: boolean }): Promise<void> {
    if (options.devices === 0) throw new Error("--devices must be at least 1.")
    const dataDir = mkdtempSync(join(tmpdir(), "meterbeat-storm-"))
    const progress = startProgress("served", options.devices, "devices")
    try {
        const result = await storm(dataDir, options.devices, progress)
        if (options.json) console.log(JSON.stringify(result))
        else console.table(result)
        if (result.devicesWithLoss > 0)
            throw new Error(`Reports of ${result.devicesWithLoss} devices were lost.`)
    } finally {
        progress.stop()
        rmSync(dataDir, { recursive: true, force: true })
    }
}
