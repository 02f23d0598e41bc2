import { expect, test } from "vitest"
import { ContactDetector } from "../../src/measure/contact-detector.js"
import { PULSE_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { ChannelLog } from "../../src/outbox/channel-log.js"
import { Recorder } from "../../src/outbox/recorder.js"
import { decodeReport, type Report } from "../../src/wire/report.js"
import { recorderOf } from "./recorder-of.js"

const SERVER_MS = 1767225600000
const POOR_QUALITY = 50
const TICK_MS = 10
const TURN_MS = 60
/** As the sampler tells of. */
const LATE_MS = 5

/** Slots, by their begin in s, that are poor after a tick at `nowMs` that was to come `lateMs` before. */
function poorSlots(nowMs: number, lateMs: number): number[] {
    const recorder = recorderOf(1, 1, 0)
    recorder.sync(SERVER_MS, 0, 0)
    recorder.endSlots(5000)
    recorder.addLateTick(lateMs, nowMs)
    // what that tick sees may end the slot before the sampler does
    recorder.addPulse(0, nowMs)
    for (let endMs = 10_000; endMs <= 60_000; endMs += 5000)
        if (endMs >= nowMs) recorder.endSlots(endMs)
    return poorSlotsOf(recorder)
}

function poorSlotsOf(recorder: Recorder): number[] {
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
    ["one that hides what does not bounce of the shortest pulse", 7000, 15, [5]],
    ["no tick that is a little late", 7000, 14, []],
])("marks %s", (_name, nowMs, lateMs, poor) => {
    expect(poorSlots(nowMs, lateMs)).toEqual(poor)
})

/** The fastest S0 train from `closedAtMs` on. One tick comes late, in the turn that bounces longest. */
function polledTrain(closedAtMs: number, lateAtMs: number, lateMs: number) {
    const detector = new ContactDetector(PULSE_DEFAULTS)
    const recorder = new Recorder(0)
    recorder.begin(1, [new ChannelLog(0, 1, detector)], 0)
    recorder.sync(SERVER_MS, 0, 0)
    let counted = 0
    let dueMs = TICK_MS
    while (dueMs <= 60_000) {
        const nowMs = dueMs === lateAtMs ? dueMs + lateMs : dueMs
        if (nowMs - dueMs >= LATE_MS) recorder.addLateTick(nowMs - dueMs, nowMs)
        const inTurnMs = (nowMs - closedAtMs) % TURN_MS
        const isLateTurn = Math.abs(nowMs - inTurnMs - lateAtMs) < TURN_MS / 2
        const isClosed = inTurnMs >= (isLateTurn ? 5 : 4) && inTurnMs < TURN_MS / 2
        const pulseMs = detector.add(isClosed ? 0 : 1, nowMs)
        if (pulseMs !== undefined) {
            counted++
            recorder.addPulse(0, pulseMs)
        }
        if (nowMs >= recorder.slotEndMs) recorder.endSlots(nowMs)
        dueMs += TICK_MS
        if (dueMs <= nowMs) dueMs += TICK_MS
    }
    return { counted, poor: poorSlotsOf(recorder) }
}

test.each([
    ["polls 3 ms apart take a pulse for bounce", -14, 7020, 7, 1, [5]],
    ["and so do some that begin before their slot", -24, 14_990, 7, 1, [15]],
    ["one poll alone does", -14, 7020, 14, 1, [5]],
    ["a late tick between pulses hides none", -14, 7050, 9, 0, []],
])("%s", (_name, closedAtMs, lateAtMs, lateMs, lost, poor) => {
    const onTime = polledTrain(closedAtMs, lateAtMs, 0)
    expect(onTime.poor).toEqual([])
    const late = polledTrain(closedAtMs, lateAtMs, lateMs)
    expect([onTime.counted - late.counted, late.poor]).toEqual([lost, poor])
})
