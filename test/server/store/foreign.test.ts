import fc from "fast-check"
import { expect, test } from "vitest"
import type { Reading } from "../../../server/store/foreign-store.js"
import { RESOLUTION_SECONDS, type Store } from "../../../server/store/store.js"
import type { Report } from "../../../src/wire/report.js"
import {
    DEVICE_ID,
    makeHello,
    makeReport,
    openTestStore,
    START_MS,
    seededNumbers,
} from "../helpers.js"

const HOUR_S = 3600
const DAY_S = 86_400
/** Two hours on either side of a midnight. */
const FROM_S = Date.UTC(2026, 2, 4) / 1000 - 2 * HOUR_S
const SPAN_S = 4 * HOUR_S
const TO_S = FROM_S + SPAN_S
const NOW_MS = TO_S * 1000
const SUMS = ["minute", "quarter", "hour", "day"] as const

const METER = {
    homeId: 1,
    protocol: "blinkiki" as const,
    serial: "kitchen",
    name: "Kitchen",
    address: "192.0.2.7",
    channels: [{ name: "Meter", type: "electricity" as const, perPulse: 1 }],
}

async function openWithMeter(): Promise<{ store: Store; channel: number }> {
    const store = await openTestStore()
    const id = store.addForeignDevice(METER)
    return { store, channel: store.foreignDevice(id)?.channelIds[0] ?? 0 }
}

function truthOf(startS: number, seconds: number): number {
    let count = 0
    for (let atS = startS; atS < startS + seconds; atS += 5) count += ((atS / 5) * 7919) % 13
    return count
}

/** Readings that start on multiples of their own length and count what is true. */
function trueReadings(lengthsS: number[]): fc.Arbitrary<Reading[]> {
    const one = fc
        .record({ seconds: fc.constantFrom(...lengthsS), at: fc.nat() })
        .map(({ seconds, at }) => {
            const firstS = Math.floor(FROM_S / seconds) * seconds
            const startS = firstS + (at % Math.ceil(SPAN_S / seconds)) * seconds
            return { startS, seconds, count: truthOf(startS, seconds) }
        })
    return fc.array(one, { minLength: 1, maxLength: 60 })
}

/** Readings of any length at any time, which contradict each other. */
const anyReadings = fc.array(
    fc
        .record({
            at: fc.nat(SPAN_S / 5 - 1),
            slots: fc.integer({ min: 1, max: 400 }),
            count: fc.nat(500),
        })
        .map(({ at, slots, count }) => ({ startS: FROM_S + at * 5, seconds: slots * 5, count })),
    { minLength: 1, maxLength: 40 }
)

function storeInParts(store: Store, channel: number, readings: Reading[], size: number): void {
    for (let at = 0; at < readings.length; at += size)
        store.storeReadings(channel, readings.slice(at, at + size), NOW_MS)
}

/** Which 5 s slots the readings cover: the plain model. */
function coveredBy(readings: Reading[], fromS: number, toS: number): boolean[] {
    const covered = new Array<boolean>((toS - fromS) / 5).fill(false)
    for (const { startS, seconds } of readings)
        for (let atS = startS; atS < startS + seconds; atS += 5)
            if (atS >= fromS && atS < toS) covered[(atS - fromS) / 5] = true
    return covered
}

const DAY_FROM_S = FROM_S - (FROM_S % DAY_S)
const DAY_TO_S = DAY_FROM_S + 2 * DAY_S

test.each([
    { lengthsS: [5, 60, 300, 900], exactS: 900 },
    { lengthsS: [5, 20, 60, 300, 900, 3600], exactS: 3600 },
    { lengthsS: [5, 60, 3600, DAY_S], exactS: DAY_S },
])(
    "true readings give true sums of $exactS s and longer, in any order and repeated",
    async ({ lengthsS, exactS }) => {
        const run = fc.asyncProperty(trueReadings(lengthsS), fc.integer({ min: 1, max: 9 }), check)
        async function check(readings: Reading[], size: number) {
            const { store, channel } = await openWithMeter()
            storeInParts(store, channel, [...readings, ...readings.slice(0, 20)], size)
            const again = store.storeReadings(channel, readings, NOW_MS)
            expect(again).toEqual({ stored: 0, known: readings.length, conflicting: 0, ahead: 0 })
            const covered = coveredBy(readings, DAY_FROM_S, DAY_TO_S)
            for (const resolution of SUMS) {
                const seconds = RESOLUTION_SECONDS[resolution]
                if (seconds < exactS) continue
                const series = store.series(channel, DAY_FROM_S * 1000, DAY_TO_S * 1000, resolution)
                series.startMs.forEach((startMs, at) => {
                    let count: number | null = null
                    for (let atS = startMs / 1000; atS < startMs / 1000 + seconds; atS += 5)
                        if (covered[(atS - DAY_FROM_S) / 5]) count = (count ?? 0) + truthOf(atS, 5)
                    expect(series.counts[at]).toBe(count)
                })
            }
            const total = covered.reduce(
                (sum, is, at) => sum + (is ? truthOf(DAY_FROM_S + at * 5, 5) : 0),
                0
            )
            expect(store.now(0).find(({ id }) => id === channel)).toMatchObject({
                totalCount: total,
                unplacedCount: 0,
            })
            store.close()
        }
        await fc.assert(run, { numRuns: 15, seed: 1 })
    }
)

test("readings of any kind cover each second once, and sums hold what totals hold", async () => {
    const run = fc.asyncProperty(
        anyReadings,
        fc.integer({ min: 1, max: 9 }),
        async (readings, size) => {
            const { store, channel } = await openWithMeter()
            storeInParts(store, channel, readings, size)
            const now = store.now(DAY_FROM_S * 1000).find(({ id }) => id === channel)
            expect(now?.sinceCount).toBe(now?.totalCount)
            const covered = coveredBy(readings, DAY_FROM_S, DAY_TO_S)
            for (const resolution of SUMS) {
                const seconds = RESOLUTION_SECONDS[resolution]
                const series = store.series(channel, DAY_FROM_S * 1000, DAY_TO_S * 1000, resolution)
                const sum = series.counts.reduce<number>((all, count) => all + (count ?? 0), 0)
                expect(sum).toBeCloseTo(now?.totalCount ?? -1, 5)
                series.startMs.forEach((startMs, at) => {
                    const first = (startMs / 1000 - DAY_FROM_S) / 5
                    const slots = covered.slice(first, first + seconds / 5).filter(is => is).length
                    // contradicted time stays empty
                    expect(series.coveredS[at]).toBeLessThanOrEqual(slots * 5)
                })
            }
            store.close()
        }
    )
    await fc.assert(run, { numRuns: 15, seed: 1 })
})

test("a foreign device is a device without a link, known by serial and address once", async () => {
    const { store } = await openWithMeter()
    const device = store.foreignDeviceOf("blinkiki", "kitchen")
    expect(device).toMatchObject({ serial: "kitchen", address: "192.0.2.7", key: undefined })
    expect(store.foreignDeviceAt("blinkiki", "192.0.2.7")).toEqual(device)
    expect(store.foreignDeviceAt("espmeter", "192.0.2.7")).toBeUndefined()
    const id = device?.id ?? ""
    expect(store.listDevices().map(each => [each.id, each.protocol])).toContainEqual([
        id,
        "blinkiki",
    ])
    expect(store.deviceKey(id)).toBeUndefined()
    expect(store.replaceDeviceKey(id, Buffer.alloc(32, 1))).toBe(false)
    expect(store.foreignDevice(DEVICE_ID)).toBeUndefined()
    expect(() => store.addForeignDevice({ ...METER, address: "192.0.2.8" })).toThrow("already")
    expect(() => store.addForeignDevice({ ...METER, serial: "hall" })).toThrow("already")
    const key = Buffer.from("0123456789abcdef0123456789abcdef")
    const flukso = store.addForeignDevice({ ...METER, protocol: "flukso", key })
    expect(store.foreignDevice(flukso)?.key).toEqual(key)
    const added = store.addForeignChannel(flukso, { name: "Gas", type: "gas", perPulse: 10 })
    expect(store.channel(added)).toMatchObject({ number: 1, type: "gas", perPulse: 10 })
})

test("what contradicts a stored reading is counted and changes nothing", async () => {
    const { store, channel } = await openWithMeter()
    const put = (startS: number, seconds: number, count: number | null) =>
        store.storeReadings(channel, [{ startS: FROM_S + startS, seconds, count }], NOW_MS)
    const outcome = (name: string) => ({ stored: 0, known: 0, conflicting: 0, ahead: 0, [name]: 1 })
    expect(put(0, 5, 3)).toEqual(outcome("stored"))
    expect(put(0, 5, 3)).toEqual(outcome("known"))
    expect(put(0, 5, 4)).toEqual(outcome("conflicting"))
    expect(put(5, 5, null)).toEqual({ stored: 0, known: 0, conflicting: 0, ahead: 0 })
    expect(put(0, 60, 2)).toEqual(outcome("conflicting"))
    expect(put(0, 60, 10)).toEqual(outcome("stored"))
    expect(put(5, 55, 7)).toEqual(outcome("known"))
    expect(put(5, 5, 99)).toEqual(outcome("known"))
    expect(put(300, 300, 5)).toEqual(outcome("stored"))
    expect(put(305, 5, 6)).toEqual(outcome("conflicting"))
    expect(put(86_400 + SPAN_S, 5, 1)).toEqual(outcome("ahead"))
    expect(store.now(0)[0]).toMatchObject({ totalCount: 15 })
    const wrong: [number, number, number][] = [
        [1, 5, 1],
        [0, 7, 1],
        [0, 0, 1],
        [0, 5, 0.5],
        [0, 5, -1],
    ]
    for (const bad of wrong) expect(() => put(...bad)).toThrow(RangeError)
})

test("detail that was not kept for ever is not taken twice", async () => {
    const { store, channel } = await openWithMeter()
    const readings = Array.from({ length: 720 }, (_, at) => ({
        startS: FROM_S + at * 5,
        seconds: 5,
        count: at % 3,
    }))
    store.storeReadings(channel, readings, NOW_MS)
    while (store.removeOldSlots(NOW_MS));
    expect(store.slots(channel, FROM_S * 1000, NOW_MS)).toEqual([])
    expect(store.storeReadings(channel, readings, NOW_MS)).toMatchObject({ known: 720, stored: 0 })
    const hour = { startS: FROM_S, seconds: 3600, count: 720 }
    const next = { startS: FROM_S + 3600, seconds: 5, count: 1 }
    expect(store.storeReadings(channel, [hour, next], NOW_MS)).toMatchObject({
        known: 1,
        stored: 1,
    })
    expect(store.now(0)[0].totalCount).toBe(721)
})

test("pulses are kept by their times, each once, and counted in their slots", async () => {
    const { store, channel } = await openWithMeter()
    const random = seededNumbers("pulses")
    const times = [...new Set(Array.from({ length: 500 }, () => FROM_S * 1000 + random(7_200_000)))]
    for (let at = 0; at < times.length; at += 70)
        store.storePulses(channel, times.slice(Math.max(0, at - 20), at + 70), NOW_MS)
    const inOrder = [...times].sort((a, b) => a - b)
    expect(store.pulseTimes(channel, FROM_S * 1000, NOW_MS)).toEqual(inOrder)
    expect(store.pulseTimes(channel, inOrder[10], inOrder[20])).toEqual(inOrder.slice(10, 20))
    const bySlot = new Map<number, number>()
    for (const atMs of times)
        bySlot.set(atMs - (atMs % 5000), (bySlot.get(atMs - (atMs % 5000)) ?? 0) + 1)
    for (const { startMs, count } of store.slots(channel, FROM_S * 1000, NOW_MS))
        expect(count).toBe(bySlot.get(startMs))
    expect(store.now(0)[0].totalCount).toBe(times.length)
    const ahead = NOW_MS + 2 * DAY_S * 1000
    expect(store.storePulses(channel, [times[0], ahead], NOW_MS)).toMatchObject({
        known: 1,
        ahead: 1,
    })
})

test("a slot's count holds its pulses, whichever comes first", async () => {
    const { store, channel } = await openWithMeter()
    const atMs = FROM_S * 1000
    store.storePulses(channel, [atMs, atMs + 1], NOW_MS)
    const slot = { startS: FROM_S, seconds: 5, count: 2 }
    const later = { startS: FROM_S + 5, seconds: 5, count: 3 }
    const long = { startS: FROM_S + 60, seconds: 60, count: 9 }
    const readings = [slot, later, long]
    expect(store.storeReadings(channel, readings, NOW_MS)).toMatchObject({ known: 1, stored: 2 })
    store.storePulses(channel, [atMs + 5000, atMs + 5001, atMs + 61_000], NOW_MS)
    expect(store.now(0)[0].totalCount).toBe(14)
    store.storePulses(channel, [atMs + 5002, atMs + 5003], NOW_MS)
    expect(store.now(0)[0].totalCount).toBe(15)
})

test("own devices' pulse times are kept with their reports, and go with the slots", async () => {
    const store = await openTestStore()
    const ingest = (report: Report) =>
        store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs: START_MS, report }])
    store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello() }])
    const slots = [2, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    const report = makeReport({ slots, pulseTimes: [10, 10, 1100], startMs: START_MS + 7 })
    ingest(report)
    ingest(report)
    const times = [107, 108, 11_007].map(ms => START_MS + ms)
    expect(store.pulseTimes(1, START_MS, START_MS + 60_000)).toEqual(times)
    expect(store.now(0)[0]).toMatchObject({ totalCount: 3, unplacedCount: 0 })
    while (store.removeOldSlots(START_MS + 2 * DAY_S * 1000));
    expect(store.pulseTimes(1, START_MS, START_MS + 60_000)).toEqual([])
    expect(store.now(0)[0].totalCount).toBe(3)
})
