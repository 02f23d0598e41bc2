import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const PROGRAM = fileURLToPath(new URL("../../bin/meterbeat.js", import.meta.url))
const TIMEOUT_MS = 60_000
/** Two cores: more processes at once would only wait for each other. */
const AT_ONCE = 2

export interface Finished {
    /** Exit status; null when the program had to be killed because it did not end. */
    status: number | null
    stdout: string
    stderr: string
}

let running = 0
const waiting: (() => void)[] = []

/** Runs the real command line to its end, a few at a time however many are asked for. */
export async function meterbeat(
    args: string[],
    env: Record<string, string> = {}
): Promise<Finished> {
    if (running >= AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
        return await run(args, env)
    } finally {
        const next = waiting.shift()
        if (next) next()
        else running--
    }
}

function run(args: string[], env: Record<string, string>): Promise<Finished> {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
        // neither a data folder nor a password of whoever runs the tests
        env: { ...process.env, METERBEAT_DATA: "", METERBEAT_PASSWORD: "", ...env },
        stdio: ["ignore", "pipe", "pipe"],
        timeout: TIMEOUT_MS,
        killSignal: "SIGKILL",
    })
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", chunk => {
        stdout += chunk
    })
    child.stderr.on("data", chunk => {
        stderr += chunk
    })
    return new Promise((resolve, reject) => {
        child.on("error", reject)
        child.on("close", status => resolve({ status, stdout, stderr }))
    })
}
