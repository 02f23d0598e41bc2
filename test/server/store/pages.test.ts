import { describe, expect, test } from "vitest"
import { MISSING } from "../../../src/wire/report.js"
import { openTestStore, START_MS } from "../helpers.js"
import { ingestAll, MAINS_HELLO, makeMains, makeSlot } from "../mains-helpers.js"
import { makePage, nth, openWithHello } from "./numbered.js"

const DAY_MS = 86_400_000

describe("a page", () => {
    test("gives its cells to what is not known better, whatever comes first", async () => {
        const stores = [await openWithHello(), await openWithHello()]
        const page = { kind: "page" as const, page: makePage() }
        const report = nth(0, { slots: new Array(10).fill(1), countSinceBoot: 10 })
        ingestAll(stores[0], page, report, page)
        ingestAll(stores[1], report, page)
        for (const store of stores) {
            const { counts } = store.series(1, START_MS, START_MS + 600_000, "slot")
            expect(counts.slice(0, 10)).toEqual(new Array(10).fill(1))
            expect(counts.slice(10, 60)).toEqual(new Array(50).fill(0.1))
            expect(counts.slice(60)).toEqual(new Array(60).fill(0.25))
            expect(store.series(1, START_MS, START_MS + 1, "quarter").counts).toEqual([30])
            expect(store.now(0)[0]).toMatchObject({ totalCount: 30, unplacedCount: 0 })
        }
    })

    test("older than all that is known leaves less without a place", async () => {
        const store = await openWithHello()
        const later = { sequence: 200, startMs: START_MS + 1_000_000, countSinceBoot: 50 }
        const slots = new Array(10).fill(1)
        ingestAll(store, nth(0, { slots, countSinceBoot: 10 }), nth(0, { slots, ...later }))
        expect(store.now(0)[0].unplacedCount).toBe(30)
        ingestAll(store, { kind: "page", page: makePage() })
        expect(store.now(0)[0].unplacedCount).toBe(10)
    })

    test("drops a channel that has changed its class or was never announced, and no other", async () => {
        const store = await openTestStore()
        ingestAll(store, { kind: "hello", hello: MAINS_HELLO })
        const page = makePage()
        const [counted] = page.channels
        const power = { ...counted, countSinceBoot: 500, energyOutSinceBoot: 70, cells: [] }
        page.channels = [
            counted,
            { ...counted, channel: 1 },
            { ...power, channel: 2 },
            { ...power, channel: 9 },
        ]
        expect(ingestAll(store, { kind: "page", page })).toEqual([
            {
                outcome: "page",
                channels: [
                    {
                        outcome: "stored",
                        channelId: 1,
                        fromMs: START_MS,
                        toMs: START_MS + 600_000,
                    },
                    { outcome: "dropped", reason: "channel 1 now measures mains power" },
                    { outcome: "known" },
                    { outcome: "dropped", reason: "channel 9 was never announced by a hello" },
                ],
            },
        ])
        expect(store.now(0)[2]).toMatchObject({ totalCount: 500, totalOutCount: 70 })
    })

    test("is refused while its boot may still say hello", async () => {
        const store = await openTestStore()
        const page = makePage({ isUptime: true })
        expect(ingestAll(store, { kind: "page", page })[0].outcome).toBe("refused")
    })

    test("marks its cells when some of its counts may be wrong", async () => {
        const store = await openWithHello()
        const page = makePage()
        page.channels[0].isPoor = true
        ingestAll(store, { kind: "page", page })
        expect(store.poorSpans(1, 0, START_MS * 2)).toEqual([[START_MS, START_MS + 600_000]])
    })

    test("with nothing sampled says so, and leaves no count", async () => {
        const store = await openWithHello()
        const page = makePage()
        page.channels[0].cells = [MISSING, 15]
        ingestAll(store, { kind: "page", page })
        expect(store.series(1, START_MS, START_MS + 600_000, "slot").counts[59]).toBeNull()
        expect(store.discrepancies(1)?.discrepancies).toMatchObject([
            { reason: "missing_report", endSlot: 0, count: 15 },
        ])
    })
})

describe("a step of the clock", () => {
    test("adds up two slots that fall into the same 5 s", async () => {
        const store = await openWithHello()
        ingestAll(store, nth(0), nth(1, { startMs: START_MS }))
        expect(store.slots(1, 0, START_MS * 2).map(({ count }) => count)).toEqual(
            new Array(10).fill(4)
        )
    })

    test("back marks what lies in times that were reported before, and no more", async () => {
        const stepped = [0, 1, 2, 3].map(at =>
            // after two reports the clock goes back by 75 s
            nth(at, { startMs: START_MS + at * 50_000 - (at < 2 ? 0 : 75_000) })
        )
        for (const order of [stepped, stepped.toReversed()]) {
            const store = await openWithHello()
            ingestAll(store, ...order)
            expect(store.poorSpans(1, 0, START_MS * 2)).toEqual([
                [START_MS + 25_000, START_MS + 100_000],
            ])
        }
    })

    test("stores no slot again that a repeat dates otherwise", async () => {
        const store = await openWithHello()
        ingestAll(store, nth(0), nth(1))
        const repeat = nth(0, { sequence: 5, startMs: START_MS + DAY_MS / 2, countSinceBoot: 30 })
        expect(ingestAll(store, repeat)).toEqual([{ outcome: "known" }])
        expect(store.now(0)[0]).toMatchObject({ totalCount: 40, unplacedCount: 0 })
        expect(store.slots(1, START_MS + 100_000, START_MS * 2)).toEqual([])
    })
})

describe("mains slots", () => {
    test("of 300 s are stored whole, or left out beside known ones with the total right", async () => {
        const store = await openTestStore()
        ingestAll(store, { kind: "hello", hello: MAINS_HELLO })
        const slots = [makeSlot({ energyIn: 600 }), makeSlot({ energyIn: 600 })]
        const cells = { slotSeconds: 300, slots, span: 120, firstSpan: 60 }
        const fine = makeMains({ slots: [makeSlot({ energyIn: 10 })], span: 1 })
        const report = makeMains({ ...cells, energyInSinceBoot: 1200 })
        ingestAll(store, { kind: "mains", report: fine }, { kind: "mains", report })
        expect(store.slots(2, 0, START_MS * 2)).toHaveLength(61)
        expect(store.now(0)[1]).toMatchObject({ totalCount: 1200, unplacedCount: 590 })
        expect(store.discrepancies(2)?.discrepancies).toMatchObject([
            { reason: "missing_report", firstSlot: 1, endSlot: 60, count: 590 },
        ])
    })
})
