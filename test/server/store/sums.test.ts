import { expect, test } from "vitest"
import type { IngestItem, Store } from "../../../server/store/store.js"
import { MISSING } from "../../../src/wire/report.js"
import {
    DEVICE_ID,
    makeHello,
    makeReport,
    openTestStore,
    START_MS,
    seededNumbers,
} from "../helpers.js"

const DAY_MS = 86_400_000
const FROM_MS = START_MS - (START_MS % DAY_MS) - DAY_MS
const TO_MS = FROM_MS + 3 * DAY_MS
const SPANS = [5, 5, 5, 60, 300]

/** Reports of version 1, which overlap at will. */
function randomItems(seed: string): { items: IngestItem[]; placed: number } {
    const random = seededNumbers(seed)
    let placed = 0
    const items: IngestItem[] = [
        { kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello() },
    ]
    for (let sequence = 0; sequence < 300; sequence++) {
        const slots = Array.from({ length: 1 + random(60) }, () =>
            random(5) === 0 ? MISSING : random(40)
        )
        placed += slots.reduce((sum, count) => sum + Math.max(0, count), 0)
        const report = makeReport({
            version: 1,
            sequence,
            slots,
            slotSeconds: SPANS[random(SPANS.length)],
            startMs: START_MS - random(DAY_MS),
            countSinceBoot: placed,
        })
        items.push({ kind: "report", deviceId: DEVICE_ID, nowMs: START_MS + DAY_MS, report })
    }
    return { items, placed }
}

function storeInBatches(store: Store, items: IngestItem[], size: number): void {
    for (let at = 0; at < items.length; at += size) store.ingest(items.slice(at, at + size))
}

function readAll(store: Store) {
    const series = (["slot", "minute", "quarter", "hour", "day"] as const).map(resolution =>
        store.series(1, FROM_MS, TO_MS, resolution)
    )
    return { series, now: store.now(FROM_MS), slots: store.slots(1, FROM_MS, TO_MS) }
}

test.each(["one", "two", "three"])(
    "sums hold exactly what the slots hold (seed %s)",
    async seed => {
        const store = await openTestStore()
        const { items, placed } = randomItems(seed)
        storeInBatches(store, items, 7)
        for (const resolution of ["quarter", "hour", "day"] as const) {
            const { counts, coveredS } = store.series(1, FROM_MS, TO_MS, resolution)
            expect(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(placed)
            counts.forEach((count, at) => {
                if (count === null) expect(coveredS[at]).toBe(0)
                else expect(coveredS[at]).toBeGreaterThan(0)
            })
        }
        expect(store.now(FROM_MS)[0]).toMatchObject({
            totalCount: placed,
            unplacedCount: 0,
            sinceCount: placed,
        })
    }
)

test("what came since any time is the sum of the slots from then on", async () => {
    const store = await openTestStore()
    const { items } = randomItems("since")
    for (const item of items) if (item.kind === "report") item.report.slotSeconds = 5
    storeInBatches(store, items, 50)
    const random = seededNumbers("since")
    for (let tries = 0; tries < 100; tries++) {
        const sinceMs = FROM_MS + random(2 * DAY_MS)
        const slots = store.slots(1, sinceMs, TO_MS)
        const count = slots.reduce((sum, slot) => sum + slot.count, 0)
        expect(store.now(sinceMs)[0].sinceCount).toBe(count)
    }
})

test("each minute of fine slots is the sum of its twelve slots", async () => {
    const store = await openTestStore()
    const { items } = randomItems("fine")
    for (const item of items) if (item.kind === "report") item.report.slotSeconds = 5
    storeInBatches(store, items, 50)
    const bySlot = new Map<number, number>()
    for (const { startMs, count } of store.slots(1, FROM_MS, TO_MS)) {
        const minuteMs = startMs - (startMs % 60_000)
        bySlot.set(minuteMs, (bySlot.get(minuteMs) ?? 0) + count)
    }
    const { startMs, counts } = store.series(1, FROM_MS, TO_MS, "minute")
    startMs.forEach((minuteMs, at) => {
        expect(counts[at]).toBe(bySlot.get(minuteMs) ?? null)
    })
})

test("the grouping of reports into commits leaves no trace", async () => {
    const { items } = randomItems("grouping")
    const [one, all] = [await openTestStore(), await openTestStore()]
    storeInBatches(one, items, 1)
    storeInBatches(all, items, items.length)
    expect(readAll(all)).toEqual(readAll(one))
})

test("the order of reports and their repeats change nothing but the newest state", async () => {
    const { items } = randomItems("order")
    const [hello, ...reports] = items
    const [forward, backward] = [await openTestStore(), await openTestStore()]
    storeInBatches(forward, items, 10)
    storeInBatches(backward, [hello, ...reports.reverse(), ...reports], 13)
    const { series, slots } = readAll(forward)
    expect(readAll(backward)).toMatchObject({ series, slots })
})
