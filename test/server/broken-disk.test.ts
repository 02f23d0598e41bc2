import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import Sqlite from "better-sqlite3"
import { expect, onTestFinished, test } from "vitest"
import { createSecretBox } from "../../server/auth/secret-box.js"
import { openDataDir } from "../../server/data-dir.js"
import { provisionDevice } from "../../server/provision.js"
import { openSqliteStore } from "../../server/store/sqlite.js"
import { type ClientLink, connectLink } from "../../sim/link-client.js"
import { readSums } from "../../soak/stored.js"
import { decodeAck } from "../../src/wire/ack.js"
import { encodeHello } from "../../src/wire/hello.js"
import { encodeReport } from "../../src/wire/report.js"
import {
    DEVICE_ID,
    DEVICE_KEY,
    makeHello,
    makeTempDir,
    nthReport,
    START_MS,
    seededBytes,
} from "./helpers.js"

const ENTRY = fileURLToPath(new URL("limited-entry.ts", import.meta.url))
const REPORTS = 300
const HOUR_MS = 3_600_000

async function provision(dataDir: string): Promise<void> {
    const data = openDataDir(dataDir, seededBytes("key"))
    const secretBox = createSecretBox(data.secretKey, seededBytes("box"))
    const store = await openSqliteStore({ file: data.databaseFile, secretBox })
    provisionDevice(store, { id: DEVICE_ID, key: DEVICE_KEY, name: "Meter" })
    store.close()
    data.release()
}

/** A real server process, and what it logs. */
async function startProcess(dataDir: string) {
    const child = spawn(process.execPath, ["--import", "tsx", ENTRY, dataDir], {
        stdio: ["ignore", "pipe", "inherit", "ipc"],
    })
    onTestFinished(() => void child.kill("SIGKILL"))
    let log = ""
    child.stdout?.on("data", chunk => {
        log += chunk
    })
    const [message] = await once(child, "message")
    const { url } = message as { url: string }
    const health = async () => {
        const reply = await fetch(`${url}/api/v1/health`)
        return [reply.status, ((await reply.json()) as { status: string }).status]
    }
    const codes = () => log.split("\n").flatMap(line => (line ? [JSON.parse(line).code] : []))
    return { child, url, health, codes }
}

/** A device that sends every report until it is acknowledged. */
class Meter {
    readonly waiting = new Set(Array.from({ length: REPORTS }, (_, at) => at))

    async connect(url: string): Promise<ClientLink> {
        const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
        onTestFinished(() => link.close())
        link.send("h", encodeHello(makeHello()))
        void this.takeAcks(link).catch(() => undefined)
        return link
    }

    /** One round: everything that waits, then a ping to know that it was read. */
    async send(link: ClientLink): Promise<number> {
        for (const at of this.waiting) {
            link.send("r", encodeReport(nthReport(at, { startMs: START_MS + at * HOUR_MS })))
            if (at % 10 > 0) continue
            link.sendPing()
            expect(await link.pong()).toBe(true)
        }
        return this.waiting.size
    }

    private async takeAcks(link: ClientLink): Promise<void> {
        for (;;) {
            const ack = decodeAck((await link.receive()).data)
            if (typeof ack === "string") throw new Error(ack)
            for (const { sequence } of ack.reports) this.waiting.delete(sequence / 10)
        }
    }
}

/** Nothing acknowledged is missing, and nothing is twice. */
function checkDatabase(dataDir: string, meter: Meter): void {
    const db = new Sqlite(join(dataDir, "meterbeat.db"), { readonly: true })
    onTestFinished(() => void db.close())
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok")
    const stored = db.prepare("SELECT sum(count) FROM sums WHERE seconds = 86400").pluck().get()
    expect(stored).toBeGreaterThanOrEqual(20 * (REPORTS - meter.waiting.size))
    const minutes = readSums(db, 1).filter(({ seconds }) => seconds === 60)
    expect(minutes.reduce((sum, { count }) => sum + count, 0)).toBe(stored)
    if (meter.waiting.size === 0) expect(stored).toBe(20 * REPORTS)
}

function canMount(dir: string): boolean {
    return spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", dir]).status === 0
}

async function serveFailing(
    dataDir: string,
    code: string,
    start: (child: ChildProcess) => void,
    end: (child: ChildProcess) => void
): Promise<void> {
    const { child, url, health, codes } = await startProcess(dataDir)
    const meter = new Meter()
    const link = await meter.connect(url)
    start(child)
    expect(await meter.send(link)).toBeGreaterThan(0)
    expect(await health()).toEqual([503, code])
    checkDatabase(dataDir, meter)
    end(child)
    await expect.poll(() => meter.send(link), { timeout: 20_000 }).toBe(0)
    await expect.poll(health, { timeout: 20_000, interval: 500 }).toEqual([200, "ok"])
    await expect.poll(codes).toEqual([code, code])
    checkDatabase(dataDir, meter)
}

test("a disk without room keeps reports waiting until there is room again", {
    timeout: 60_000,
}, async context => {
    const dataDir = makeTempDir()
    if (!canMount(dataDir)) context.skip("mounting a small disk needs root")
    onTestFinished(() => void execFileSync("umount", ["--lazy", dataDir]))
    await provision(dataDir)
    const ballast = join(dataDir, "ballast")
    await serveFailing(
        dataDir,
        "disk_full",
        () => {
            const { bavail, bsize } = statfsSync(dataDir)
            writeFileSync(ballast, Buffer.alloc(bavail * bsize - 65_536))
        },
        () => rmSync(ballast)
    )
})

test("a disk that fails to write keeps reports waiting until it works again", {
    timeout: 60_000,
}, async context => {
    if (spawnSync("prlimit", ["--version"]).status !== 0) context.skip("there is no prlimit")
    const dataDir = makeTempDir()
    await provision(dataDir)
    const limit = (child: ChildProcess, bytes: number | string) =>
        execFileSync("prlimit", ["--pid", `${child.pid}`, `--fsize=${bytes}:unlimited`])
    await serveFailing(
        dataDir,
        "disk_failing",
        child => limit(child, statSync(join(dataDir, "meterbeat.db-wal")).size + 65_536),
        child => limit(child, "unlimited")
    )
})
