import { backUp } from "../server/backup/backup.js"
import type { BackupContents } from "../server/backup/check-backup.js"
import { restore } from "../server/backup/restore.js"
import { startProgress } from "./progress.js"

/** `meterbeat backup`: also while the server runs. */
export async function backup(file: string, options: { data: string }): Promise<void> {
    let bar: ReturnType<typeof startProgress> | undefined
    try {
        const made = await backUp(options.data, file, (done, pages) => {
            bar ??= startProgress("backup", pages, "pages")
            bar.update(done)
        })
        const megabytes = (made.bytes / 1e6).toFixed(1)
        console.log(`${file} holds ${describe(made)} in ${megabytes} MB.`)
        console.log("The devices' keys are in it: keep it where nobody else can read it.")
    } finally {
        bar?.stop()
    }
}

/** `meterbeat restore`: with the server of that folder stopped. */
export function restoreBackup(file: string, options: { data: string; force: boolean }): void {
    const { data: dataDir, force } = options
    const restored = restore({ file, dataDir, force, nowMs: Date.now() })
    if (restored.putAside) console.log(`What was there is in ${restored.putAside} now.`)
    console.log(`${dataDir} holds ${describe(restored)}.`)
}

function describe({ devices, channels, newestMs }: BackupContents): string {
    const counted = `${plural(devices, "device")} with ${plural(channels, "channel")}`
    if (newestMs === null) return `${counted}, nothing reported yet`
    return `${counted}, reports up to ${new Date(newestMs).toISOString()}`
}

function plural(count: number, what: string): string {
    return `${count} ${what}${count === 1 ? "" : "s"}`
}
