import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { expect, test } from "vitest"
import { startServer } from "../../server/main.js"
import { temporaryDir } from "../temporary-dir.js"

const LISTENING = "0A"

/** Inode and port of every socket of this machine that waits for callers. */
function waitingSockets(file: string): { inode: string; port: number }[] {
    const lines = readFileSync(file, "latin1").trim().split("\n").slice(1)
    return lines
        .map(line => line.trim().split(/\s+/))
        .filter(([, , , state]) => state === LISTENING)
        .map(([, local, , , , , , , , inode]) => ({
            inode,
            port: Number.parseInt(local.split(":")[1], 16),
        }))
}

/** Ports on which this process waits for callers. */
function ownPorts(): number[] {
    const links = readdirSync("/proc/self/fd").map(fd => {
        try {
            return readlinkSync(`/proc/self/fd/${fd}`)
        } catch {
            return ""
        }
    })
    const files = ["/proc/self/net/tcp", "/proc/self/net/tcp6"]
    return files
        .flatMap(waitingSockets)
        .filter(({ inode }) => links.includes(`socket:[${inode}]`))
        .map(({ port }) => port)
}

test.skipIf(process.platform !== "linux")(
    "a server waits on the one port that it was given",
    async () => {
        const before = ownPorts()
        const dataDir = temporaryDir()
        const server = await startServer({ host: "127.0.0.1", port: 0, dataDir, readOnly: false })
        try {
            const opened = ownPorts().filter(port => !before.includes(port))
            expect(opened).toEqual([Number(new URL(server.url).port)])
        } finally {
            await server.close()
        }
    }
)
