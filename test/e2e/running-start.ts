import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { onTestFinished } from "vitest"
import { checkPortIsFree, takeFreePort } from "./free-port.js"

/** `npm start` as a terminal runs it: npm, a shell and the program in one process group. */
export interface RunningStart {
    url: string
    /** Only on a new data folder. */
    password: string | undefined
    /** When the simulated home began, Unix ms. */
    startedMs: number
    output(): string
    /** Ends it as Ctrl-C does; throws when a process is left over or the port is still taken. */
    stop(): Promise<void>
}

export async function runStart(dataDir: string): Promise<RunningStart> {
    const port = await takeFreePort()
    const child = spawn("npm", ["start", "--", "--port", String(port), "--data", dataDir], {
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
    })
    const group = -(child.pid ?? Number.NaN)
    // npm's own status is no measure: it may report the signal
    const ended = once(child, "close")
    onTestFinished(() => {
        if (isAlive(group)) process.kill(group, "SIGKILL")
    })
    let text = ""
    const collect = (chunk: Buffer) => {
        text += chunk.toString()
    }
    child.stdout.on("data", collect)
    child.stderr.on("data", collect)
    await untilPrinted(child, () => text.includes("Ctrl-C stops everything"))
    return {
        url: /http:\S+/.exec(text)?.[0] ?? "",
        password: /password (\S+)/.exec(text)?.[1],
        startedMs: Date.parse(/counting since (\S+);/.exec(text)?.[1] ?? ""),
        output: () => text,
        stop: async () => {
            process.kill(group, "SIGINT")
            await ended
            if (isAlive(group)) throw new Error("npm start has left a process behind")
            await checkPortIsFree(port)
        },
    }
}

async function untilPrinted(child: ChildProcess, isPrinted: () => boolean): Promise<void> {
    const ended = once(child, "exit").then(() => {
        throw new Error("npm start ended early")
    })
    while (!isPrinted()) await Promise.race([once(child.stdout ?? child, "data"), ended])
}

function isAlive(group: number): boolean {
    try {
        return process.kill(group, 0)
    } catch {
        return false
    }
}
