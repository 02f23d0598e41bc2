import { expect, test } from "vitest"
import { cellSpan } from "../../src/wire/cells.js"
import { dateReport, decodeReport, encodeReportBody } from "../../src/wire/report.js"
import { mergeReports } from "../../src/wire/report-merge.js"

/** Minutes that were cut by the uptime, with a pulse in each of their 5 s slots, and dated since. */
function datedMinutes(first: number, slots: number, offsetMs: number): Buffer {
    const body = {
        channel: 0,
        bootId: 1,
        sequence: first,
        startMs: first * 5000,
        isUptime: true,
        slotSeconds: 5,
        slots: Array.from({ length: slots }, () => 1),
        countSinceBoot: first + slots,
        rejected: 0,
        quality: 100,
        lateTicks: 0,
    }
    const minutes = mergeReports(encodeReportBody(body, undefined), undefined, 60)
    if (!minutes) throw new Error("not merged")
    dateReport(minutes, offsetMs)
    return minutes
}

const OFFSETS_MS = Array.from({ length: 61 }, (_, at) => 1_790_000_000_000 + at * 5000)

test.each([
    [60, 0, 60],
    [60, 5, 31],
    [300, 0, 60],
    [300, 7, 53],
])(
    "each cell of %i s holds its own slots, whatever the time was found to be (from slot %i)",
    (seconds, first, slots) => {
        for (const offsetMs of OFFSETS_MS) {
            const older = datedMinutes(first, slots, offsetMs)
            const newer = datedMinutes(first + slots, 200 - slots, offsetMs)
            for (const merged of [
                mergeReports(older, newer, seconds),
                mergeReports(older, undefined, seconds),
            ]) {
                const report = merged && decodeReport(merged)
                if (typeof report !== "object") throw new Error(report ?? "not merged")
                expect(report.slots).toEqual(report.slots.map((_, at) => cellSpan(report, at)))
            }
        }
    }
)

test("cells of two grids that meet in the midst of one are left as they are", () => {
    const older = datedMinutes(0, 31, OFFSETS_MS[0])
    const newer = datedMinutes(0, 60, OFFSETS_MS[31])
    newer.writeUInt32LE(31, 7)
    expect(mergeReports(older, newer, 60)).toBeUndefined()
})
