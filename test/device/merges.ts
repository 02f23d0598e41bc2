import { describe, expect, test } from "@devicescript/test"
import { mergeMains } from "../../src/wire/mains-merge.js"
import { encodeMainsReport } from "../../src/wire/mains-report.js"
import { encodeReport } from "../../src/wire/report.js"
import { mergeReports } from "../../src/wire/report-merge.js"
import { kettleReport, LARGEST_SLOT } from "../wire/mains-report-vectors.js"
import { quietReport, ramp } from "../wire/report-vectors.js"
import { pauseBeforeEach } from "./messages/describe-message.js"

const START_MS = 1767225600000
const FULL = 281474976710655

function busy(first: number, count: number, slotSeconds: number): Buffer {
    return encodeReport(
        quietReport({
            sequence: first,
            startMs: START_MS + first * 5000,
            slotSeconds,
            slots: ramp(1, count, 0),
            countSinceBoot: 10000,
        })
    )
}

/** As many as the outbox makes in one run of the device, on the longest there are. */
describe("four merges in one run of the device", () => {
    pauseBeforeEach()
    test("of ten slots to 190", () => {
        for (let i = 0; i < 4; i++)
            expect(mergeReports(busy(0, 190, 5), busy(190, 10, 5), 5)?.length).toBe(228)
    })
    test("of ten five-minute cells to 189", () => {
        for (let i = 0; i < 4; i++)
            expect(mergeReports(busy(0, 189, 300), busy(11340, 10, 300), 300)?.length).toBe(230)
    })
})

describe("one merge in one run of the device", () => {
    pauseBeforeEach()
    test("of 200 slots into minutes", () => {
        expect(mergeReports(busy(0, 200, 5), undefined, 60)?.length).toBe(48)
    })
    test("of 199 minutes into five minutes", () => {
        expect(mergeReports(busy(0, 199, 60), undefined, 300)?.length).toBe(71)
    })
    test("of twice ten slots of power into minutes", () => {
        const slots = []
        for (let i = 0; i < 10; i++) slots.push(LARGEST_SLOT)
        const power = { slots, energyInSinceBoot: FULL, energyOutSinceBoot: FULL }
        const older = encodeMainsReport(kettleReport(power))
        const next = { ...power, sequence: 10, startMs: START_MS + 50000 }
        const newer = encodeMainsReport(kettleReport(next))
        expect(mergeMains(older, newer, 60)?.length).toBe(37 + 22 + 22)
    })
})
