import { SLOT_MS } from "../../src/wire/limits.js"
import type { IngestBatch } from "./ingest-batch.js"
import type { Boot } from "./ingest-rows.js"
import type { UnplacedReason } from "./unplaced.js"

/** A report dated further ahead than this has a wrong clock: it is counted, but not placed. */
const MAX_AHEAD_MS = 86_400_000

export const UNDATED = "it is dated by uptime, and no hello of that boot came first"

export interface Refused {
    outcome: "refused"
    reason: string
}

export function refused(reason: string): Refused {
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

/** When the slots of a message were. */
export interface Timing {
    boot: Boot
    /** Unix ms as the device dated it. */
    startMs: number
    /** Unix ms of the slots, on multiples of 5 s. */
    fromMs: number
    toMs: number
    /** Why the slots have no place; undefined if they have one. */
    unplaced: UnplacedReason | undefined
}

/** Dates a message of `seconds`; refuses one whose boot may still say hello. */
export function timingOf(
    batch: IngestBatch,
    deviceId: string,
    message: { bootId: number; startMs: number; isUptime: boolean },
    seconds: number,
    nowMs: number
): Timing | Refused {
    const boot = batch.boot(deviceId, message.bootId)
    const startMs = dateOf(boot, message)
    if (startMs === undefined) {
        if (!batch.isOver(deviceId, boot)) return refused(UNDATED)
        return { boot, startMs: 0, fromMs: 0, toMs: 0, unplaced: "not_dated" }
    }
    const fromMs = Math.round(startMs / SLOT_MS) * SLOT_MS
    const toMs = fromMs + seconds * 1000
    const unplaced = fromMs < 0 || isFarAhead(toMs, nowMs) ? "clock_ahead" : undefined
    return { boot, startMs, fromMs, toMs, unplaced }
}
