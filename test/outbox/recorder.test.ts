import { describe, expect, test } from "vitest"
import type { Recorder } from "../../src/outbox/recorder.js"
import { decodeReport, MISSING, type Report } from "../../src/wire/report.js"
import { recorderOf } from "./recorder-of.js"
import { judge, Week } from "./week.js"

const HOUR_MS = 3_600_000
const SERVER_MS = 1767225600000

function takeReports(recorder: Recorder, nowMs: number): Report[] {
    const reports: Report[] = []
    for (;;) {
        const bytes = recorder.outbox.next(nowMs, recorder.clock.offsetMs ?? 0)
        if (!bytes) return reports
        const report = decodeReport(bytes)
        if (typeof report === "string") throw new Error(report)
        reports.push(report)
        recorder.outbox.acknowledge(report.bootId, report.channel, report.sequence)
    }
}

function acknowledge(recorder: Recorder, report: Report, serverTimeMs: number, nowMs: number) {
    const { channel, sequence } = report
    recorder.acknowledge({ bootId: 1, serverTimeMs, reports: [{ channel, sequence }] }, nowMs)
}

describe("reports", () => {
    test("the first after a time sync leaves after one slot, later ones after ten", () => {
        const recorder = recorderOf(1, 1, 0)
        recorder.sync(SERVER_MS, 0, 0)
        const lengths: number[] = []
        for (let nowMs = 5000; nowMs <= 200_000; nowMs += 5000) {
            recorder.endSlots(nowMs)
            lengths.push(...takeReports(recorder, nowMs).map(({ slots }) => slots.length))
        }
        // the boot's own first slot, cut short by the sync, comes before it
        expect(lengths[1]).toBe(1)
        expect(lengths.slice(3).every(length => length === 10)).toBe(true)
    })

    test("of 16 channels leave in turns, two with a slot at most", () => {
        const recorder = recorderOf(1, 16, 0)
        recorder.sync(SERVER_MS, 0, 0)
        // the first after a time sync, in two turns
        for (const nowMs of [5000, 10_000]) {
            recorder.endSlots(nowMs)
            takeReports(recorder, nowMs)
        }
        for (let nowMs = 15_000; nowMs <= 200_000; nowMs += 5000) {
            recorder.endSlots(nowMs)
            expect(takeReports(recorder, nowMs).length).toBeLessThanOrEqual(2)
        }
    })

    test("of slots that ended at once, only the first was sampled", () => {
        const recorder = recorderOf(1, 1, 0)
        recorder.sync(SERVER_MS, 0, 0)
        recorder.endSlots(5000)
        takeReports(recorder, 5000)
        recorder.addPulse(0, 6000)
        // found after a stall of 15 s: it counts where it was found
        recorder.addPulse(0, 21_000)
        recorder.endSlots(60_000)
        const [report] = takeReports(recorder, 60_000)
        expect(report.slots.slice(0, 4)).toEqual([1, MISSING, MISSING, 1])
        expect(report.pulseTimes).toEqual([100, 1600])
    })
})

describe("clock", () => {
    test("moves by one acknowledgement at most 50 ms, however many reports it names", () => {
        const recorder = recorderOf(1, 4, 0)
        recorder.sync(SERVER_MS, 0, 0)
        recorder.endSlots(5000)
        const reports = [0, 1, 2, 3].map(() => recorder.outbox.next(6000, SERVER_MS))
        const named = reports.map(bytes => {
            const report = decodeReport(bytes ?? Buffer.alloc(0))
            if (typeof report === "string") throw new Error(report)
            return { channel: report.channel, sequence: report.sequence }
        })
        const serverTimeMs = SERVER_MS + 6100 + 500
        recorder.acknowledge({ bootId: 1, serverTimeMs, reports: named }, 6200)
        expect(recorder.clock.offsetMs).toBe(SERVER_MS + 50)
    })

    test("is not stepped by an answer that was long under way", () => {
        const recorder = recorderOf(1, 1, 0)
        recorder.sync(SERVER_MS, 0, 0)
        recorder.endSlots(5000)
        const report = decodeReport(recorder.outbox.next(6000, SERVER_MS) ?? Buffer.alloc(0))
        if (typeof report === "string") throw new Error(report)
        // eight seconds up, nothing down: half of the round trip is four seconds off
        acknowledge(recorder, report, SERVER_MS + 14_000, 14_000)
        expect(recorder.clock.offsetMs).toBe(SERVER_MS + 50)
    })

    test("does not trust the answer to a report that was sent twice", () => {
        const recorder = recorderOf(1, 1, 0)
        recorder.sync(SERVER_MS, 0, 0)
        recorder.endSlots(5000)
        const report = decodeReport(recorder.outbox.next(6000, SERVER_MS) ?? Buffer.alloc(0))
        if (typeof report === "string") throw new Error(report)
        recorder.outbox.next(16_000, SERVER_MS)
        // the answer to the first, ten seconds late, looks like a prompt one to the second
        acknowledge(recorder, report, SERVER_MS + 6100, 16_100)
        expect(recorder.clock.offsetMs).toBe(SERVER_MS)
    })

    test("is not moved by an acknowledgement meant for another boot", () => {
        const recorder = recorderOf(2, 1, 0)
        recorder.sync(SERVER_MS, 0, 0)
        recorder.endSlots(5000)
        const size = recorder.outbox.size()
        recorder.outbox.next(6000, SERVER_MS)
        const reports = [{ channel: 0, sequence: 0 }]
        recorder.acknowledge({ bootId: 1, serverTimeMs: SERVER_MS, reports }, 6100)
        expect(recorder.outbox.size()).toBe(size)
        expect(recorder.clock.offsetMs).toBe(SERVER_MS)
    })
})

describe("a week with link losses, drift and clock corrections", () => {
    const steps = [
        { atMs: 20 * HOUR_MS, byMs: 30_000 },
        { atMs: 45 * HOUR_MS, byMs: -90_000 },
        { atMs: 70 * HOUR_MS, byMs: 2500 },
        { atMs: 100 * HOUR_MS, byMs: -3200 },
        { atMs: 130 * HOUR_MS, byMs: -40 },
    ]
    const plan = { days: 7, upMs: 3 * HOUR_MS, downMs: HOUR_MS / 4, steps }

    test.each([
        { ...plan, seed: 1, ppm: 200, meanMs: [2000, 20_000] },
        { ...plan, seed: 2, ppm: -200, meanMs: [700, 600_000] },
        { ...plan, seed: 3, ppm: 20, meanMs: [5000, 5000, 5000, 5000], downMs: HOUR_MS / 2 },
    ])("seed $seed: every pulse arrives exactly once", ({ meanMs, ...rest }) => {
        const week = new Week({ meanMs, ...rest })
        week.run()
        expect(week.recorder.outbox.dropped).toBe(0)
        meanMs.forEach((_, channel) => {
            const stored = week.stored.filter(report => report.channel === channel)
            stored.sort((a, b) => a.sequence - b.sequence)
            const slots = stored.flatMap(report => report.slots).filter(count => count !== MISSING)
            const sum = slots.reduce((total, count) => total + count, 0)
            expect(sum).toBe(week.pulses[channel].length)
            expect(stored[stored.length - 1].countSinceBoot).toBe(sum)
            // no slot number is left out, none is said twice
            let next = 0
            for (const { sequence, span } of stored) {
                expect(sequence).toBe(next)
                next += span
            }
            // only what was counted before the first time sync lies off the grid
            const offGrid = stored.filter(({ startMs }) => startMs % 5000 !== 0)
            expect(offGrid.map(({ sequence }) => sequence)).toEqual([0])
            expect(stored[1].slots.length).toBe(1)
        })
        const { worstMs, sure, outOfSlot } = judge(week)
        expect(outOfSlot).toBe(0)
        expect(sure).toBeGreaterThan(0.85 * week.pulses.flat().length)
        expect(worstMs).toBeLessThan(250)
    })
})
