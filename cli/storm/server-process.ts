import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const PROGRAM = fileURLToPath(new URL("../../bin/meterbeat.js", import.meta.url))

/** A real `meterbeat serve`, in a process of its own. */
export class ServerProcess {
    private constructor(
        private readonly child: ChildProcess,
        readonly url: string
    ) {}

    /** Port 0 takes any. Throws an Error with what the server said when it does not start. */
    static async start(dataDir: string, port: number): Promise<ServerProcess> {
        const args = [PROGRAM, "serve", "--data", dataDir, "--port", `${port}`]
        const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] })
        let said = ""
        const url = await new Promise<string>((resolve, reject) => {
            const hear = (chunk: Buffer) => {
                said += chunk
                const found = /is at (http:\/\/\S+)/.exec(said)
                if (found) resolve(found[1])
            }
            child.stdout?.on("data", hear)
            child.stderr?.on("data", hear)
            child.once("exit", () => reject(new Error(said.trim())))
        })
        return new ServerProcess(child, url)
    }

    get pid(): number {
        return this.child.pid ?? 0
    }

    /** Most memory it ever had resident, bytes; undefined where the system does not tell. */
    peakBytes(): number | undefined {
        try {
            const status = readFileSync(`/proc/${this.child.pid}/status`, "ascii")
            const found = /^VmHWM:\s+(\d+) kB/m.exec(status)
            return found ? Number(found[1]) * 1024 : undefined
        } catch {
            return undefined
        }
    }

    async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
        if (this.child.exitCode !== null || this.child.signalCode !== null) return
        this.child.kill(signal)
        await once(this.child, "exit")
    }
}
