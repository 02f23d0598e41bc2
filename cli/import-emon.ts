import { randomBytes } from "node:crypto"
import { createSecretBox } from "../server/auth/secret-box.js"
import { openEmonFile } from "../server/compat/emon/emon-file.js"
import { type ImportedMeter, importEmon } from "../server/compat/emon/import-emon.js"
import { openDataDir } from "../server/data-dir.js"
import { openSqliteStore } from "../server/store/sqlite.js"
import { startProgress } from "./progress.js"

interface ImportOptions {
    data: string
    home: number
    name: string
}

/** `meterbeat import emon`: with the server of that folder stopped. */
export async function importEmonFile(file: string, options: ImportOptions): Promise<void> {
    const opened = openEmonFile(file)
    const undo: (() => void)[] = [() => opened.close()]
    try {
        const data = openDataDir(options.data, randomBytes)
        undo.push(data.release)
        const secretBox = createSecretBox(data.secretKey, randomBytes)
        const store = await openSqliteStore({ file: data.databaseFile, secretBox })
        undo.push(() => store.close())
        const bar = startProgress("import", opened.pulseRows, "pulses")
        undo.push(() => bar.stop())
        const meters = importEmon(store, opened, {
            homeId: options.home,
            name: options.name,
            nowMs: Date.now(),
            onProgress: rows => bar.update(rows),
        })
        for (const meter of meters) console.log(sentence(meter))
        if (meters.length === 0) console.log(`${file} has no meters.`)
    } finally {
        for (const step of undo.reverse()) step()
    }
}

function sentence({ number, description, pulses, intervals, ...rest }: ImportedMeter): string {
    const parts = [`${pulses.stored} pulses stored, ${pulses.known} known before`]
    if (intervals.stored > 0) parts.push(`${intervals.stored} intervals stored`)
    if (intervals.known > 0) parts.push(`${intervals.known} intervals known before`)
    if (intervals.conflicting > 0)
        parts.push(`${intervals.conflicting} intervals against what was stored`)
    if (rest.leftOut > 0) parts.push(`${rest.leftOut} pulses of no possible time left out`)
    const place = rest.hasNumber ? "" : ", without its number, which another sensor has"
    return `Meter ${number} (${description}) is sensor ${rest.sensorId}${place}: ${parts.join(", ")}.`
}
