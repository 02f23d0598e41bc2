import { describe, expect, test } from "vitest"
import type { Discrepancy } from "../../../server/store/discrepancies.js"
import {
    MAX_TOLD_BOOTS,
    MAX_TOLD_STRETCHES,
    MAX_TOLD_UNPLACED,
} from "../../../server/store/sqlite-discrepancies.js"
import type { Store } from "../../../server/store/store.js"
import { START_MS } from "../helpers.js"
import { ingestAll } from "../mains-helpers.js"
import { makePage, nth, openWithHello } from "./numbered.js"

const DAY_MS = 86_400_000

/** What is told of the first channel; its counts must add up. */
function told(store: Store): Partial<Discrepancy>[] {
    const found = store.discrepancies(1)
    if (!found) throw new Error("no such channel")
    const { totalCount, placedCount, discrepancies } = found
    expect(discrepancies.reduce((sum, { count }) => sum + count, 0)).toBe(totalCount - placedCount)
    expect(Math.max(0, totalCount - placedCount)).toBe(store.now(0)[0].unplacedCount)
    return discrepancies
}

describe("a total that is not the sum of its slots", () => {
    test("is told of no channel that is all right, and of none that is not there", async () => {
        const store = await openWithHello()
        ingestAll(store, nth(0), nth(1), nth(2))
        expect(told(store)).toEqual([])
        expect(store.discrepancies(9)).toBeUndefined()
    })

    test("lacks a report, with its numbers, its time and its pulses, until it comes", async () => {
        const store = await openWithHello()
        ingestAll(store, nth(0), nth(2), nth(3))
        expect(told(store)).toEqual([
            {
                reason: "missing_report",
                bootId: 1,
                firstSlot: 10,
                endSlot: 20,
                fromMs: START_MS + 50_000,
                toMs: START_MS + 100_000,
                count: 20,
            },
        ])
        ingestAll(store, nth(1))
        expect(told(store)).toEqual([])
    })

    test("lacks what was counted before the first and after the last report", async () => {
        const store = await openWithHello()
        ingestAll(store, nth(1))
        const page = makePage({ startMs: 1e15, firstSlot: 30, span: 60 })
        page.channels[0] = { ...page.channels[0], countSinceBoot: 70, cells: [10] }
        ingestAll(store, { kind: "page", page })
        expect(told(store)).toMatchObject([
            { reason: "missing_report", firstSlot: 0, endSlot: 10, count: 20 },
            { reason: "missing_report", firstSlot: 20, endSlot: 30, count: 20 },
            { reason: "clock_ahead", firstSlot: 30, endSlot: 90, count: 10 },
        ])
    })

    test("has pulses of a boot that is over and never said hello", async () => {
        const store = await openWithHello()
        const page = makePage({ bootId: 7, isUptime: true, startMs: 5000 })
        const results = ingestAll(store, { kind: "page", page })
        expect(results).toMatchObject([{ outcome: "page", channels: [{ outcome: "stored" }] }])
        expect(told(store)).toEqual([
            {
                reason: "not_dated",
                bootId: 7,
                firstSlot: 0,
                endSlot: 120,
                fromMs: null,
                toMs: null,
                count: 30,
            },
        ])
        expect(ingestAll(store, { kind: "page", page })).toEqual([
            { outcome: "page", channels: [{ outcome: "known" }] },
        ])
    })

    test("counts a report whose clock is ahead, and takes its slots with a right one", async () => {
        const store = await openWithHello()
        ingestAll(store, nth(0), nth(1, { startMs: START_MS + 9 * DAY_MS }))
        expect(told(store)).toMatchObject([{ reason: "clock_ahead", firstSlot: 10, count: 20 }])
        ingestAll(store, nth(1))
        expect(told(store)).toEqual([])
    })

    test.each([
        ["a count that went back", nth(2, { countSinceBoot: 30 })],
        ["slots that were told otherwise", nth(2, { sequence: 15, countSinceBoot: 39 })],
        ["more pulses than were counted", nth(2, { countSinceBoot: 10 })],
    ])("keeps what is consistent and tells of %s", async (_name, wrong) => {
        const store = await openWithHello()
        ingestAll(store, nth(0), nth(1), wrong)
        expect(store.now(0)[0]).toMatchObject({ totalCount: 40, unplacedCount: 0 })
        expect(told(store)).toMatchObject([{ reason: "count_went_back", count: 0 }])
        ingestAll(store, nth(2))
        expect(store.now(0)[0]).toMatchObject({ totalCount: 60, unplacedCount: 0 })
    })

    test("tells of cells that say less than the slots in them", async () => {
        const store = await openWithHello()
        const page = makePage()
        page.channels[0] = { ...page.channels[0], countSinceBoot: 35, cells: [10, 15] }
        ingestAll(store, nth(0), { kind: "page", page })
        expect(told(store).map(({ reason }) => reason)).toContain("count_went_back")
        expect(store.slots(1, 0, START_MS * 2)).toHaveLength(10)
        for (const count of store.series(1, START_MS, START_MS + 900_000, "minute").counts)
            expect(count ?? 0).toBeGreaterThanOrEqual(0)
    })

    test("tells of two boots that ran at once, and of the boots there were", async () => {
        const store = await openWithHello()
        ingestAll(store, nth(0), nth(1), nth(2), nth(0, { bootId: 2 }), nth(1, { bootId: 2 }))
        expect(told(store)).toEqual([
            {
                reason: "overlapping_boots",
                bootId: 2,
                firstSlot: null,
                endSlot: null,
                fromMs: START_MS,
                toMs: START_MS + 100_000,
                count: 0,
            },
        ])
        const bootedMs = START_MS + 3_600_000
        expect(store.discrepancies(1)?.boots).toEqual([
            {
                bootId: 1,
                bootedMs,
                fromMs: START_MS,
                toMs: START_MS + 150_000,
                countSinceBoot: 60,
                placedCount: 60,
            },
            {
                bootId: 2,
                bootedMs: null,
                fromMs: START_MS,
                toMs: START_MS + 100_000,
                countSinceBoot: 40,
                placedCount: 40,
            },
        ])
    })

    test("tells of pulses that a full slot could not hold", async () => {
        const store = await openWithHello()
        const full = { slots: [65_534], span: 1, countSinceBoot: 65_534 }
        ingestAll(
            store,
            nth(0, full),
            nth(0, { ...full, bootId: 2, slots: [9], countSinceBoot: 9 })
        )
        expect(told(store)).toMatchObject([{ reason: "slot_full", bootId: 2, count: 9 }])
    })

    test("tells what reports of version 1 lack, by boot", async () => {
        const store = await openWithHello()
        const old = (sequence: number, startMs: number) =>
            nth(sequence, { version: 1, sequence, startMs })
        ingestAll(store, old(0, START_MS), old(2, START_MS), old(3, START_MS + 9 * DAY_MS))
        expect(told(store)).toMatchObject([
            { reason: "clock_ahead", count: 20, firstSlot: null },
            { reason: "missing_report", count: 20, firstSlot: null },
        ])
    })
})

describe("more than is told one by one", () => {
    /** Two reports of a boot with a third missing between them, 20 pulses. */
    const withGap = (bootId: number) => {
        const startMs = START_MS - DAY_MS * 4 + bootId * 300_000
        const at = (number: number) => nth(number, { bootId, startMs: startMs + number * 50_000 })
        return [at(0), at(2)]
    }

    test("is summed of boots before the newest", async () => {
        const store = await openWithHello()
        const boots = Array.from({ length: 1000 }, (_, at) => at + 1)
        ingestAll(store, ...boots.flatMap(withGap))
        const found = told(store)
        const older = boots.length - MAX_TOLD_BOOTS
        expect(found).toHaveLength(MAX_TOLD_BOOTS + 1)
        expect(found[0]).toMatchObject({ reason: "older", bootId: null, count: older * 20 })
        expect(
            found.slice(1).map(({ reason, bootId, count }) => ({ reason, bootId, count }))
        ).toEqual(
            boots.slice(older).map(bootId => ({ reason: "missing_report", bootId, count: 20 }))
        )
        const { boots: spans, olderBoots } = store.discrepancies(1) ?? {}
        expect([spans?.length, olderBoots]).toEqual([MAX_TOLD_BOOTS, older])
        expect([spans?.[0].bootId, spans?.at(-1)?.bootId]).toEqual([older + 1, 1000])
    })

    test("is summed of the older gaps of one boot, and of the boots before it", async () => {
        const store = await openWithHello()
        const reports = MAX_TOLD_STRETCHES + 50
        const startMs = START_MS - reports * 100_000
        const everyOther = Array.from({ length: reports }, (_, at) =>
            nth(at * 2, { bootId: 2, startMs: startMs + at * 100_000 })
        )
        // one without a place where stretches are not read: it is part of the sum
        const ahead = nth(21, { bootId: 2, startMs: START_MS + 9 * DAY_MS })
        ingestAll(store, ...withGap(1), ...everyOther, ahead)
        const found = told(store)
        expect(found).toHaveLength(1 + MAX_TOLD_STRETCHES)
        expect(found[0]).toMatchObject({ reason: "older", bootId: null, count: 20 })
        expect(found[1]).toMatchObject({ reason: "missing_report", bootId: 2, count: 20 })
        expect(found.at(-1)).toMatchObject({ reason: "older", bootId: 2, count: 50 * 20 })
        expect(store.discrepancies(1)).toMatchObject({ boots: [{ bootId: 2 }], olderBoots: 1 })
    })

    test("is summed of the older reports without a place", async () => {
        const store = await openWithHello()
        const ahead = Array.from({ length: MAX_TOLD_UNPLACED + 50 }, (_, at) =>
            nth(at + 1, { startMs: START_MS + 9 * DAY_MS + at * 50_000 })
        )
        ingestAll(store, nth(0), ...ahead)
        const found = told(store)
        expect(found).toHaveLength(MAX_TOLD_UNPLACED + 1)
        expect(found[0]).toMatchObject({ reason: "clock_ahead", firstSlot: 510, count: 20 })
        expect(found.at(-1)).toMatchObject({ reason: "older", bootId: 1, count: 50 * 20 })
    })
})
