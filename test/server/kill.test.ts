import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import Sqlite from "better-sqlite3"
import { expect, onTestFinished, test } from "vitest"
import { createSecretBox } from "../../server/auth/secret-box.js"
import { openDataDir } from "../../server/data-dir.js"
import { provisionDevice } from "../../server/provision.js"
import { openSqliteStore } from "../../server/store/sqlite.js"
import { decodeAck } from "../../src/wire/ack.js"
import { encodeHello } from "../../src/wire/hello.js"
import { encodeReport, type Report } from "../../src/wire/report.js"
import {
    makeHello,
    makeReport,
    makeTempDir,
    START_MS,
    seededBytes,
    seededNumbers,
} from "./helpers.js"
import { connectLink, type TestLink } from "./link-client.js"

const KILLS = 20
const DEVICES = 3
const IN_FLIGHT = 20
const ENTRY = fileURLToPath(new URL("kill-entry.ts", import.meta.url))

/** A device that keeps every report until it is acknowledged, across links and server crashes. */
class Meter {
    readonly acked = new Map<number, Report>()
    private readonly waiting = new Map<number, Report>()
    private sequence = 0
    private count = 0

    constructor(
        readonly id: string,
        readonly key: Buffer,
        private readonly random: (limit: number) => number
    ) {}

    /** Sends until the link ends, or until nothing waits when it `isLast`. */
    async run(url: string, isLast: boolean): Promise<void> {
        const link = await connectLink({ url, deviceId: this.id, key: this.key })
        try {
            link.send("h", encodeHello(makeHello({ kinds: [0] })))
            await link.receive()
            for (const report of this.waiting.values()) link.send("r", encodeReport(report))
            while (!isLast || this.waiting.size > 0) {
                while (!isLast && this.waiting.size < IN_FLIGHT) this.sendNew(link)
                this.take((await link.receive()).data)
            }
        } finally {
            link.close()
        }
    }

    private sendNew(link: TestLink): void {
        const sequence = this.sequence++
        const slots = Array.from({ length: 10 }, () => this.random(20))
        this.count += slots.reduce((sum, count) => sum + count, 0)
        const startMs = START_MS + sequence * 50_000
        const report = makeReport({ sequence, slots, startMs, countSinceBoot: this.count })
        this.waiting.set(sequence, report)
        link.send("r", encodeReport(report))
        // the device may send twice what the server is about to acknowledge
        if (this.random(4) === 0) link.send("r", encodeReport(report))
    }

    private take(data: Buffer): void {
        const ack = decodeAck(data)
        if (typeof ack === "string") throw new Error(ack)
        for (const { sequence } of ack.reports) {
            const report = this.waiting.get(sequence)
            if (report) this.acked.set(sequence, report)
            this.waiting.delete(sequence)
        }
    }
}

async function startChild(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
    const child = spawn(process.execPath, ["--import", "tsx", ENTRY, dataDir, "0"], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    onTestFinished(() => void child.kill("SIGKILL"))
    const [message] = await once(child, "message")
    return { child, url: (message as { url: string }).url }
}

/** What the database holds of each device's acknowledged reports; throws when it is damaged. */
async function check(dataDir: string, meters: Meter[], isLast: boolean): Promise<void> {
    const file = join(dataDir, "meterbeat.db")
    const db = new Sqlite(file, { readonly: true })
    expect(db.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }])
    db.close()
    const key = Buffer.from(readFileSync(join(dataDir, "secret.key"), "ascii").trim(), "hex")
    const secretBox = createSecretBox(key, seededBytes("box"))
    const store = await openSqliteStore({ file, secretBox, readOnly: true })
    for (const meter of meters) {
        const channel = store.channels().find(({ deviceId }) => deviceId === meter.id)
        if (!channel) continue
        const stored = new Map<number, number>()
        for (const { startMs, count } of store.slots(channel.id, START_MS, START_MS * 2))
            stored.set(startMs, count)
        let ackedCount = 0
        for (const report of meter.acked.values()) {
            const found = report.slots.map((_, at) => stored.get(report.startMs + at * 5000))
            if (found.join() !== report.slots.join())
                throw new Error(`report ${report.sequence}: ${found} instead of ${report.slots}`)
            ackedCount += report.slots.reduce((sum, count) => sum + count, 0)
        }
        if (!isLast) continue
        expect(stored.size).toBe(meter.acked.size * 10)
        const now = store.now(0).find(({ id }) => id === channel.id)
        expect(now).toMatchObject({ totalCount: ackedCount, unplacedCount: 0 })
        expect(now?.sinceCount).toBe(ackedCount)
    }
    store.close()
}

async function provisionMeters(dataDir: string): Promise<Meter[]> {
    const data = openDataDir(dataDir, seededBytes("key"))
    const secretBox = createSecretBox(data.secretKey, seededBytes("box"))
    const store = await openSqliteStore({ file: data.databaseFile, secretBox })
    const meters = Array.from({ length: DEVICES }, (_, at) => {
        const key = seededBytes(`device ${at}`)(32)
        const id = `00000000000000a${at}`
        provisionDevice(store, { id, key, name: `Meter ${at}` })
        return new Meter(id, key, seededNumbers(`meter ${at}`))
    })
    store.close()
    data.release()
    return meters
}

test(`nothing acknowledged is lost, nothing is doubled, over ${KILLS} kills`, {
    timeout: 180_000,
}, async () => {
    const dataDir = makeTempDir()
    const meters = await provisionMeters(dataDir)
    const random = seededNumbers("kill")
    for (let kill = 0; kill < KILLS; kill++) {
        const { child, url } = await startChild(dataDir)
        const links = meters.map(meter => meter.run(url, false).catch(() => undefined))
        await new Promise(resolve => setTimeout(resolve, 20 + random(300)))
        child.kill("SIGKILL")
        await once(child, "exit")
        await Promise.all(links)
        await check(dataDir, meters, false)
    }
    const { child, url } = await startChild(dataDir)
    await Promise.all(meters.map(meter => meter.run(url, true)))
    child.kill("SIGKILL")
    await once(child, "exit")
    await check(dataDir, meters, true)
    for (const meter of meters) expect(meter.acked.size).toBeGreaterThan(KILLS)
})
