import type { Database } from "better-sqlite3"
import { KIND_LIGHT, KIND_PULSE } from "../../src/wire/channels.js"
import type { Hello } from "../../src/wire/hello.js"
import { SLOT_MS } from "../../src/wire/limits.js"
import type { Report } from "../../src/wire/report.js"
import { IngestBatch, prepareIngest } from "./ingest-batch.js"
import { lastPulse } from "./last-pulse.js"
import { MAX_SLOT_COUNT, SLOT_S } from "./slot-batch.js"
import type { IngestItem, IngestResult, Store } from "./store.js"

/** A report dated further ahead than this has a wrong clock: it is counted, but not placed. */
const MAX_AHEAD_MS = 86_400_000

export function ingestQueries(db: Database): Pick<Store, "ingest"> {
    const statements = prepareIngest(db)
    const run = db.transaction((items: IngestItem[]) => {
        const batch = new IngestBatch(statements)
        const results = items.map(item =>
            item.kind === "hello"
                ? storeHello(batch, item.deviceId, item.hello, item.nowMs)
                : storeReport(batch, item.deviceId, item.report, item.nowMs)
        )
        batch.flush()
        return results
    })
    return { ingest: items => run.immediate(items) }
}

function storeHello(
    batch: IngestBatch,
    deviceId: string,
    hello: Hello,
    nowMs: number
): IngestResult {
    batch.setBoard(deviceId, hello.board)
    const boot = batch.boot(deviceId, hello.bootId)
    // the first hello of a boot dates it; a later one would shift the reports still to come
    if (boot.uptimeBaseMs === null) batch.setUptimeBase(boot, nowMs - hello.uptimeMs)
    hello.kinds.forEach((kind, number) => {
        batch.announceChannel(deviceId, number, kind, defaultName(kind, number))
    })
    return { outcome: "known" }
}

function defaultName(kind: number, number: number): string {
    if (kind === KIND_LIGHT) return `Electricity ${number + 1}`
    if (kind === KIND_PULSE) return `Pulse ${number + 1}`
    return `Channel ${number + 1}`
}

function storeReport(
    batch: IngestBatch,
    deviceId: string,
    report: Report,
    nowMs: number
): IngestResult {
    const channel = batch.channel(deviceId, report.channel)
    if (!channel) return refused(`channel ${report.channel} was never announced by a hello`)
    if (report.slotSeconds === SLOT_S && report.slots.some(count => count > MAX_SLOT_COUNT))
        return refused(`a slot of 5 s holds more than ${MAX_SLOT_COUNT} pulses`)
    const boot = batch.boot(deviceId, report.bootId)
    if (report.isUptime && boot.uptimeBaseMs === null)
        return refused("it is dated by uptime, and no hello of that boot came first")
    if (!batch.addSequence(boot, channel, report.sequence)) return { outcome: "known" }

    batch.raiseCount(boot, channel, report.countSinceBoot)
    const startMs = report.startMs + (report.isUptime ? (boot.uptimeBaseMs ?? 0) : 0)
    const fromMs = Math.round(startMs / SLOT_MS) * SLOT_MS
    const toMs = fromMs + report.slots.length * report.slotSeconds * 1000
    const stored: IngestResult = { outcome: "stored", channelId: channel.id, fromMs, toMs }
    if (fromMs < 0 || toMs > nowMs + MAX_AHEAD_MS) return stored
    batch.place(channel, fromMs / 1000, report.slotSeconds, report.slots)
    if (channel.lastSlotEndMs === null || toMs > channel.lastSlotEndMs) {
        const isContiguous = channel.lastSlotEndMs === fromMs
        Object.assign(channel, lastPulse(report, startMs, channel, isContiguous), {
            lastSlotEndMs: toMs,
            quality: report.quality,
            rejected: report.rejected,
            lateTicks: report.lateTicks,
        })
    }
    return stored
}

function refused(reason: string): IngestResult {
    return { outcome: "refused", reason }
}
