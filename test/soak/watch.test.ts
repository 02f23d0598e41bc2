import { copyFileSync } from "node:fs"
import Sqlite from "better-sqlite3"
import { afterEach, expect, test, vi } from "vitest"
import { Ingest } from "../../server/ingest.js"
import { IngestBatch } from "../../server/store/ingest-batch.js"
import { DatabaseFiles } from "../../soak/database-files.js"
import { makePlan, type Plan } from "../../soak/plan.js"
import { runIn, runPlan } from "../../soak/run-seed.js"
import { Watch } from "../../soak/watch.js"

const HOUR_MS = 3_600_000
const OUTBOX_LIMIT_BYTES = 1000

afterEach(() => vi.restoreAllMocks())

/** A server's file with one channel. */
function fileWith(total: number) {
    const db = new Sqlite(":memory:")
    db.exec("CREATE TABLE channels (device_id, number, total_count); CREATE TABLE boots (id)")
    db.prepare("INSERT INTO channels VALUES ('a', 0, ?)").run(total)
    return db
}

function homeWith(outboxBytes: number) {
    return { deviceId: "a", lives: [], outboxBytes: () => outboxBytes }
}

function brokenBy(watch: Watch): string[] {
    return [...new Set(watch.breaches.map(({ invariant }) => invariant))]
}

function planWith(changes: Partial<Plan> = {}): Plan {
    return { ...makePlan(5, { hours: 2, devices: 1, kinds: [] }), ...changes }
}

test("a total that goes back between two checks is caught", () => {
    const watch = new Watch(planWith())
    watch.check(fileWith(8), [], HOUR_MS, OUTBOX_LIMIT_BYTES)
    watch.check(fileWith(8), [], HOUR_MS, OUTBOX_LIMIT_BYTES)
    expect(brokenBy(watch)).toEqual([])
    watch.check(fileWith(7), [], HOUR_MS, OUTBOX_LIMIT_BYTES)
    expect(brokenBy(watch)).toEqual(["totals-monotonic"])
})

test("an outbox that outgrows its memory is caught", () => {
    const watch = new Watch(planWith())
    watch.check(fileWith(1), [homeWith(1000)], HOUR_MS, OUTBOX_LIMIT_BYTES)
    expect(brokenBy(watch)).toEqual([])
    watch.check(fileWith(1), [homeWith(1001)], HOUR_MS, OUTBOX_LIMIT_BYTES)
    expect(brokenBy(watch)).toEqual(["bounded"])
})

test("a server that keeps more rows than the time explains is caught", () => {
    const watch = new Watch(planWith())
    const db = fileWith(1)
    db.exec("CREATE TABLE sums (start_s)")
    db.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO sums SELECT i FROM n"
    )
    watch.check(db, [], 8 * HOUR_MS, OUTBOX_LIMIT_BYTES)
    expect(brokenBy(watch)).toEqual([])
    watch.check(db, [], HOUR_MS, OUTBOX_LIMIT_BYTES)
    expect(brokenBy(watch)).toEqual(["bounded"])
})

test("whatever a world throws is a panic", async () => {
    const watch = new Watch(planWith())
    const world = {
        run: async () => {
            throw new Error("flash: p0 of 300 bytes makes the runtime panic")
        },
        db: fileWith(0),
        homes: [],
        nowMs: () => 0,
        stop: () => undefined,
    }
    expect(await runIn(world, watch)).toEqual([])
    expect(watch.breaches).toMatchObject([
        { invariant: "no-panic", detail: expect.stringContaining("p0 of 300 bytes") },
    ])
})

const CRASH = { kind: "server-crash" as const, device: -1, durationMs: 60_000, amount: 4 }

test("an answer before the commit is caught by a crash between the two", async () => {
    const plan = planWith({ faults: [{ ...CRASH, atMs: HOUR_MS }] })
    expect(brokenBy(await runPlan(plan, true))).toEqual([])
    const { flush } = Ingest.prototype
    vi.spyOn(Ingest.prototype, "flush").mockImplementation(function (this: Ingest) {
        for (const { sender, item } of this["waiting"])
            if (item.kind === "report") sender.acknowledge(item.report.bootId, [item.report])
        flush.call(this)
    })
    expect(brokenBy(await runPlan(plan, true))).toContain("acknowledged-is-durable")
})

test("a commit that is not in the file after a crash is caught", async () => {
    const plan = planWith({ faults: [{ ...CRASH, atMs: HOUR_MS, amount: 1000 }] })
    // what the log holds beside the database is lost
    vi.spyOn(DatabaseFiles.prototype, "copy").mockImplementation(function (this: DatabaseFiles) {
        copyFileSync(this.file(), this.file(this.generation + 1))
    })
    expect(brokenBy(await runPlan(plan, true))).toContain("acknowledged-is-durable")
})

test("an error in the server's log is caught", async () => {
    vi.spyOn(IngestBatch.prototype, "raiseCounts").mockImplementation(() => {
        throw new Error("odd")
    })
    expect(brokenBy(await runPlan(planWith(), true))).toContain("server-answers")
})
