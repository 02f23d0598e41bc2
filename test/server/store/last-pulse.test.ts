import { expect, test } from "vitest"
import { lastPulse } from "../../../server/store/last-pulse.js"
import { makeReport, START_MS } from "../helpers.js"

const NOTHING = { lastPulseMs: null, lastIntervalMs: null }

test("the last pulse of cells lies at the end of its own, however short that is", () => {
    const cells = { slotSeconds: 300, span: 73, firstSpan: 8, pulseTimes: undefined }
    const full = makeReport({ ...cells, slots: [4, 60, 5] })
    expect(lastPulse(full, START_MS, NOTHING, false)).toEqual({
        lastPulseMs: START_MS + 73 * 5000,
        lastIntervalMs: 5000,
    })
    const first = makeReport({ ...cells, slots: [4, 0, -1] })
    expect(lastPulse(first, START_MS, NOTHING, false)).toEqual({
        lastPulseMs: START_MS + 8 * 5000,
        lastIntervalMs: 10_000,
    })
})
