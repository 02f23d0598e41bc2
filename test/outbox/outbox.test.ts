import { describe, expect, test } from "vitest"
import { Outbox } from "../../src/outbox/outbox.js"
import { encodeEvent } from "../../src/wire/event.js"
import { encodeReport } from "../../src/wire/report.js"
import { EVENT_VECTORS } from "../wire/mains-vectors.js"
import { BOOT_ID, quietReport, ramp } from "../wire/report-vectors.js"
import {
    decoded,
    filled,
    OFFSET_MS,
    PLENTY_BYTES,
    sendAll,
    sendNames,
    tenSlots,
} from "./filled-outbox.js"

describe("sending", () => {
    test("the newest of each channel first, four at a time, then older ones one by one", () => {
        const reports = ramp(0, 5, 1).flatMap(n => ramp(0, 6, 1).map(of => tenSlots(of, n)))
        const outbox = filled(PLENTY_BYTES, reports)
        expect(sendNames(outbox, 1000)).toEqual(["5 40", "4 40", "3 40", "2 40"])
        outbox.acknowledge(BOOT_ID, 4, 40)
        expect(sendNames(outbox, 1100)).toEqual(["1 40"])
        for (const channel of [5, 3, 2]) outbox.acknowledge(BOOT_ID, channel, 40)
        expect(sendNames(outbox, 1200)).toEqual(["0 40"])
        outbox.acknowledge(BOOT_ID, 1, 40)
        expect(sendNames(outbox, 1300)).toEqual([])
        outbox.acknowledge(BOOT_ID, 0, 40)
        expect(sendNames(outbox, 1400)).toEqual(["5 30"])
        expect(sendNames(outbox, 1500)).toEqual([])
        outbox.acknowledge(BOOT_ID, 5, 30)
        expect(sendNames(outbox, 1600)).toEqual(["4 30"])
    })

    test("what comes in meanwhile does not wait for the backlog", () => {
        const outbox = filled(PLENTY_BYTES, [tenSlots(0, 0), tenSlots(0, 1)])
        expect(sendNames(outbox, 1000)).toEqual(["0 10"])
        outbox.acknowledge(BOOT_ID, 0, 10)
        expect(sendNames(outbox, 1000)).toEqual(["0 0"])
        outbox.add(tenSlots(0, 2))
        expect(sendNames(outbox, 1000)).toEqual(["0 20"])
    })

    test("the backlog goes on behind reports that are never acknowledged", () => {
        const outbox = filled(
            PLENTY_BYTES,
            ramp(0, 20, 1).map(n => tenSlots(0, n))
        )
        const stuck = [190, 150, 100]
        const taken = new Set<number>()
        for (let nowMs = 0; nowMs < 600_000; nowMs += 250)
            for (const { sequence } of sendAll(outbox, nowMs)) {
                if (stuck.includes(sequence)) continue
                taken.add(sequence)
                outbox.acknowledge(BOOT_ID, 0, sequence)
            }
        expect(taken.size).toBe(17)
        expect(outbox.size()).toBe(3)
    })

    test("a report without an answer holds up those before it for ten seconds", () => {
        const outbox = filled(PLENTY_BYTES, [tenSlots(0, 0), tenSlots(0, 1)])
        // so that the first is not sent again itself
        outbox.jitter = 1
        expect(sendNames(outbox, 0)).toEqual(["0 10"])
        expect(sendNames(outbox, 9999)).toEqual([])
        expect(sendNames(outbox, 10_000)).toEqual(["0 0"])
        expect(sendNames(outbox, 20_000)).toEqual(["0 10"])
    })

    test("a report is kept until its acknowledgement, and sent again ever more rarely", () => {
        const outbox = filled(PLENTY_BYTES, [tenSlots(0, 0)])
        const [first] = sendAll(outbox, 0)
        const againMs: number[] = []
        for (let nowMs = 1000; nowMs < 700_000; nowMs += 1000)
            for (const again of sendAll(outbox, nowMs)) {
                expect(again).toEqual(first)
                againMs.push(nowMs)
            }
        expect(againMs).toEqual([10_000, 30_000, 70_000, 150_000, 310_000, 470_000, 630_000])
        outbox.acknowledge(BOOT_ID, 0, 0)
        expect(outbox.size()).toBe(0)
        expect(sendAll(outbox, 9_000_000)).toEqual([])
    })

    test.each([
        [0.5, 15_000],
        [1, 20_000],
    ])("jitter of %d makes the first wait %d ms", (jitter, waitMs) => {
        const outbox = filled(PLENTY_BYTES, [tenSlots(0, 0)])
        outbox.jitter = jitter
        sendAll(outbox, 0)
        expect(sendAll(outbox, waitMs - 1)).toEqual([])
        expect(sendAll(outbox, waitMs)).toHaveLength(1)
        expect(sendAll(outbox, 3 * waitMs - 1)).toEqual([])
        expect(sendAll(outbox, 3 * waitMs)).toHaveLength(1)
    })

    test("on a new link all is sent anew, to the byte, and waits begin anew", () => {
        const outbox = filled(
            PLENTY_BYTES,
            ramp(0, 4, 1).map(channel => tenSlots(channel, 0))
        )
        const sent = sendAll(outbox, 1000)
        sendAll(outbox, 11_000)
        outbox.acknowledge(BOOT_ID, 2, 0)
        outbox.resendAll()
        expect(sendAll(outbox, 11_001)).toEqual(sent.filter(({ channel }) => channel !== 2))
        expect(sendAll(outbox, 21_000)).toEqual([])
        expect(sendAll(outbox, 21_001)).toHaveLength(3)
    })

    test("acknowledging tells when the report was sent, unless it was sent twice on this link", () => {
        const outbox = filled(
            PLENTY_BYTES,
            ramp(0, 3, 1).map(channel => tenSlots(channel, 0))
        )
        sendAll(outbox, 1000)
        expect(outbox.acknowledge(BOOT_ID, 0, 0)).toBe(1000)
        expect(outbox.acknowledge(BOOT_ID, 0, 0)).toBeUndefined()
        expect(outbox.acknowledge(BOOT_ID, 7, 0)).toBeUndefined()
        expect(outbox.acknowledge(5, 1, 0)).toBeUndefined()
        sendAll(outbox, 11_000)
        expect(outbox.acknowledge(BOOT_ID, 1, 0)).toBeUndefined()
        outbox.resendAll()
        sendAll(outbox, 12_000)
        expect(outbox.acknowledge(BOOT_ID, 2, 0)).toBe(12_000)
        expect(outbox.size()).toBe(0)
    })

    test("an acknowledgement does not hit a report that was never sent", () => {
        const outbox = filled(PLENTY_BYTES, [tenSlots(0, 0)])
        expect(outbox.acknowledge(BOOT_ID, 0, 0)).toBeUndefined()
        expect(outbox.size()).toBe(1)
    })

    test("a report from before the time sync is dated when it is first sent, and not again", () => {
        const outbox = filled(PLENTY_BYTES, [
            encodeReport(quietReport({ startMs: 217, isUptime: true })),
        ])
        const dated = { startMs: OFFSET_MS + 217, isUptime: false }
        expect(decoded(outbox.next(1000, OFFSET_MS))).toMatchObject(dated)
        outbox.resendAll()
        expect(decoded(outbox.next(2000, OFFSET_MS + 60_000))).toMatchObject(dated)
    })

    test("events are numbered as they come", () => {
        const events = ramp(0, 3, 1).map(() => encodeEvent(EVENT_VECTORS[0].message))
        const outbox = filled(PLENTY_BYTES, events)
        const numbers = ramp(0, 3, 1).map(at => {
            const sequence = outbox.next(at, OFFSET_MS)?.readUInt32LE(7) ?? -1
            outbox.acknowledge(BOOT_ID, 16, sequence)
            return sequence
        })
        expect(numbers).toEqual([2, 1, 0])
    })
})

test("what is acknowledged hangs on nothing that waits", () => {
    const outbox = new Outbox(PLENTY_BYTES)
    for (const n of ramp(0, 50, 1)) {
        outbox.add(tenSlots(0, n))
        outbox.add(tenSlots(1, n))
    }
    for (let step = 0; step < 60; step++)
        for (const { channel, sequence } of sendAll(outbox, step * 1000))
            if (sequence % 70 !== 0) outbox.acknowledge(BOOT_ID, channel, sequence)
    const waiting = new Set(outbox["entries"])
    expect(waiting.size).toBeGreaterThan(2)
    const linked = [...outbox["entries"].map(({ next }) => next), ...outbox["newest"]]
    for (const entry of linked) if (entry) expect(waiting.has(entry)).toBe(true)
})

test("an event that waits is no slot that waits", () => {
    const event = encodeEvent(EVENT_VECTORS[0].message)
    expect(filled(PLENTY_BYTES, [event, tenSlots(0, 3)]).oldestSlot(1000)).toBe(30)
    expect(filled(PLENTY_BYTES, [event]).oldestSlot(1000)).toBe(1000)
})
