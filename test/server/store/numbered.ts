import type { Store } from "../../../server/store/store.js"
import type { Page } from "../../../src/wire/page.js"
import type { Report } from "../../../src/wire/report.js"
import { makeHello, nthReport, openTestStore, START_MS } from "../helpers.js"
import { ingestAll } from "../mains-helpers.js"

/** A store that knows the test device's light and pulse channel. */
export async function openWithHello(): Promise<Store> {
    const store = await openTestStore()
    ingestAll(store, { kind: "hello", hello: makeHello() })
    return store
}

/** Report number `at` of a device that counts two pulses a slot. */
export function nth(at: number, change: Partial<Report> = {}) {
    const report = nthReport(at, { startMs: START_MS + at * 50_000, ...change })
    return { kind: "report" as const, report }
}

/** A page of ten minutes, three pulses a minute on channel 0. */
export function makePage(change: Partial<Page> = {}): Page {
    return {
        bootId: 1,
        sequence: 0,
        startMs: START_MS,
        isUptime: false,
        firstSlot: 0,
        span: 120,
        firstSpan: 60,
        channels: [
            {
                channel: 0,
                isPoor: false,
                countSinceBoot: 30,
                energyOutSinceBoot: undefined,
                cells: [15, 15],
            },
        ],
        ...change,
    }
}
