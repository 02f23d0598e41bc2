import { expect, test } from "vitest"
import { decodeReport, type Report } from "../../src/wire/report.js"
import { recorderOf } from "./recorder-of.js"

const SERVER_MS = 1767225600000
const POOR_QUALITY = 50

/** Qualities of the slots after a tick at `nowMs` that was to come `lateMs` before. */
function poorSlots(nowMs: number, lateMs: number): number[] {
    const recorder = recorderOf(1, 1, 0)
    recorder.sync(SERVER_MS, 0, 0)
    recorder.endSlots(5000)
    recorder.addLateTick(lateMs, nowMs)
    // what that tick sees may end the slot before the sampler does
    recorder.addPulse(0, nowMs)
    for (let endMs = 10_000; endMs <= 60_000; endMs += 5000)
        if (endMs >= nowMs) recorder.endSlots(endMs)
    const reports: Report[] = []
    const { outbox } = recorder
    for (let bytes = outbox.next(0, SERVER_MS); bytes; bytes = outbox.next(0, SERVER_MS)) {
        const report = decodeReport(bytes)
        if (typeof report === "string") throw new Error(report)
        reports.push(report)
        outbox.acknowledge(1, 0, report.sequence)
    }
    return reports
        .filter(({ quality }) => quality < POOR_QUALITY)
        .flatMap(({ startMs, slots }) => slots.map((_, i) => (startMs - SERVER_MS) / 1000 + i * 5))
        .sort((a, b) => a - b)
}

test.each([
    ["a pause within a slot", 7000, 180, [5]],
    ["a pause over the end of a slot: in either a pulse may be hidden", 10_100, 180, [5, 10]],
    ["one that ends with the slot", 10_000, 180, [5]],
    ["a tick that is a little late hides none", 7000, 19, []],
])("marks %s", (_name, nowMs, lateMs, poor) => {
    expect(poorSlots(nowMs, lateMs)).toEqual(poor)
})
