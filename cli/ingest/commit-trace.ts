import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"

const CALLS = "read,write,writev,pwrite64,fsync,fdatasync"

export interface CommitTrace {
    /** Writes to devices' sockets, each with an acknowledgement. */
    acksWritten: number
    /** Times that the log of the database was forced to the disk. */
    logSyncs: number
    /** Acknowledgements for which that had not happened since their device was heard. */
    acksTooEarly: number
}

/** What a server's thread asks of the kernel while `work` runs; undefined without strace. */
export async function traceCommits(
    pid: number,
    file: string,
    work: () => Promise<void>
): Promise<CommitTrace | undefined> {
    const args = ["-p", `${pid}`, "-y", "-s", "0", "-o", file, "-e", `trace=${CALLS}`]
    const strace = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] })
    const isAttached = await new Promise<boolean>(resolve => {
        strace.once("error", () => resolve(false))
        strace.once("exit", () => resolve(false))
        strace.stderr.on("data", said => resolve(`${said}`.includes("attached")))
    })
    if (!isAttached) return undefined
    await work()
    strace.kill("SIGINT")
    await once(strace, "exit")
    return judge(readFileSync(file, "latin1").split("\n"))
}

/** Goes through calls in the order of time, such as `writev(24<socket:[7]>, ""..., 2) = 40`. */
export function judge(lines: string[]): CommitTrace {
    const trace = { acksWritten: 0, logSyncs: 0, acksTooEarly: 0 }
    /** When each socket was last heard, and when the log was last written and synced, as line numbers. */
    const heardAt = new Map<string, number>()
    let writtenAt = -1
    let syncedAt = -1
    for (const [at, line] of lines.entries()) {
        const found = /^(\w+)\((\d+)<(.*?)>[,)].* = (\d+)/.exec(line)
        if (!found) continue
        const [, call, , target, result] = found
        const isLog = target.endsWith("-wal")
        const isSocket = /^(socket|TCP)/.test(target)
        if (call === "pwrite64" && isLog) writtenAt = at
        else if (call.endsWith("sync") && isLog) {
            syncedAt = at
            trace.logSyncs++
        } else if (call === "read" && isSocket && result !== "0") heardAt.set(target, at)
        else if (call.startsWith("write") && isSocket) {
            const heard = heardAt.get(target)
            if (heard === undefined) continue
            trace.acksWritten++
            if (syncedAt < heard || syncedAt < writtenAt) trace.acksTooEarly++
        }
    }
    return trace
}
