import { describe, expect, test } from "vitest"
import type { Store } from "../../../server/store/store.js"
import { MISSING, type Report } from "../../../src/wire/report.js"
import { DEVICE_ID, DEVICE_KEY, makeHello, makeReport, START_MS } from "../helpers.js"

const HOUR_MS = 3_600_000

/** What every store must do. `open` gives a new one that knows the test device. */
export function storeContract(name: string, open: () => Promise<Store>): void {
    const openWithChannels = async () => {
        const store = await open()
        store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello() }])
        return store
    }
    const ingest = (store: Store, ...reports: Report[]) =>
        store
            .ingest(
                reports.map(report => ({
                    kind: "report",
                    deviceId: DEVICE_ID,
                    nowMs: START_MS + HOUR_MS,
                    report,
                }))
            )
            .map(({ outcome }) => outcome)
    const countsOf = (store: Store) =>
        store.slots(1, 0, START_MS + 24 * HOUR_MS).map(({ count }) => count)

    describe(name, () => {
        test("keeps devices and their keys, each id once", async () => {
            const store = await open()
            expect(store.deviceKey(DEVICE_ID)).toEqual(DEVICE_KEY)
            expect(store.deviceKey("0".repeat(16))).toBeUndefined()
            expect(store.listDevices()).toEqual([
                { id: DEVICE_ID, name: "Cellar", homeId: 1, board: null, lastStoredMs: null },
            ])
            expect(() => store.createDevice(DEVICE_ID, DEVICE_KEY, "Again")).toThrow("already")
            const other = Buffer.alloc(32, 9)
            expect(store.replaceDeviceKey(DEVICE_ID, other)).toBe(true)
            expect(store.deviceKey(DEVICE_ID)).toEqual(other)
            expect(store.replaceDeviceKey("0".repeat(16), other)).toBe(false)
        })

        test("makes a device's channels at its hello and keeps what people set", async () => {
            const store = await openWithChannels()
            expect(store.updateChannel(2, { name: "Gas", type: "gas", perPulse: 10 })?.name).toBe(
                "Gas"
            )
            store.ingest([
                { kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello() },
            ])
            expect(store.channel(2)).toEqual({
                id: 2,
                deviceId: DEVICE_ID,
                number: 1,
                name: "Gas",
                kind: 1,
                type: "gas",
                perPulse: 10,
                direction: "in",
                firstSlotMs: null,
                lastSlotEndMs: null,
            })
            expect(store.channels()).toHaveLength(2)
            expect(store.updateChannel(9, { name: "None" })).toBeUndefined()
            expect(store.listDevices()[0].board).toBe("meterbeat_s3")
        })

        test("stores a report once, however often it comes", async () => {
            const store = await openWithChannels()
            const report = makeReport()
            expect(ingest(store, report, report)).toEqual(["stored", "known"])
            expect(ingest(store, report)).toEqual(["known"])
            expect(countsOf(store)).toEqual(new Array(10).fill(2))
            expect(store.now(0)[0].totalCount).toBe(20)
        })

        test("knows reports apart by boot, channel and sequence", async () => {
            const store = await openWithChannels()
            const reports = [
                makeReport(),
                makeReport({ bootId: 2 }),
                makeReport({ channel: 1 }),
                makeReport({ sequence: 10, countSinceBoot: 40 }),
            ]
            expect(ingest(store, ...reports)).toEqual(new Array(4).fill("stored"))
            expect(countsOf(store)).toEqual(new Array(10).fill(6))
        })

        test("the total is what each boot counted most, in any order", async () => {
            const store = await openWithChannels()
            for (const [bootId, sequence, countSinceBoot] of [
                [1, 1, 50],
                [2, 0, 7],
                [1, 2, 55],
                [1, 0, 30],
            ])
                ingest(store, makeReport({ bootId, sequence, countSinceBoot, slots: [1] }))
            expect(store.now(0)[0]).toMatchObject({ totalCount: 62, unplacedCount: 58 })
        })

        test("dates a report without a clock by its boot's hello", async () => {
            const store = await open()
            const report = makeReport({ isUptime: true, startMs: 60_000 })
            const hello = makeHello({ uptimeMs: 120_000 })
            expect(ingest(store, report)).toEqual(["refused"])
            store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello }])
            const later = makeHello({ uptimeMs: 125_000 })
            store.ingest([
                { kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS + 9000, hello: later },
            ])
            expect(ingest(store, report)).toEqual(["stored"])
            expect(store.slots(1, 0, START_MS)[0].startMs).toBe(START_MS - 60_000)
        })

        test("puts slots on the nearest 5 s and leaves missing ones out", async () => {
            const store = await openWithChannels()
            const slots = [3, MISSING, 0]
            ingest(store, makeReport({ startMs: START_MS + 2499, slots }))
            expect(store.slots(1, START_MS, START_MS + 60_000)).toEqual([
                { startMs: START_MS, count: 3 },
                { startMs: START_MS + 10_000, count: 0 },
            ])
            const series = store.series(1, START_MS, START_MS + 15_000, "slot")
            expect(series.counts).toEqual([3, null, 0])
            expect(store.series(1, START_MS, START_MS + 1, "minute")).toEqual({
                startMs: [START_MS],
                counts: [3],
                coveredS: [10],
            })
        })

        test("shows a coarse slot flat, where nothing finer is", async () => {
            const store = await openWithChannels()
            ingest(
                store,
                makeReport({ slotSeconds: 300, slots: [60] }),
                makeReport({ bootId: 2, slots: [5] })
            )
            const slots = store.series(1, START_MS, START_MS + 300_000, "slot")
            expect(slots.counts).toEqual([5, ...new Array(59).fill(1)])
            const minutes = store.series(1, START_MS, START_MS + 300_000, "minute")
            expect(minutes.counts).toEqual([5, 12, 12, 12, 12])
            expect(store.series(1, START_MS, START_MS + 1, "quarter").counts).toEqual([65])
        })

        test("counts pulses that a full slot cannot hold, without a place", async () => {
            const store = await openWithChannels()
            ingest(
                store,
                makeReport({ slots: [65534] }),
                makeReport({ sequence: 1, slots: [10], countSinceBoot: 65544 })
            )
            expect(countsOf(store)).toEqual([65534])
            expect(store.now(0)[0]).toMatchObject({ totalCount: 65544, unplacedCount: 10 })
            expect(ingest(store, makeReport({ sequence: 2, slots: [65535] }))).toEqual(["refused"])
        })

        test("counts a report from far ahead, without a place", async () => {
            const store = await openWithChannels()
            const startMs = START_MS + 48 * HOUR_MS
            expect(ingest(store, makeReport({ startMs }))).toEqual(["stored"])
            expect(store.slots(1, 0, startMs + HOUR_MS)).toEqual([])
            expect(store.now(0)[0]).toMatchObject({
                totalCount: 20,
                unplacedCount: 20,
                lastSlotEndMs: null,
            })
        })

        test("takes the state of the newest report, whatever order they come in", async () => {
            const store = await openWithChannels()
            ingest(
                store,
                makeReport({
                    sequence: 10,
                    countSinceBoot: 40,
                    startMs: START_MS + 50_000,
                    quality: 70,
                }),
                makeReport({ sequence: 0, quality: 10 })
            )
            expect(store.now(0)[0]).toMatchObject({
                quality: 70,
                lastSlotEndMs: START_MS + 100_000,
            })
        })

        test("knows the span of a channel's slots, whatever order they come in", async () => {
            const store = await openWithChannels()
            const spanOf = () => {
                const { firstSlotMs, lastSlotEndMs } = store.channels()[0]
                return [firstSlotMs, lastSlotEndMs]
            }
            expect(spanOf()).toEqual([null, null])
            ingest(store, makeReport({ slots: [MISSING, 0, 2] }))
            expect(spanOf()).toEqual([START_MS + 5000, START_MS + 15_000])
            ingest(store, makeReport({ bootId: 2, startMs: START_MS - 2 * HOUR_MS }))
            expect(spanOf()).toEqual([START_MS - 2 * HOUR_MS, START_MS + 15_000])
            const startMs = START_MS - 3 * HOUR_MS
            ingest(store, makeReport({ bootId: 3, startMs, slotSeconds: 300, slots: [9] }))
            expect(spanOf()).toEqual([startMs, START_MS + 15_000])
            expect(store.channel(1)?.firstSlotMs).toBe(startMs)
        })

        test("knows when something of a device was last stored", async () => {
            const store = await open()
            const last = () => store.listDevices()[0].lastStoredMs
            const hello = makeHello({ uptimeMs: 3000 })
            store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello }])
            expect(last()).toBe(START_MS - 3000)
            ingest(store, makeReport())
            expect(last()).toBe(START_MS + 50_000)
            ingest(store, makeReport({ channel: 1, startMs: START_MS - HOUR_MS }))
            expect(last()).toBe(START_MS + 50_000)
        })

        test.each([
            ["a whole day", 0, 60],
            ["the slot at the time", START_MS, 60],
            ["only what came after", START_MS + 30_000, 48],
            ["across an hour", START_MS - 5, 60],
            ["nothing yet", START_MS + 5 * HOUR_MS, 0],
        ])("adds up since a time: %s", async (_name, sinceMs, count) => {
            const store = await openWithChannels()
            ingest(
                store,
                makeReport(),
                makeReport({ sequence: 10, countSinceBoot: 40, startMs: START_MS + 1000 * 1000 }),
                makeReport({ sequence: 20, countSinceBoot: 60, startMs: START_MS + 2 * HOUR_MS })
            )
            expect(store.now(sinceMs)[0].sinceCount).toBe(count)
        })

        test("knows the running total of a live value", async () => {
            const store = await openWithChannels()
            ingest(store, makeReport(), makeReport({ bootId: 2 }))
            expect(store.liveState(DEVICE_ID, 1, 0, 25)?.totalCount).toBe(45)
            expect(store.liveState(DEVICE_ID, 1, 0, 15)?.totalCount).toBe(40)
            expect(store.liveState(DEVICE_ID, 3, 0, 15)?.totalCount).toBe(55)
            expect(store.liveState(DEVICE_ID, 1, 7, 15)).toBeUndefined()
        })
    })
}
