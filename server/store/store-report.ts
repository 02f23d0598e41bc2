import { isClampKind } from "../../src/wire/channels.js"
import { SLOT_MS } from "../../src/wire/limits.js"
import type { MainsReport } from "../../src/wire/mains-report.js"
import type { Report } from "../../src/wire/report.js"
import type { Boot, ChannelRow, IngestBatch } from "./ingest-batch.js"
import { lastPulse } from "./last-pulse.js"
import { MAX_SLOT_COUNT, SLOT_S } from "./slot-batch.js"
import type { IngestResult } from "./store.js"

/** A report dated further ahead than this has a wrong clock: it is counted, but not placed. */
const MAX_AHEAD_MS = 86_400_000

export const UNDATED = "it is dated by uptime, and no hello of that boot came first"

export function refused(reason: string): IngestResult {
    return { outcome: "refused", reason }
}

export function isFarAhead(atMs: number, nowMs: number): boolean {
    return atMs > nowMs + MAX_AHEAD_MS
}

/** Unix ms of what a device dated; undefined for an uptime of a boot that said no hello. */
export function dateOf(
    boot: Boot,
    { startMs, isUptime }: { startMs: number; isUptime: boolean }
): number | undefined {
    if (!isUptime) return startMs
    return boot.uptimeBaseMs === null ? undefined : boot.uptimeBaseMs + startMs
}

/** A new report's channel and boot, and where its slots belong. */
interface Placed {
    channel: ChannelRow
    boot: Boot
    startMs: number
    stored: IngestResult & { outcome: "stored" }
    /** False for a report whose date cannot be right. */
    hasPlace: boolean
    /** Its slots are the newest of the channel. */
    isNewest: boolean
}

type AnyReport = Pick<
    Report,
    "channel" | "bootId" | "sequence" | "startMs" | "isUptime" | "slotSeconds"
> & { slots: unknown[] }

/** Notes the report's sequence; returns the result when there is nothing to store. */
function place(
    batch: IngestBatch,
    deviceId: string,
    report: AnyReport,
    nowMs: number,
    isMains: boolean
): Placed | IngestResult {
    const channel = batch.channel(deviceId, report.channel)
    if (!channel) return refused(`channel ${report.channel} was never announced by a hello`)
    if (isClampKind(channel.kind) !== isMains) {
        // of a boot before the settings changed what the channel is
        const now = isMains ? "counts pulses" : "measures mains power"
        return { outcome: "dropped", reason: `channel ${report.channel} now ${now}` }
    }
    const boot = batch.boot(deviceId, report.bootId)
    const startMs = dateOf(boot, report)
    if (startMs === undefined) return refused(UNDATED)
    if (!batch.addSequence(boot, channel, report.sequence)) return { outcome: "known" }
    const fromMs = Math.round(startMs / SLOT_MS) * SLOT_MS
    const toMs = fromMs + report.slots.length * report.slotSeconds * 1000
    return {
        channel,
        boot,
        startMs,
        stored: { outcome: "stored", channelId: channel.id, fromMs, toMs },
        hasPlace: fromMs >= 0 && !isFarAhead(toMs, nowMs),
        isNewest: channel.lastSlotEndMs === null || toMs > channel.lastSlotEndMs,
    }
}

/** Stores a report of pulses. */
export function storePulses(
    batch: IngestBatch,
    deviceId: string,
    report: Report,
    nowMs: number
): IngestResult {
    if (report.slotSeconds === SLOT_S && report.slots.some(count => count > MAX_SLOT_COUNT))
        return refused(`a slot of 5 s holds more than ${MAX_SLOT_COUNT} pulses`)
    const placed = place(batch, deviceId, report, nowMs, false)
    if ("outcome" in placed) return placed
    const { channel, stored } = placed
    batch.raiseCounts(placed.boot, channel, report.countSinceBoot)
    channel.lateTicks = (channel.lateTicks ?? 0) + report.lateTicks
    if (!placed.hasPlace) return stored
    const { fromMs, toMs } = stored
    batch.place(channel, fromMs / 1000, report.slotSeconds, report.slots)
    batch.markQuality(channel, fromMs / 1000, toMs / 1000, report.quality)
    if (placed.isNewest) {
        const isContiguous = channel.lastSlotEndMs === fromMs
        Object.assign(channel, lastPulse(report, placed.startMs, channel, isContiguous), {
            lastSlotEndMs: toMs,
            quality: report.quality,
            rejected: report.rejected,
        })
    }
    return stored
}

/** Stores a report of mains slots. */
export function storeMains(
    batch: IngestBatch,
    deviceId: string,
    report: MainsReport,
    nowMs: number
): IngestResult {
    const placed = place(batch, deviceId, report, nowMs, true)
    if ("outcome" in placed) return placed
    const { channel, stored } = placed
    const { energyInSinceBoot, energyOutSinceBoot, slotSeconds, quality } = report
    batch.raiseCounts(placed.boot, channel, energyInSinceBoot, energyOutSinceBoot)
    channel.lateTicks = (channel.lateTicks ?? 0) + report.lateTicks
    if (!placed.hasPlace) return stored
    const { fromMs, toMs } = stored
    batch.placeMains(channel, fromMs / 1000, slotSeconds, report.slots)
    batch.markQuality(channel, fromMs / 1000, toMs / 1000, quality)
    if (placed.isNewest) Object.assign(channel, { lastSlotEndMs: toMs, quality })
    return stored
}
