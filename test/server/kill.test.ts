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
import type { Store } from "../../server/store/store.js"
import { type ClientLink, connectLink } from "../../sim/link-client.js"
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

/** On demand: METERBEAT_KILLS=500 METERBEAT_KILL_DEVICES=50 npx vitest run test/server/kill.test.ts */
const KILLS = Number(process.env["METERBEAT_KILLS"] ?? 20)
const DEVICES = Number(process.env["METERBEAT_KILL_DEVICES"] ?? 3)
const IN_FLIGHT = 20
/** What one device sends anew between two kills at most, so that many kills do not fill the disk. */
const NEW_A_LINK = Math.ceil(1500 / DEVICES)
const SLOTS = 10
const SLOT_MS = 5000
const REPORT_MS = SLOTS * SLOT_MS
const ENTRY = fileURLToPath(new URL("kill-entry.ts", import.meta.url))

/** A device that keeps every report until it is acknowledged, across links and server crashes. */
class Meter {
    /** Acknowledged since the last check. */
    readonly acked: Report[] = []
    readonly waiting = new Map<number, Report>()
    /** Pulses of reports that were acknowledged and found. */
    checkedCount = 0
    sent = 0
    whenAcked: () => void = () => undefined
    private count = 0

    constructor(
        readonly id: string,
        readonly key: Buffer,
        private readonly random: (limit: number) => number
    ) {}

    /** Sends until the link ends, or until nothing waits when it `isLast`. */
    async run(url: string, isLast: boolean): Promise<void> {
        const link = await connectLink({ url, deviceId: this.id, key: this.key })
        let mayBegin = isLast ? 0 : NEW_A_LINK
        try {
            link.send("h", encodeHello(makeHello({ kinds: [0] })))
            await link.receive()
            for (const report of this.waiting.values()) link.send("r", encodeReport(report))
            while (!isLast || this.waiting.size > 0) {
                for (; mayBegin > 0 && this.waiting.size < IN_FLIGHT; mayBegin--) this.sendNew(link)
                this.take((await link.receive()).data)
            }
        } finally {
            link.close()
        }
    }

    private sendNew(link: ClientLink): void {
        const sequence = this.sent++ * SLOTS
        const slots = Array.from({ length: SLOTS }, () => this.random(20))
        this.count += sum(slots)
        const startMs = START_MS + sequence * SLOT_MS
        const report = makeReport({ sequence, slots, startMs, countSinceBoot: this.count })
        this.waiting.set(sequence, report)
        link.send("r", encodeReport(report))
        // the device may send twice what the server is about to acknowledge
        if (this.random(4) === 0) link.send("r", encodeReport(report))
    }

    private take(data: Buffer): void {
        const ack = decodeAck(data)
        if (typeof ack === "string") throw new Error(ack)
        for (const { channel, sequence } of ack.reports) {
            const report = this.waiting.get(sequence)
            if (report?.channel !== channel) continue
            this.acked.push(report)
            this.waiting.delete(sequence)
            this.whenAcked()
        }
    }
}

function sum(counts: number[]): number {
    return counts.reduce((total, count) => total + count, 0)
}

/** A server process that has loaded its program and waits. */
function loadServer(dataDir: string): ChildProcess {
    const child = spawn(process.execPath, ["--import", "tsx", ENTRY, dataDir], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    onTestFinished(() => void child.kill("SIGKILL"))
    return child
}

async function start(child: ChildProcess): Promise<string> {
    child.send("start")
    const [message] = await once(child, "message")
    return (message as { url: string }).url
}

/** The database that a kill left, opened by turns as a reader and as the next server would. */
async function openLeft(dataDir: string, readOnly: boolean): Promise<Store> {
    const file = join(dataDir, "meterbeat.db")
    const db = new Sqlite(file, { readonly: readOnly })
    expect(db.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }])
    const key = Buffer.from(readFileSync(join(dataDir, "secret.key"), "ascii").trim(), "hex")
    const secretBox = createSecretBox(key, seededBytes("box"))
    const store = await openSqliteStore({ file, secretBox, readOnly })
    db.close()
    return store
}

/** Every acknowledged report is stored, and each report once or, when it was not acknowledged, not at all. */
function check(store: Store, meters: Meter[], isLast: boolean): void {
    const now = store.now(0)
    for (const meter of meters) {
        const channel = now.find(({ deviceId }) => deviceId === meter.id)
        if (!channel) continue
        const acked = meter.acked.splice(0)
        const ackedCount = acked.map(report => foundOf(store, channel.id, report, true))
        const waiting = [...meter.waiting.values()]
        const waitingCount = waiting.map(report => foundOf(store, channel.id, report, false))
        meter.checkedCount += sum(ackedCount)
        const stored = meter.checkedCount + sum(waitingCount)
        expect(channel).toMatchObject({ sinceCount: stored, totalCount: stored, unplacedCount: 0 })
        if (!isLast) continue
        expect(waiting).toEqual([])
        const slots = store.slots(channel.id, START_MS, START_MS + meter.sent * REPORT_MS)
        expect(slots.length).toBe(meter.sent * SLOTS)
        expect(sum(slots.map(({ count }) => count))).toBe(stored)
    }
}

/** Pulses that the database holds of a report: all or, unless it must be there, none. */
function foundOf(store: Store, channelId: number, report: Report, isAcked: boolean): number {
    const { sequence, startMs, slots } = report
    const found = store.slots(channelId, startMs, startMs + REPORT_MS).map(({ count }) => count)
    if (found.length === 0 && !isAcked) return 0
    if (found.join() !== slots.join())
        throw new Error(`report ${sequence}: ${found} instead of ${slots}`)
    return sum(slots)
}

async function provisionMeters(dataDir: string): Promise<Meter[]> {
    const data = openDataDir(dataDir, seededBytes("key"))
    const secretBox = createSecretBox(data.secretKey, seededBytes("box"))
    const store = await openSqliteStore({ file: data.databaseFile, secretBox })
    const meters = Array.from({ length: DEVICES }, (_, at) => {
        const key = seededBytes(`device ${at}`)(32)
        const id = `a${at}`.padStart(16, "0")
        provisionDevice(store, { id, key, name: `Meter ${at}` })
        return new Meter(id, key, seededNumbers(`meter ${at}`))
    })
    store.close()
    data.release()
    return meters
}

/** Resolves when the devices together have had so many reports acknowledged. */
function ackedBy(meters: Meter[], count: number): Promise<void> {
    let left = count
    return new Promise(resolve => {
        if (left === 0) resolve()
        for (const meter of meters)
            meter.whenAcked = () => {
                if (--left === 0) resolve()
            }
    })
}

async function checkLeft(dataDir: string, meters: Meter[], kill: number): Promise<void> {
    const store = await openLeft(dataDir, kill % 2 === 0)
    try {
        check(store, meters, kill === KILLS)
    } finally {
        store.close()
    }
}

test(`nothing acknowledged is lost, nothing is doubled, over ${KILLS} kills with ${DEVICES} devices`, {
    timeout: 180_000 + KILLS * 10_000,
}, async () => {
    const dataDir = makeTempDir()
    const meters = await provisionMeters(dataDir)
    const random = seededNumbers("kill")
    let underWay = 0
    let next = loadServer(dataDir)
    for (let kill = 0; kill < KILLS; kill++) {
        const child = next
        const url = await start(child)
        next = loadServer(dataDir)
        const isTime = ackedBy(meters, random(NEW_A_LINK * DEVICES * 0.8))
        const links = meters.map(meter => meter.run(url, false).catch(() => undefined))
        await Promise.race([isTime, Promise.all(links)])
        child.kill("SIGKILL")
        await once(child, "exit")
        await Promise.all(links)
        if (meters.some(({ waiting }) => waiting.size > 0)) underWay++
        await checkLeft(dataDir, meters, kill)
    }
    const url = await start(next)
    await Promise.all(meters.map(meter => meter.run(url, true)))
    next.kill("SIGKILL")
    await once(next, "exit")
    await checkLeft(dataDir, meters, KILLS)
    // kills in the middle of work, which is what they are for
    expect(underWay).toBeGreaterThan(KILLS / 2)
    const sent = sum(meters.map(each => each.sent))
    console.log(`${KILLS} kills, ${underWay} with reports under way; ${sent} reports in all`)
})
