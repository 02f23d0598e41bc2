import { spawn } from "node:child_process"
import { once } from "node:events"
import { rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { QueryServer } from "./query-server.js"

const PROGRAM = fileURLToPath(new URL("../../bin/meterbeat.js", import.meta.url))

export interface Disturbance {
    backups: number
    /** Ends it; resolves once nothing of it runs any more. */
    stop(): Promise<void>
}

/** Has a server delete slots beyond `keepDays`, and other processes back its folder up over and over. */
export async function disturb(
    { api }: QueryServer,
    dataDir: string,
    keepDays: number
): Promise<Disturbance> {
    await api.put("retention", { keepSlotsDays: keepDays, keepMinutesDays: null })
    let isStopped = false
    const state = { backups: 0 }
    const file = `${dataDir}.backup`
    const backUp = async () => {
        while (!isStopped) {
            const args = [PROGRAM, "backup", file, "--data", dataDir]
            const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] })
            const [code] = await once(child, "exit")
            if (code === 0) state.backups++
            rmSync(file, { force: true })
        }
    }
    const running = backUp()
    return {
        get backups() {
            return state.backups
        },
        stop: async () => {
            isStopped = true
            await running
        },
    }
}
