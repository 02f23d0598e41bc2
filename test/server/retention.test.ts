import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { pino } from "pino"
import { expect, onTestFinished, test } from "vitest"
import { Ingest, type Sender } from "../../server/ingest.js"
import { LiveHub } from "../../server/live-hub.js"
import { RetentionJob } from "../../server/retention.js"
import type { Store } from "../../server/store/store.js"
import { StoreHealth } from "../../server/store-health.js"
import { KIND_MAINS } from "../../src/wire/channels.js"
import type { Report } from "../../src/wire/report.js"
import {
    DEVICE_ID,
    makeHello,
    makeReport,
    makeTempDir,
    nthReport,
    openTestStore,
    START_MS,
} from "./helpers.js"
import { makeMains, makeSlot } from "./mains-helpers.js"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const RESOLUTIONS = ["slot", "minute", "quarter", "hour", "day"] as const
const log = pino({ level: "silent" })
const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

function ingestReport(store: Store, change: Partial<Report>) {
    const report = makeReport(change)
    return store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs: START_MS, report }])
}

/** A report every hour for `days`, the newest ending at START_MS, and mains once a day. */
async function makeHistory(days: number) {
    const file = join(makeTempDir(), "meterbeat.db")
    const store = await openTestStore(file)
    const item = { deviceId: DEVICE_ID, nowMs: START_MS }
    store.ingest([{ ...item, kind: "hello", hello: makeHello({ kinds: [0, KIND_MAINS] }) }])
    store.ingest(
        Array.from({ length: days * 24 }, (_, at) => {
            const startMs = START_MS - 50_000 - (days * 24 - 1 - at) * HOUR_MS
            const report = nthReport(at, { startMs })
            return { ...item, kind: "report" as const, report }
        })
    )
    store.ingest(
        Array.from({ length: days }, (_, sequence) => {
            const startMs = START_MS - 5000 - (days - 1 - sequence) * DAY_MS
            const energyInSinceBoot = 1000 * (sequence + 1)
            const slots = [makeSlot({ energyIn: 1000 })]
            const report = makeMains({ channel: 1, sequence, startMs, slots, energyInSinceBoot })
            return { ...item, kind: "mains" as const, report }
        })
    )
    const raw = new Sqlite(file, { readonly: true })
    onTestFinished(() => void raw.close())
    const rows = (table: string, where = "1") =>
        raw.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get()
    const time = { nowMs: START_MS }
    const clock = () => time.nowMs
    const health = new StoreHealth({ clock, uptimeMs: () => 0, log, dataDir: "data" })
    const makeJob = (change: Partial<Store> = {}, pause = nextTurn) =>
        new RetentionJob({ store: { ...store, ...change }, clock, health, log, pause })
    /** Pulses that a resolution holds of the days before START_MS. */
    const sumOf = (resolution: (typeof RESOLUTIONS)[number], channelId = 1, ofDays = days + 1) => {
        let sum = 0
        for (let day = ofDays; day > -1; day--) {
            const toMs = START_MS - (START_MS % DAY_MS) + DAY_MS - day * DAY_MS
            for (const count of store.series(channelId, toMs - DAY_MS, toMs, resolution).counts)
                sum += count ?? 0
        }
        return sum
    }
    return { store, rows, time, health, makeJob, sumOf }
}

test("keeps everything until it is told otherwise", async () => {
    const { store, rows, makeJob } = await makeHistory(20)
    await makeJob().pass()
    expect(rows("slot_hours")).toBe(480)
    expect(store.retention()).toEqual({
        keepSlotsDays: null,
        keepMinutesDays: null,
        slotsGoneBeforeMs: 0,
        minutesGoneBeforeMs: 0,
    })
})

test("deletes old slots and minutes, and keeps sums, totals and where the history begins", async () => {
    const { store, rows, makeJob, sumOf } = await makeHistory(20)
    const before = store.now(0)
    const firstMs = store.channels()[0].firstSlotMs ?? 0
    const sums = RESOLUTIONS.map(resolution => sumOf(resolution))
    expect(sums).toEqual([9600, 9600, 9600, 9600, 9600])
    store.saveRetention({ keepSlotsDays: 5, keepMinutesDays: 10 })
    await makeJob().pass()
    // the limit is at a full hour
    expect(rows("slot_hours")).toBe(120)
    expect(rows("mains_slots")).toBe(5)
    expect(RESOLUTIONS.map(resolution => sumOf(resolution))).toEqual([2400, 4800, 9600, 9600, 9600])
    expect(sumOf("minute", 2)).toBe(10_000)
    expect(sumOf("quarter", 2)).toBe(20_000)
    expect(store.now(0)).toEqual(before)
    const since = store.channels()[0].firstSlotMs ?? 0
    expect(firstMs - since).toBeGreaterThanOrEqual(0)
    expect(firstMs - since).toBeLessThan(900_000)
    // of a quarter whose slots are gone, its share
    const cutMs = START_MS - 15 * DAY_MS - 450_000
    expect(store.now(cutMs)[0].sinceCount).toBe(15 * 24 * 20 + 10)
    // gaps, not zeros
    const old = store.series(1, START_MS - 15 * DAY_MS, START_MS - 14 * DAY_MS, "slot")
    expect(new Set(old.counts)).toEqual(new Set([null]))
    const { slotsGoneBeforeMs, minutesGoneBeforeMs } = store.retention()
    expect(slotsGoneBeforeMs).toBe(START_MS - HOUR_MS - 5 * DAY_MS + HOUR_MS)
    expect(minutesGoneBeforeMs).toBe(START_MS - 10 * DAY_MS)
})

test("goes on with time, and with what a stop left", async () => {
    const { store, rows, time, makeJob } = await makeHistory(20)
    store.saveRetention({ keepSlotsDays: 5, keepMinutesDays: null })
    let slices = 0
    const stopped = makeJob({}, async () => {
        if (++slices === 2) void stopped.stop()
    })
    await stopped.pass()
    const left = Number(rows("slot_hours"))
    expect(left).toBeGreaterThan(120)
    expect(left).toBeLessThan(480)
    await makeJob().pass()
    expect(rows("slot_hours")).toBe(120)
    // a day goes by, of which the device tells
    time.nowMs += DAY_MS
    ingestReport(store, {
        sequence: 10_000,
        startMs: START_MS + DAY_MS - 50_000,
        countSinceBoot: 9620,
    })
    await makeJob().pass()
    expect(rows("slot_hours")).toBe(97)
})

test("a clock that runs ahead deletes nothing that a right one would keep", async () => {
    const { store, rows, time, makeJob } = await makeHistory(20)
    store.saveRetention({ keepSlotsDays: 5, keepMinutesDays: 10 })
    time.nowMs += 3650 * DAY_MS
    await makeJob().pass()
    expect(rows("slot_hours")).toBe(120)
    time.nowMs = START_MS - 10 * DAY_MS
    await makeJob().pass()
    expect(rows("slot_hours")).toBe(120)
})

test("a report that comes late, of a time whose slots are gone, is counted once and cleared again", async () => {
    const { store, rows, makeJob, sumOf } = await makeHistory(20)
    store.saveRetention({ keepSlotsDays: 5, keepMinutesDays: 10 })
    await makeJob().pass()
    const late = {
        bootId: 2,
        sequence: 3,
        startMs: START_MS - 15 * DAY_MS - 600_000,
        countSinceBoot: 20,
    }
    for (const outcome of ["stored", "known"])
        expect(ingestReport(store, late)[0].outcome).toBe(outcome)
    expect(RESOLUTIONS.map(resolution => sumOf(resolution))).toEqual([2420, 4820, 9620, 9620, 9620])
    await makeJob().pass()
    expect(RESOLUTIONS.map(resolution => sumOf(resolution))).toEqual([2400, 4800, 9620, 9620, 9620])
    // and a repeat of it, after its slots are gone again, counts nothing
    expect(ingestReport(store, late)[0].outcome).toBe("known")
    expect(store.now(0)[0]).toMatchObject({ totalCount: 9620, unplacedCount: 0 })
    expect(rows("slot_hours")).toBe(120)
})

test("reports are stored between any two slices of a long pass", async () => {
    const { store, makeJob, health } = await makeHistory(60)
    const order: string[] = []
    const watched: Partial<Store> = {
        removeOldSlots: beforeMs => {
            order.push("slice")
            return store.removeOldSlots(beforeMs)
        },
        removeOldMinutes: beforeMs => {
            order.push("slice")
            return store.removeOldMinutes(beforeMs)
        },
    }
    const ingest = new Ingest({
        store: {
            ...store,
            ingest: items => {
                order.push("report")
                return store.ingest(items)
            },
        },
        clock: () => START_MS,
        uptimeMs: () => 0,
        hub: new LiveHub(),
        health,
        log,
    })
    const acked: number[] = []
    const sender: Sender = {
        deviceId: DEVICE_ID,
        acknowledge: (_bootId, reports) => acked.push(...reports.map(({ sequence }) => sequence)),
    }
    store.saveRetention({ keepSlotsDays: 2, keepMinutesDays: 3 })
    let isDone = false
    const pass = makeJob(watched)
        .pass()
        .finally(() => {
            isDone = true
        })
    let sequence = 2000
    for (; !isDone; sequence++) {
        const startMs = START_MS + (sequence - 2000) * 50_000
        ingest.addReport(sender, makeReport({ sequence, startMs, countSinceBoot: 40_000 }))
        await nextTurn()
    }
    await pass
    ingest.flush()
    const slices = order.filter(what => what === "slice").length
    expect(slices).toBeGreaterThan(10)
    // a slice may look for slots, find none, and look for minutes
    expect(order.join(" ")).not.toMatch(/slice slice slice/)
    expect(acked).toEqual(Array.from({ length: sequence - 2000 }, (_, at) => 2000 + at))
})

test("a little of many channels goes in one slice, much of one in several, and all of it goes", async () => {
    const file = join(makeTempDir(), "meterbeat.db")
    const store = await openTestStore(file)
    const item = { deviceId: DEVICE_ID, nowMs: START_MS }
    store.ingest([{ ...item, kind: "hello", hello: makeHello({ kinds: new Array(16).fill(1) }) }])
    const addHours = (channel: number, hours: number) =>
        store.ingest(
            Array.from({ length: hours }, (_, at) => {
                const startMs = START_MS - 20 * DAY_MS + at * HOUR_MS
                const report = nthReport(at, { channel, startMs })
                return { ...item, kind: "report" as const, report }
            })
        )
    for (let channel = 0; channel < 16; channel++) addHours(channel, 5)
    ingestReport(store, { sequence: 9000, startMs: START_MS, countSinceBoot: 9000 })
    const beforeMs = START_MS - 5 * DAY_MS
    expect(store.removeOldSlots(beforeMs)).toBe(false)
    expect(store.slots(16, 0, START_MS)).toEqual([])
    addHours(3, 250)
    addHours(15, 30)
    const slices = []
    do slices.push(store.slots(4, 0, START_MS).length)
    while (store.removeOldSlots(beforeMs))
    expect(slices).toEqual([2450, 1450, 450])
    for (let channel = 1; channel <= 16; channel++)
        expect(store.slots(channel, 0, START_MS)).toEqual([])
    expect(store.slots(1, START_MS, START_MS + HOUR_MS)).toHaveLength(10)
})
