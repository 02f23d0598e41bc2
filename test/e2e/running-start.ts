import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"

/** `meterbeat start` as a process of its own. */
export interface RunningStart {
    url: string
    /** Only on a new data folder. */
    password: string | undefined
    /** When the simulated home began, Unix ms. */
    startedMs: number
    output(): string
    /** Ends it as Ctrl-C does; resolves with its exit status. */
    stop(): Promise<number | null>
}

export async function runStart(dataDir: string): Promise<RunningStart> {
    const port = await freePort()
    const child = spawn(
        process.execPath,
        ["bin/meterbeat.js", "start", "--port", String(port), "--data", dataDir],
        { stdio: ["ignore", "pipe", "pipe"] }
    )
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
            child.kill("SIGINT")
            const [status] = await once(child, "exit")
            return status
        },
    }
}

async function untilPrinted(child: ChildProcess, isPrinted: () => boolean): Promise<void> {
    const ended = once(child, "exit").then(() => {
        throw new Error("meterbeat start ended early")
    })
    while (!isPrinted()) await Promise.race([once(child.stdout ?? child, "data"), ended])
}

async function freePort(): Promise<number> {
    const probe = createServer().listen(0, "127.0.0.1")
    await once(probe, "listening")
    const address = probe.address()
    probe.close()
    return typeof address === "object" && address ? address.port : 0
}
