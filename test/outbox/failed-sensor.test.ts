import { expect, test } from "vitest"
import { decodeReport, MISSING, type Report } from "../../src/wire/report.js"
import { recorderOf } from "./recorder-of.js"

const SLOT_MS = 5000

test("a channel whose sensor failed has missing slots, not zeros, and keeps its count", () => {
    const recorder = recorderOf(7, 2, 0)
    recorder.sync(1_000_000, 0, 0)
    recorder.addPulse(0, 100)
    recorder.endSlots(SLOT_MS)
    recorder.fail(0)
    for (let slot = 2; slot <= 20; slot++) recorder.endSlots(slot * SLOT_MS)
    const reports: Report[] = []
    for (let bytes = recorder.outbox.next(0, 0); bytes; bytes = recorder.outbox.next(0, 0)) {
        const report = decodeReport(bytes)
        if (typeof report === "string") throw new Error(report)
        reports.push(report)
        recorder.outbox.acknowledge(report.bootId, report.channel, report.sequence)
    }
    reports.sort((a, b) => a.sequence - b.sequence)
    const slots = [0, 1].map(channel =>
        reports.filter(report => report.channel === channel).flatMap(report => report.slots)
    )
    const countSinceBoot = reports.findLast(({ channel }) => channel === 0)?.countSinceBoot
    expect(slots[0].filter(count => count === 1)).toHaveLength(1)
    expect(slots[0].at(-1)).toBe(MISSING)
    expect(slots[1].every(count => count === 0)).toBe(true)
    expect(countSinceBoot).toBe(1)
})
