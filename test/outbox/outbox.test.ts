import { describe, expect, test } from "vitest"
import { Outbox } from "../../src/outbox/outbox.js"
import { decodeReport, encodeReport, type Report } from "../../src/wire/report.js"
import { BOOT_ID, quietReport, ramp } from "../wire/report-vectors.js"

const PLENTY_BYTES = 1_000_000
const OFFSET_MS = 1767225600000

function decoded(bytes: Buffer | undefined): Report {
    const report = decodeReport(bytes ?? Buffer.alloc(0))
    if (typeof report === "string") throw new Error(report)
    return report
}

function sendAll(outbox: Outbox, nowMs: number): Report[] {
    const sent: Report[] = []
    for (let bytes = outbox.next(nowMs, OFFSET_MS); bytes; bytes = outbox.next(nowMs, OFFSET_MS))
        sent.push(decoded(bytes))
    return sent
}

/** The n-th report of ten quiet slots of a channel, with a pulse in its first slot. */
function tenSlots(channel: number, n: number): Buffer {
    return encodeReport(
        quietReport({
            channel,
            startMs: OFFSET_MS + n * 50_000,
            slots: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            countSinceBoot: n + 1,
            pulseTimes: [123],
        })
    )
}

describe("sending", () => {
    test("oldest first, four at a time, with sequences per channel from 0", () => {
        const outbox = new Outbox(PLENTY_BYTES)
        for (const channel of [0, 1, 0, 1, 1, 0]) outbox.add(tenSlots(channel, 0))
        const sent = sendAll(outbox, 1000)
        expect(sent.map(({ channel, sequence }) => [channel, sequence])).toEqual([
            [0, 0],
            [1, 0],
            [0, 1],
            [1, 1],
        ])
        outbox.acknowledge(BOOT_ID, 0, 0)
        expect(sendAll(outbox, 1100)).toMatchObject([{ channel: 1, sequence: 2 }])
        outbox.acknowledge(BOOT_ID, 1, 0)
        expect(sendAll(outbox, 1200)).toMatchObject([{ channel: 0, sequence: 2 }])
        expect(outbox.size()).toBe(4)
    })

    test("a report is kept until its acknowledgement, and sent again after 10 s", () => {
        const outbox = new Outbox(PLENTY_BYTES)
        outbox.add(tenSlots(0, 0))
        const [first] = sendAll(outbox, 5000)
        expect(sendAll(outbox, 14_999)).toEqual([])
        expect(sendAll(outbox, 15_000)).toEqual([first])
        outbox.acknowledge(BOOT_ID, 0, 0)
        expect(outbox.size()).toBe(0)
        expect(sendAll(outbox, 99_000)).toEqual([])
    })

    test("on a new link everything unacknowledged is sent at once, under its old sequence", () => {
        const outbox = new Outbox(PLENTY_BYTES)
        for (const n of ramp(0, 6, 1)) outbox.add(tenSlots(0, n))
        const sent = sendAll(outbox, 1000)
        outbox.acknowledge(BOOT_ID, 0, 1)
        outbox.resendAll()
        const again = sendAll(outbox, 1001)
        expect(again.map(({ sequence }) => sequence)).toEqual([0, 2, 3, 4])
        expect(again.slice(0, 3)).toEqual([sent[0], sent[2], sent[3]])
    })

    test("acknowledging tells when the report was sent, unless it was sent twice on this link", () => {
        const outbox = new Outbox(PLENTY_BYTES)
        for (const n of ramp(0, 3, 1)) outbox.add(tenSlots(0, n))
        sendAll(outbox, 1000)
        expect(outbox.acknowledge(BOOT_ID, 0, 0)).toBe(1000)
        expect(outbox.acknowledge(BOOT_ID, 0, 0)).toBeUndefined()
        expect(outbox.acknowledge(BOOT_ID, 7, 1)).toBeUndefined()
        sendAll(outbox, 11_000)
        expect(outbox.acknowledge(BOOT_ID, 0, 1)).toBeUndefined()
        outbox.resendAll()
        sendAll(outbox, 12_000)
        expect(outbox.acknowledge(BOOT_ID, 0, 2)).toBe(12_000)
        expect(outbox.size()).toBe(0)
    })

    test("an acknowledgement of sequence 0 does not hit a report that was never sent", () => {
        const outbox = new Outbox(PLENTY_BYTES)
        outbox.add(tenSlots(0, 0))
        expect(outbox.acknowledge(BOOT_ID, 0, 0)).toBeUndefined()
        expect(outbox.size()).toBe(1)
    })

    test("a report from before the time sync is dated when it is first sent, and not again", () => {
        const outbox = new Outbox(PLENTY_BYTES)
        outbox.add(encodeReport(quietReport({ startMs: 217, isUptime: true })))
        const dated = { startMs: OFFSET_MS + 217, isUptime: false }
        expect(decoded(outbox.next(1000, OFFSET_MS))).toMatchObject(dated)
        outbox.resendAll()
        expect(decoded(outbox.next(2000, OFFSET_MS + 60_000))).toMatchObject(dated)
    })
})

describe("short of memory", () => {
    test("reports that follow each other become one, without pulse times, oldest first", () => {
        const outbox = new Outbox(2000)
        for (const n of ramp(0, 12, 1)) outbox.add(tenSlots(n % 2, (n - (n % 2)) / 2))
        expect(outbox.dropped).toBe(0)
        outbox.shrink()
        const sent = sendAll(outbox, 1000)
        expect(sent[0]).toMatchObject({
            channel: 0,
            startMs: OFFSET_MS,
            countSinceBoot: 4,
            pulseTimes: undefined,
        })
        expect(sent[0].slots).toEqual([1, 2, 3, 4].flatMap(() => [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
        expect(sent.map(({ channel, sequence }) => [channel, sequence])).toEqual([
            [0, 0],
            [1, 0],
            [1, 1],
            [1, 2],
        ])
    })

    test("with room to spare nothing is merged", () => {
        const outbox = new Outbox(20_000)
        for (const n of ramp(0, 12, 1)) outbox.add(tenSlots(0, n))
        outbox.shrink()
        expect(outbox.size()).toBe(12)
        expect(sendAll(outbox, 1000)[0].pulseTimes).toEqual([123])
    })

    test("a report that was sent stays as it was", () => {
        const outbox = new Outbox(2000)
        for (const n of ramp(0, 4, 1)) outbox.add(tenSlots(0, n))
        const sent = sendAll(outbox, 1000)
        for (const n of ramp(4, 8, 1)) outbox.add(tenSlots(0, n))
        for (let i = 0; i < 9; i++) outbox.shrink()
        outbox.resendAll()
        expect(sendAll(outbox, 1001)).toEqual(sent)
        for (const { channel, sequence } of sent) outbox.acknowledge(BOOT_ID, channel, sequence)
        expect(sendAll(outbox, 1002)[0].slots.length).toBeGreaterThan(10)
    })

    test("reports on either side of a gap stay apart", () => {
        const outbox = new Outbox(600)
        for (const n of [0, 1, 3, 4]) outbox.add(tenSlots(0, n))
        for (let i = 0; i < 9; i++) outbox.shrink()
        expect(sendAll(outbox, 1000).map(({ startMs }) => startMs - OFFSET_MS)).toEqual([
            0, 150_000,
        ])
    })

    test("at last the oldest slots are given up, never the count", () => {
        const outbox = new Outbox(1000)
        for (const n of ramp(0, 500, 1)) {
            outbox.add(tenSlots(0, n))
            outbox.shrink()
        }
        expect(outbox.dropped).toBeGreaterThan(0)
        const sent = sendAll(outbox, 1000)
        const slots = sent.flatMap(report => report.slots)
        expect(slots.length).toBeLessThan(5000)
        expect(sent[sent.length - 1].countSinceBoot).toBe(500)
        expect(sent[0].startMs + slots.length * 5000).toBe(OFFSET_MS + 500 * 50_000)
    })
})
