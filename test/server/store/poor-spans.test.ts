import { expect, test } from "vitest"
import { START_MS } from "../helpers.js"
import { ingestAll } from "../mains-helpers.js"
import { nth, openWithHello } from "./numbered.js"

const DAY_MS = 86_400_000
const REPORT_SLOTS = 200
const REPORT_MS = REPORT_SLOTS * 5000
const REPORTS = 70

test("a long time that two stretches of a boot share is poor from end to end", async () => {
    const store = await openWithHello()
    const slots = new Array(REPORT_SLOTS).fill(1)
    // the clock was set back by a day, and the report from before that comes last
    const startMs = START_MS - DAY_MS
    for (let at = 0; at < REPORTS; at++)
        ingestAll(
            store,
            nth(at, {
                sequence: 10 + at * REPORT_SLOTS,
                startMs: startMs + at * REPORT_MS,
                span: REPORT_SLOTS,
                slots,
                countSinceBoot: 20 + (at + 1) * REPORT_SLOTS,
            })
        )
    ingestAll(store, nth(0))
    const endMs = startMs + REPORTS * REPORT_MS
    expect(store.poorSpans(1, 0, START_MS * 2)).toEqual([[startMs, endMs]])
    for (const fromMs of [startMs, startMs + 65_000_000, endMs - 5000])
        expect(store.poorSpans(1, fromMs, fromMs + 5000)).not.toEqual([])
})
