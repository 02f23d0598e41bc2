import { expect, test } from "vitest"
import { ChannelLog } from "../../src/outbox/channel-log.js"
import { decodeReport, MISSING, type Report } from "../../src/wire/report.js"
import { steadySource } from "./recorder-of.js"

const SLOT_MS = 5000
const START_MS = 1767225600000

function take(log: ChannelLog, rejected = 0): Report {
    log.source.rejected = rejected
    const report = decodeReport(log.takeReport(false) ?? Buffer.alloc(0))
    if (typeof report === "string") throw new Error(report)
    return report
}

test("closed slots become a report", () => {
    const log = new ChannelLog(3, 77, steadySource())
    expect(log.takeReport(false)).toBeUndefined()
    log.addPulse(1234, START_MS + 1234, START_MS)
    log.addPulse(2345, START_MS + 2345, START_MS)
    log.closeSlot(START_MS, 0, SLOT_MS, true)
    log.closeSlot(START_MS + 5000, 1, SLOT_MS, true)
    log.addPulse(12_000, START_MS + 12_000, START_MS + 10_000)
    log.closeSlot(START_MS + 10_000, 2, SLOT_MS, true)
    log.addLateTick()
    expect(take(log, 4)).toEqual({
        version: 2,
        channel: 3,
        bootId: 77,
        sequence: 0,
        startMs: START_MS,
        isUptime: false,
        slotSeconds: 5,
        span: 3,
        firstSpan: 1,
        slots: [2, 0, 1],
        countSinceBoot: 3,
        rejected: 4,
        quality: 100,
        lateTicks: 1,
        pulseTimes: [123, 234, 1200],
    })
    expect(log.takeReport(false)).toBeUndefined()
})

test("the next report starts over, but not the count since boot", () => {
    const log = new ChannelLog(0, 1, steadySource())
    log.addPulse(100, START_MS + 100, START_MS)
    log.addLateTick()
    log.closeSlot(START_MS, 0, SLOT_MS, true)
    take(log, 5)
    log.addPulse(6000, START_MS + 6000, START_MS + 5000)
    log.closeSlot(START_MS + 5000, 1, SLOT_MS, true)
    expect(take(log, 7)).toMatchObject({
        sequence: 1,
        startMs: START_MS + 5000,
        slots: [1],
        countSinceBoot: 2,
        rejected: 2,
        lateTicks: 0,
        pulseTimes: [100],
    })
})

test("a slot in which nothing was sampled is missing, one with a pulse never is", () => {
    const log = new ChannelLog(0, 1, steadySource())
    log.closeSlot(START_MS, 0, SLOT_MS, false)
    log.addPulse(6000, START_MS + 6000, START_MS + 5000)
    log.closeSlot(START_MS + 5000, 1, SLOT_MS, false)
    expect(take(log).slots).toEqual([MISSING, 1])
})

test("a flash that was over just before the report counts at its very start", () => {
    const log = new ChannelLog(0, 1, steadySource())
    log.addPulse(4990, START_MS - 10, START_MS)
    log.closeSlot(START_MS, 0, SLOT_MS, true)
    expect(take(log).pulseTimes).toEqual([0])
})

test("pulse times never run backwards, even when the clock is slewed between two pulses", () => {
    const log = new ChannelLog(0, 1, steadySource())
    log.addPulse(1000, START_MS + 1000, START_MS)
    log.addPulse(1020, START_MS + 970, START_MS)
    log.addPulse(1080, START_MS + 1030, START_MS)
    log.closeSlot(START_MS, 0, SLOT_MS, true)
    expect(take(log).pulseTimes).toEqual([100, 100, 103])
})

test("more pulses than a report has room for are counted without their times", () => {
    const log = new ChannelLog(0, 1, steadySource())
    for (let slot = 0; slot < 10; slot++) {
        const startMs = START_MS + slot * 5000
        for (let i = 0; i < 83; i++) log.addPulse(i, startMs + i * 60, startMs)
        log.closeSlot(startMs, slot, SLOT_MS, true)
    }
    const report = take(log)
    expect(report.pulseTimes).toBeUndefined()
    expect(report.countSinceBoot).toBe(830)
    log.addPulse(0, START_MS + 50_100, START_MS + 50_000)
    log.closeSlot(START_MS + 50_000, 10, SLOT_MS, true)
    expect(take(log).pulseTimes).toEqual([10])
})

test("knows the time between the last two pulses", () => {
    const log = new ChannelLog(0, 1, steadySource())
    expect(log.intervalMs).toBe(0)
    expect(log.lastPulseMs).toBeUndefined()
    log.addPulse(2 ** 32 - 100, START_MS, START_MS)
    expect(log.intervalMs).toBe(0)
    log.addPulse(2 ** 32 + 900, START_MS + 1000, START_MS)
    expect(log.intervalMs).toBe(1000)
    expect(log.lastPulseMs).toBe(2 ** 32 + 900)
})

test("a report has one quality: where good slots end and poor ones begin, it must be split", () => {
    const source = { rejected: 0, takeQuality: () => quality }
    let quality = 90
    const log = new ChannelLog(0, 1, source)
    log.addPulse(1000, START_MS + 1000, START_MS)
    expect(log.mustSplit(false, false)).toBe(false)
    log.closeSlot(START_MS, 0, SLOT_MS, true)
    quality = 20
    log.addPulse(6000, START_MS + 6000, START_MS + 5000)
    expect(log.mustSplit(false, false)).toBe(true)
    // the open slot's pulse time lies among them, so none is told
    expect(take(log)).toMatchObject({
        slots: [1],
        quality: 90,
        countSinceBoot: 1,
        pulseTimes: undefined,
    })
    log.closeSlot(START_MS + 5000, 1, SLOT_MS, true)
    expect(take(log)).toMatchObject({
        slots: [1],
        quality: 20,
        countSinceBoot: 2,
        pulseTimes: undefined,
    })
})
