import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { pino } from "pino"
import { expect, onTestFinished, test } from "vitest"
import { createSecretBox } from "../../server/auth/secret-box.js"
import { provisionDevice } from "../../server/provision.js"
import { migrate } from "../../server/store/migrate.js"
import { storeOn } from "../../server/store/sqlite.js"
import { openDatabase } from "../../server/store/sqlite-open.js"
import { type ClientLink, connectLink } from "../../sim/link-client.js"
import { encodeHello } from "../../src/wire/hello.js"
import { encodeReport } from "../../src/wire/report.js"
import {
    DEVICE_ID,
    DEVICE_KEY,
    listen,
    makeHello,
    makeTempDir,
    nthReport,
    START_MS,
    seededBytes,
} from "./helpers.js"
import { buildSignedInApp, request } from "./routes/sign-in.js"

const HOUR_MS = 3_600_000

/** A store whose database the test holds as well, and what the server logs. */
async function startOnDatabase() {
    const file = join(makeTempDir(), "meterbeat.db")
    const db = openDatabase(file, false)
    onTestFinished(() => void db.close())
    await migrate(db)
    const secretBox = createSecretBox(Buffer.alloc(32, 1), seededBytes("box"))
    const store = storeOn(db, secretBox)
    provisionDevice(store, { id: DEVICE_ID, name: "Cellar", key: DEVICE_KEY })
    const lines: { msg: string; code?: string }[] = []
    const logger = pino({ level: "warn" }, { write: text => void lines.push(JSON.parse(text)) })
    const parts = await buildSignedInApp({ store, logger })
    const url = await listen(parts.app)
    const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    onTestFinished(() => link.close())
    link.send("h", encodeHello(makeHello({ settingsVersion: 0 })))
    await link.receive()
    const health = async () => {
        const reply = await request(parts.app)("GET", "/health")
        return [reply.statusCode, reply.json().status]
    }
    return { ...parts, file, db, lines, link, health }
}

/** Each report in an hour of its own, so that each needs room of its own. */
function reportOf(at: number) {
    return encodeReport(nthReport(at, { startMs: START_MS + (at - 400) * HOUR_MS }))
}

/** Sends reports, and what is answered before two pings are. */
async function ackedOf(link: ClientLink, reports: number[]): Promise<number> {
    let acks = 0
    const count = async () => {
        for (;;) {
            await link.receive()
            acks++
        }
    }
    void count().catch(() => undefined)
    for (const at of reports) {
        link.send("r", reportOf(at))
        for (let i = 0; i < 2; i++) {
            link.sendPing()
            expect(await link.pong()).toBe(true)
        }
    }
    return acks
}

test("a full disk is told once, nothing is acknowledged, and it goes on by itself", async () => {
    const { send, db, lines, link, health, time, store } = await startOnDatabase()
    const pages = db.pragma("page_count", { simple: true })
    db.pragma(`max_page_count = ${pages}`)
    const all = Array.from({ length: 40 }, (_, at) => at)
    const acked = await ackedOf(link, all)
    expect(acked).toBeLessThan(all.length)
    expect(lines).toEqual([
        expect.objectContaining({
            code: "disk_full",
            msg: "The disk is full: reports wait on the devices until there is room again. Free some space in data.",
        }),
    ])
    expect(await health()).toEqual([503, "disk_full"])
    // reading goes on, what must be written is refused by its name
    const addDevice = () => send("POST", "/devices", { name: "Attic" })
    let refused = await addDevice()
    while (refused.statusCode === 201) refused = await addDevice()
    expect([refused.statusCode, refused.json().error.code]).toEqual([503, "disk_full"])
    expect(refused.headers["retry-after"]).toBe("30")
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok")

    db.pragma("max_page_count = 1000000")
    time.uptimeMs += 60_000
    time.nowMs += 60_000
    await ackedOf(link, all)
    expect(await health()).toEqual([200, "ok"])
    expect(lines.map(({ code }) => code)).toEqual(["disk_full", "disk_full"])
    expect(lines[1].msg).toBe("The database is written as usual again.")
    const [channel] = store.now(0)
    expect(channel).toMatchObject({ totalCount: 800, unplacedCount: 0, sinceCount: 800 })
})

test("a locked database is waited for once, not by every report", async () => {
    const { file, db, lines, link, health, time, store } = await startOnDatabase()
    const other = new Sqlite(file)
    onTestFinished(() => void other.close())
    other.exec("BEGIN IMMEDIATE")
    expect(await ackedOf(link, [0, 1, 2])).toBe(0)
    expect(db.pragma("busy_timeout", { simple: true })).toBe(0)
    // a hello, which writes elsewhere too, does not cost the device its link
    link.send("h", encodeHello(makeHello({ settingsVersion: 3 })))
    link.sendPing()
    expect(await link.pong()).toBe(true)
    expect(await health()).toEqual([503, "database_locked"])
    expect(lines.map(({ code }) => code)).toEqual(["database_locked"])
    other.exec("COMMIT")
    time.uptimeMs += 60_000
    expect(await health()).toEqual([200, "ok"])
    await ackedOf(link, [0, 1, 2])
    expect(db.pragma("busy_timeout", { simple: true })).toBe(200)
    expect(store.now(0)[0]).toMatchObject({ totalCount: 60, sinceCount: 60 })
    expect(lines).toHaveLength(2)
})

test("a slow disk is told once and loses nothing", async () => {
    const { time, link, lines, health, store } = await startOnDatabase()
    const { ingest } = store
    let commitMs = 3000
    store.ingest = items => {
        time.uptimeMs += commitMs
        return ingest(items)
    }
    await ackedOf(link, [0, 1, 2, 3])
    expect(await health()).toEqual([200, "disk_slow"])
    commitMs = 0
    time.uptimeMs += 60_000
    await ackedOf(link, [4])
    expect(await health()).toEqual([200, "ok"])
    expect(lines.map(({ code }) => code)).toEqual(["disk_slow", "disk_slow"])
    expect(store.now(0)[0]).toMatchObject({ totalCount: 100, sinceCount: 100 })
})

test("a failure that is over is not told of while commits are merely slow", async () => {
    const { time, link, health, store } = await startOnDatabase()
    const { ingest } = store
    store.ingest = () => {
        throw Object.assign(new Error("full"), { code: "SQLITE_FULL" })
    }
    link.send("r", reportOf(0))
    await expect.poll(health).toEqual([503, "disk_full"])
    store.ingest = items => {
        time.uptimeMs += 3000
        return ingest(items)
    }
    await ackedOf(link, [0])
    expect(await health()).toEqual([503, "disk_full"])
    time.uptimeMs += 5000
    await ackedOf(link, [1])
    expect(await health()).toEqual([200, "disk_slow"])
})

test("a log that another program makes long is told of", async () => {
    const { link, lines, health, store, time } = await startOnDatabase()
    store.logBytes = () => 300_000_000
    await ackedOf(link, [0, 1])
    expect(await health()).toEqual([200, "log_long"])
    store.logBytes = () => 4_000_000
    time.uptimeMs += 60_000
    expect(await health()).toEqual([200, "ok"])
    expect(lines[0].msg).toBe(
        "Another program keeps an old view of the database in data open, so its log has grown to 300 MB. Close that program."
    )
    expect(lines).toHaveLength(2)
})

test("a transaction that was left open does not swallow what is acknowledged after it", async () => {
    const { file, db, link } = await startOnDatabase()
    db.exec("BEGIN IMMEDIATE")
    await ackedOf(link, [0])
    const other = new Sqlite(file, { readonly: true })
    onTestFinished(() => void other.close())
    expect(other.prepare("SELECT total_count FROM channels LIMIT 1").pluck().get()).toBe(20)
})

test("a reader that stays makes the log long, but not for ever", async () => {
    const { file, store, db } = await startOnDatabase()
    const reader = new Sqlite(file, { readonly: true })
    onTestFinished(() => void reader.close())
    reader.exec("BEGIN")
    reader.prepare("SELECT count(*) FROM channels").get()
    let written = 0
    const write = (reports: number) => {
        db.pragma("synchronous = OFF")
        for (let i = 0; i < reports; i++, written++) {
            const report = nthReport(written, { startMs: START_MS - written * HOUR_MS })
            store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs: START_MS, report }])
        }
    }
    const limit = db.pragma("journal_size_limit", { simple: true }) as number
    while (store.logBytes() <= limit) write(100)
    reader.exec("COMMIT")
    write(3)
    expect(store.logBytes()).toBeLessThanOrEqual(limit)
    expect(store.now(0)[0].totalCount).toBe(20 * written)
})
