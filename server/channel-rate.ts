import { isClampKind } from "../src/wire/channels.js"
import { quantityOf } from "./mains-quantities.js"
import { type PulseRate, pulseRate } from "./pulse-rate.js"
import { sumsOf } from "./store/mains-sums.js"
import type { ChannelNow } from "./store/store.js"

/** Without a report for this long, the last power says nothing any more. */
const STALE_MS = 120_000

export function isStale({ lastSlotEndMs }: ChannelNow, nowMs: number): boolean {
    return lastSlotEndMs === null || nowMs - lastSlotEndMs > STALE_MS
}

/** Power or flow of a channel now, null while unknown; a clamp's power is negative when delivered. */
export function rateOf(channel: ChannelNow, nowMs: number): PulseRate {
    const { mains } = channel
    const isUnknown = isStale(channel, nowMs)
    if (isClampKind(channel.kind))
        return { powerW: isUnknown || !mains ? null : quantityOf("power", sumsOf(mains)) }
    const { lastPulseMs, lastSlotEndMs, lastIntervalMs } = channel
    if (isUnknown || lastPulseMs === null || lastSlotEndMs === null)
        return pulseRate(channel, null, 0)
    // silence counts up to the last report's end only: what came after it is not known yet
    return pulseRate(channel, lastIntervalMs, lastSlotEndMs - lastPulseMs)
}
