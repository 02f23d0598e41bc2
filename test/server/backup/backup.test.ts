import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { expect, onTestFinished, test } from "vitest"
import { backUp } from "../../../server/backup/backup.js"
import { startServer } from "../../../server/main.js"
import { provisionDevice } from "../../../server/provision.js"
import type { Store } from "../../../server/store/store.js"
import { connectLink } from "../../../sim/link-client.js"
import { decodeAck } from "../../../src/wire/ack.js"
import { encodeHello } from "../../../src/wire/hello.js"
import { encodeReport } from "../../../src/wire/report.js"
import { meterbeat } from "../../cli/meterbeat.js"
import { DEVICE_ID, DEVICE_KEY, makeHello, makeTempDir, nthReport, START_MS } from "../helpers.js"

const NOW_MS = Date.UTC(2027, 0)
const HOUR_MS = 3_600_000

async function start(dataDir: string) {
    const server = await startServer({
        host: "127.0.0.1",
        port: 0,
        dataDir,
        readOnly: false,
        now: () => NOW_MS,
    })
    onTestFinished(() => server.close())
    return server
}

/** A device that has one report under way after the other, until it is told to stop. */
async function pour(url: string) {
    const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    onTestFinished(() => link.close())
    link.send("h", encodeHello(makeHello()))
    await link.receive()
    const pouring = { acked: 0, isWanted: true, end: Promise.resolve() }
    const run = async () => {
        while (pouring.isWanted) {
            const report = nthReport(pouring.acked, { startMs: START_MS + pouring.acked * 50_000 })
            link.send("r", encodeReport(report))
            expect(decodeAck((await link.receive()).data)).toMatchObject({
                reports: [{ sequence: report.sequence }],
            })
            pouring.acked++
        }
    }
    pouring.end = run()
    return pouring
}

/** A report an hour before START_MS, enough that a copy takes several steps. */
function addHistory(store: Store, hours: number): void {
    const item = { deviceId: DEVICE_ID, nowMs: NOW_MS }
    store.ingest([{ ...item, kind: "hello", hello: makeHello({ bootId: 9 }) }])
    store.ingest(
        Array.from({ length: hours }, (_, at) => {
            const report = nthReport(at, { bootId: 9, startMs: START_MS - (at + 1) * HOUR_MS })
            return { ...item, kind: "report" as const, report }
        })
    )
}

test("a commit between two steps does not begin the copy anew", async () => {
    const dataDir = makeTempDir()
    const file = join(makeTempDir(), "home.backup")
    const { store } = await start(dataDir)
    provisionDevice(store, { id: DEVICE_ID, key: DEVICE_KEY, name: "Meter" })
    addHistory(store, 8000)
    const steps: number[] = []
    await backUp(dataDir, file, done => {
        if (steps.length > 50) throw new Error("it does not come to an end")
        const report = nthReport(steps.length, { startMs: START_MS + steps.length * HOUR_MS })
        store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs: NOW_MS, report }])
        steps.push(done)
    })
    expect(steps.length).toBeGreaterThan(1)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    const backup = new Sqlite(file, { readonly: true })
    onTestFinished(() => void backup.close())
    expect(backup.prepare("SELECT total_count FROM channels WHERE number = 0").pluck().get()).toBe(
        160_000
    )
})

test("a backup made while reports pour in holds all that was acknowledged before it", {
    timeout: 60_000,
}, async () => {
    const dataDir = makeTempDir()
    const file = join(makeTempDir(), "home.backup")
    const server = await start(dataDir)
    provisionDevice(server.store, { id: DEVICE_ID, key: DEVICE_KEY, name: "Meter" })
    addHistory(server.store, 8000)
    const pouring = await pour(server.url)
    await expect.poll(() => pouring.acked).toBeGreaterThan(20)
    const ackedBefore = pouring.acked
    const made = await meterbeat(["backup", file, "--data", dataDir])
    expect(made).toMatchObject({ status: 0, stderr: "" })
    expect(made.stdout).toContain("1 device with 2 channels, reports up to 2026-")
    expect(pouring.acked).toBeGreaterThan(ackedBefore)
    pouring.isWanted = false
    await pouring.end
    expect(statSync(file).mode & 0o777).toBe(0o600)

    const elsewhere = join(makeTempDir(), "new", "data")
    const restored = await meterbeat(["restore", file, "--data", elsewhere])
    expect(restored).toMatchObject({ status: 0, stderr: "" })
    expect(restored.stdout).toContain(`${elsewhere} holds 1 device with 2 channels, reports up to`)
    expect(statSync(join(elsewhere, "secret.key")).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(elsewhere, "secret.key"))).toEqual(
        readFileSync(join(dataDir, "secret.key"))
    )
    const again = await start(elsewhere)
    const [channel] = again.store.now(0)
    const reports = channel.totalCount / 20 - 8000
    expect(reports).toBeGreaterThanOrEqual(ackedBefore)
    expect(reports).toBeLessThanOrEqual(pouring.acked)
    expect(channel).toMatchObject({ unplacedCount: 0, sinceCount: channel.totalCount })
    const slots = again.store.slots(channel.id, START_MS, START_MS + 50_000 * reports)
    expect(slots.length).toBe(10 * reports)
    for (const resolution of ["minute", "quarter", "hour", "day"] as const) {
        const day = 86_400_000
        const fromMs = START_MS - Math.ceil((8001 * HOUR_MS) / day) * day
        const { counts } = again.store.series(channel.id, fromMs, START_MS + 2 * day, resolution)
        expect(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(
            channel.totalCount
        )
    }
    // the key opens what it sealed: the device gets a link
    const link = await connectLink({ url: again.url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    link.close()
    const db = new Sqlite(join(elsewhere, "meterbeat.db"), { readonly: true })
    onTestFinished(() => void db.close())
    expect(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'backup_key'").get()).toBe(
        undefined
    )
})
