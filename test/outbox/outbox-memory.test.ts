import { describe, expect, test } from "vitest"
import { Outbox } from "../../src/outbox/outbox.js"
import { encodeMainsReport } from "../../src/wire/mains-report.js"
import type { Report } from "../../src/wire/report.js"
import { kettleReport } from "../wire/mains-report-vectors.js"
import { BOOT_ID, ramp } from "../wire/report-vectors.js"
import {
    decoded,
    filled,
    OFFSET_MS,
    PLENTY_BYTES,
    sendAll,
    sendNames,
    tenSlots,
} from "./filled-outbox.js"

/** Shrinks until nothing changes any more. */
function shrinkAll(outbox: Outbox): void {
    for (let before = -1; before !== outbox.bytes(); ) {
        before = outbox.bytes()
        outbox.shrink(0)
    }
}

describe("short of memory", () => {
    test("reports that follow each other become one, without pulse times, oldest first", () => {
        const outbox = filled(
            2000,
            ramp(0, 12, 1).map(n => tenSlots(n % 2, (n - (n % 2)) / 2))
        )
        outbox.shrink(0)
        expect(outbox.dropped).toBe(0)
        outbox.shrink(0)
        const kept = outbox["entries"].map(({ report }) => decoded(report))
        expect(kept[0]).toMatchObject({
            channel: 0,
            sequence: 0,
            startMs: OFFSET_MS,
            pulseTimes: undefined,
        })
        const ten = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        expect(kept[0].slots).toEqual(ramp(0, kept[0].countSinceBoot, 1).flatMap(() => ten))
        expect(kept.at(-1)?.pulseTimes).toEqual([123])
    })

    test("at most three merges are made at once, and coarser ones in turn with them", () => {
        const outbox = filled(
            PLENTY_BYTES,
            ramp(0, 9, 1).map(n => tenSlots(0, n))
        )
        outbox.limit(800)
        outbox.shrink(0)
        expect(outbox.size()).toBe(6)
        outbox.shrink(0)
        const seconds = outbox["entries"].map(({ report }) => decoded(report).slotSeconds)
        expect(seconds).toEqual([60, 5, 5, 5, 5, 5])
        outbox.shrink(0)
        expect(outbox.size()).toBeLessThan(6)
    })

    test("at most one report becomes coarser at once", () => {
        const secondsOf = (of: Outbox) =>
            of["entries"].map(({ report }) => decoded(report).slotSeconds)
        // a gap before each
        const outbox = filled(
            1600,
            ramp(0, 9, 2).map(n => tenSlots(0, n))
        )
        outbox.limit(100)
        outbox.shrink(0)
        expect(secondsOf(outbox)).toEqual([60, ...ramp(5, 8, 0)])
    })

    test("with room to spare nothing is merged", () => {
        const outbox = filled(
            20_000,
            ramp(0, 12, 1).map(n => tenSlots(0, n))
        )
        outbox.shrink(0)
        expect(outbox.size()).toBe(12)
        expect(sendAll(outbox, 1000)[0].pulseTimes).toEqual([123])
    })

    test("a report that was sent stays as it was on this link", () => {
        const outbox = new Outbox(1200)
        const sent: Report[] = []
        for (const n of ramp(0, 2, 1)) {
            outbox.add(tenSlots(0, n))
            sent.push(...sendAll(outbox, 1000 + n))
        }
        expect(sent).toHaveLength(2)
        for (const n of ramp(2, 40, 1)) {
            outbox.add(tenSlots(0, n))
            outbox.shrink(0)
        }
        const kept = outbox["entries"].map(({ report }) => decoded(report))
        expect(kept.slice(0, 2)).toEqual(sent)
        expect(kept[2].slots.length).toBeGreaterThan(10)
    })

    test("on a new link it may merge, and no answer to what it was releases what it is", () => {
        const outbox = filled(1200, [tenSlots(0, 0), tenSlots(0, 1)])
        outbox.jitter = 1
        expect(sendNames(outbox, 1000)).toEqual(["0 10"])
        expect(sendNames(outbox, 11_000)).toEqual(["0 0"])
        outbox.limit(100)
        outbox.shrink(11_000)
        expect(outbox.size()).toBe(2)
        outbox.resendAll()
        outbox.shrink(11_000)
        expect(outbox.size()).toBe(1)
        // what was on its way on the old link
        expect(outbox.acknowledge(BOOT_ID, 0, 0)).toBeUndefined()
        expect(outbox.acknowledge(BOOT_ID, 0, 10)).toBeUndefined()
        expect(outbox.size()).toBe(1)
        expect(sendAll(outbox, 12_000)).toMatchObject([{ sequence: 0, span: 20 }])
        expect(outbox.acknowledge(BOOT_ID, 0, 10)).toBeUndefined()
        expect(outbox.size()).toBe(1)
        expect(outbox.acknowledge(BOOT_ID, 0, 0)).toBe(12_000)
        expect(outbox.size()).toBe(0)
    })

    test("one that never had an answer may change again, and is sent anew as it is then", () => {
        const outbox = new Outbox(6000)
        for (const n of ramp(0, 200, 1)) {
            const nowMs = n * 50_000
            outbox.add(tenSlots(0, n))
            sendAll(outbox, nowMs)
            outbox.shrink(nowMs)
        }
        expect(outbox.dropped).toBe(0)
        const kept = outbox["entries"].map(({ report }) => decoded(report))
        expect(kept.reduce((sum, { span }) => sum + span, 0)).toBe(2000)
        const lateMs = 200 * 50_000
        const sent: Report[] = []
        for (let nowMs = lateMs; outbox.size() > 0 && nowMs < lateMs + 1_000_000; nowMs += 1000)
            for (const report of sendAll(outbox, nowMs)) {
                outbox.acknowledge(BOOT_ID, 0, report.sequence)
                sent.push(report)
            }
        expect(sent.reduce((sum, { span }) => sum + span, 0)).toBe(2000)
    })

    test("reports on either side of a gap stay apart", () => {
        const outbox = new Outbox(1200)
        for (const n of ramp(0, 60, 1)) {
            outbox.add(tenSlots(0, n < 30 ? n : n + 1))
            shrinkAll(outbox)
        }
        expect(outbox.dropped).toBe(0)
        const kept = outbox["entries"].map(({ report }) => decoded(report))
        expect(kept.filter(({ sequence }) => sequence < 300)).toMatchObject([{ span: 300 }])
        expect(kept.map(({ sequence }) => sequence)).toContain(310)
    })

    test("5 s slots become cells of 60 s, these of 300 s, and only then is anything given up", () => {
        const outbox = new Outbox(1500)
        let hadSeconds = 5
        for (let n = 0; outbox.dropped === 0; n++) {
            const busy = { slots: ramp(1, 10, 0), countSinceBoot: 10 * n + 10 }
            outbox.add(tenSlots(0, n, { ...busy, pulseTimes: undefined }))
            shrinkAll(outbox)
            const kept = outbox["entries"].map(({ report }) => decoded(report))
            const coarsest = Math.max(...kept.map(({ slotSeconds }) => slotSeconds))
            expect(coarsest).toBeGreaterThanOrEqual(hadSeconds)
            hadSeconds = coarsest
            if (outbox.dropped > 0) break
            // nothing is lost, and it is coarser the older it is
            expect(kept.reduce((sum, { span }) => sum + span, 0)).toBe(10 * n + 10)
            const pulses = kept.flatMap(({ slots }) => slots).reduce((sum, count) => sum + count, 0)
            expect(pulses).toBe(10 * n + 10)
            const seconds = kept.map(({ slotSeconds }) => slotSeconds)
            expect(seconds).toEqual([...seconds].sort((a, b) => b - a))
        }
        expect(hadSeconds).toBe(300)
        const kept = outbox["entries"].map(({ report }) => decoded(report))
        expect(kept[0].slotSeconds).toBe(300)
        // one of the three that were full, or nearly so, went
        expect(kept.reduce((sum, { span }) => sum + span, 0)).toBeGreaterThanOrEqual(2 * 198 * 60)
    })

    test("reports of power are given up before any count is, and tell their energy in the next", () => {
        const outbox = new Outbox(1200)
        for (let n = 0; n < 40; n++) {
            outbox.add(tenSlots(0, n))
            outbox.add(
                encodeMainsReport(
                    kettleReport({
                        channel: 1,
                        sequence: n * 10,
                        startMs: OFFSET_MS + n * 50_000,
                        energyInSinceBoot: 31944 * (n + 1),
                    })
                )
            )
            outbox.shrink(0)
        }
        expect(outbox.dropped).toBeGreaterThan(0)
        const pulses = outbox["entries"].filter(({ report }) => report[1] === 0)
        const spans = pulses.map(({ report }) => decoded(report).span)
        expect(spans.reduce((sum, span) => sum + span, 0)).toBe(400)
    })

    test("the count since boot is in the newest report, whatever went", () => {
        const outbox = new Outbox(1000)
        for (const n of ramp(0, 5000, 1)) {
            // too busy for cells of a byte
            outbox.add(tenSlots(0, n, { slots: ramp(90, 10, n % 3), countSinceBoot: 1e6 + n }))
            expect(outbox.bytes()).toBeLessThanOrEqual(1000)
            outbox.shrink(0)
        }
        expect(outbox.dropped).toBeGreaterThan(0)
        expect(sendAll(outbox, 1000)[0].countSinceBoot).toBe(1e6 + 4999)
    })
})
