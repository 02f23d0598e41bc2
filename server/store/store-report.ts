import { isClampKind } from "../../src/wire/channels.js"
import { PROTOCOL_VERSION, PULSE_TIME_UNIT_MS } from "../../src/wire/limits.js"
import type { MainsReport } from "../../src/wire/mains-report.js"
import { MISSING, type Report } from "../../src/wire/report.js"
import type { IngestBatch } from "./ingest-batch.js"
import type { ChannelRow } from "./ingest-rows.js"
import { lastPulse } from "./last-pulse.js"
import { type Found, placeCells, placeFine, placeReport } from "./place-report.js"
import { reportNumber } from "./report-cells.js"
import { MAX_SLOT_COUNT, SLOT_S } from "./slot-batch.js"
import type { IngestResult } from "./store.js"
import { refused, timingOf } from "./timing.js"

/** Stores a report of pulses. */
export function storePulses(
    batch: IngestBatch,
    deviceId: string,
    report: Report,
    nowMs: number
): IngestResult {
    const { slotSeconds, slots } = report
    if (slotSeconds === SLOT_S && slots.some(count => count > MAX_SLOT_COUNT))
        return refused(`a slot of 5 s holds more than ${MAX_SLOT_COUNT} pulses`)
    const found = find(batch, deviceId, report, nowMs, false)
    if ("outcome" in found) return found
    const isNew = placePulses(batch, found, report)
    const { channel, timing } = found
    batch.raiseCounts(timing.boot, channel, report.countSinceBoot)
    if (!isNew) return { outcome: "known" }
    if (timing.unplaced === undefined)
        batch.pulseTimes.add(channel.id, epochsOf(report, timing.startMs))
    if (noteNew(batch, found, report)) {
        const isContiguous = channel.lastSlotEndMs === timing.fromMs
        const pulse = lastPulse(report, timing.startMs, channel, isContiguous)
        channel.lastPulseMs = pulse.lastPulseMs
        channel.lastIntervalMs = pulse.lastIntervalMs
        channel.lastSlotEndMs = timing.toMs
        channel.quality = report.quality
        channel.rejected = report.rejected
    }
    return storedAt(found)
}

/** When each pulse was, as far as the report tells; two in one unit of its clock are a ms apart. */
function epochsOf({ pulseTimes = [] }: Report, startMs: number): number[] {
    let beforeMs = Number.NEGATIVE_INFINITY
    return pulseTimes.map(time => {
        beforeMs = Math.max(startMs + time * PULSE_TIME_UNIT_MS, beforeMs + 1)
        return beforeMs
    })
}

/** Stores a report of mains slots. */
export function storeMains(
    batch: IngestBatch,
    deviceId: string,
    report: MainsReport,
    nowMs: number
): IngestResult {
    const found = find(batch, deviceId, report, nowMs, true)
    if ("outcome" in found) return found
    const isNew = placeMains(batch, found, report)
    const { channel, timing } = found
    batch.raiseCounts(timing.boot, channel, report.energyInSinceBoot, report.energyOutSinceBoot)
    if (!isNew) return { outcome: "known" }
    if (noteNew(batch, found, report)) {
        channel.lastSlotEndMs = timing.toMs
        channel.quality = report.quality
    }
    return storedAt(found)
}

function placePulses(batch: IngestBatch, found: Found, report: Report): boolean {
    const { boot } = found.timing
    const { places } = batch
    const { channel } = found
    const { sequence, slotSeconds, slots, span, firstSpan, countSinceBoot: countEnd } = report
    const numbered = { sequence, slotSeconds, span, firstSpan, counts: slots, countEnd }
    if (report.version === PROTOCOL_VERSION)
        return placeReport(batch, found, numbered, startS =>
            places.placeUnnumbered(boot, channel, startS, slotSeconds, slots)
        )
    return slotSeconds === SLOT_S
        ? placeFine(batch, found, numbered, range => places.placeFine(boot, channel, range, slots))
        : placeCells(batch, found, numbered, cell => places.placeCell(boot, channel, cell))
}

function placeMains(batch: IngestBatch, found: Found, report: MainsReport): boolean {
    const { boot } = found.timing
    const { places } = batch
    const { channel } = found
    const { sequence, slotSeconds, slots, span, firstSpan, energyInSinceBoot: countEnd } = report
    const counts = slots.map(slot => (slot ? slot.energyIn : MISSING))
    const numbered = { sequence, slotSeconds, span, firstSpan, counts, countEnd }
    if (report.version === PROTOCOL_VERSION)
        return placeReport(batch, found, numbered, startS =>
            places.placeUnnumberedMains(boot, channel, startS, slotSeconds, slots)
        )
    return slotSeconds === SLOT_S
        ? placeFine(batch, found, numbered, range => places.placeMains(boot, channel, range, slots))
        : placeCells(batch, found, numbered, (cell, at) =>
              places.placeMainsCell(boot, channel, cell, slots[at])
          )
}

function find(
    batch: IngestBatch,
    deviceId: string,
    report: (Report | MainsReport) & { slots: unknown[] },
    nowMs: number,
    isMains: boolean
): Found | IngestResult {
    const channel = channelOf(batch, deviceId, report.channel, isMains)
    if ("outcome" in channel) return channel
    const { version, slots, slotSeconds, span } = report
    const seconds = version === PROTOCOL_VERSION ? slots.length * slotSeconds : span * SLOT_S
    const timing = timingOf(batch, deviceId, report, seconds, nowMs)
    return "outcome" in timing ? timing : { channel, timing }
}

/** The channel that a message is of, or what to do without one. */
export function channelOf(
    batch: IngestBatch,
    deviceId: string,
    number: number,
    isMains: boolean
): ChannelRow | { outcome: "refused" | "dropped"; reason: string } {
    const channel = batch.channel(deviceId, number)
    if (!channel) return refused(`channel ${number} was never announced by a hello`)
    if (isClampKind(channel.kind) === isMains) return channel
    // of a boot before the settings changed what the channel is
    const now = isMains ? "counts pulses" : "measures mains power"
    return { outcome: "dropped", reason: `channel ${number} now ${now}` }
}

/** Notes what a new report says beside its counts; returns true if its slots are the newest of the channel. */
function noteNew(
    batch: IngestBatch,
    { channel, timing }: Found,
    report: Report | MainsReport
): boolean {
    const { version, sequence, lateTicks, quality } = report
    batch.touch(channel)
    channel.lateTicks = (channel.lateTicks ?? 0) + lateTicks
    if (timing.unplaced !== undefined) return false
    const first = version === PROTOCOL_VERSION ? reportNumber(sequence) : sequence
    batch.markPlaced(channel, timing, first, quality)
    return channel.lastSlotEndMs === null || timing.toMs > channel.lastSlotEndMs
}

function storedAt({ channel, timing }: Found): IngestResult {
    const { fromMs, toMs } = timing
    return { outcome: "stored", channelId: channel.id, fromMs, toMs }
}
