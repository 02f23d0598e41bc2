import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ingestLoad, type LoadOptions } from "./ingest/ingest-load.js"
import { startProgress } from "./progress.js"

/** `meterbeat bench ingest`: fails when a report was lost. */
export async function benchIngest(options: LoadOptions & { json: boolean }): Promise<void> {
    const dataDir = mkdtempSync(join(tmpdir(), "meterbeat-ingest-"))
    const progress = startProgress("acknowledged", options.rate * options.seconds, "reports")
    try {
        const result = await ingestLoad(dataDir, options, progress)
        if (options.json) console.log(JSON.stringify(result))
        else {
            const { trace, ...rest } = result
            console.table({ ...rest, ...trace })
        }
        if (result.devicesWithLoss > 0)
            throw new Error(`Reports of ${result.devicesWithLoss} devices were lost.`)
    } finally {
        progress.stop()
        rmSync(dataDir, { recursive: true, force: true })
    }
}
