import type { Channel } from "../src/wire/channels.js"
import type { Store } from "./store/store.js"
import { codesToAmperes, offsetMvOf } from "./waveform-units.js"

const OLDEST_MS = 60_000

/** What the current's input shows without a load. */
export interface Rest {
    /** How far its mean is from the middle of the range. */
    offsetMv: number
    /** RMS about that mean. */
    currentMa: number
}

/**
 * What a mains channel's current shows in its newest waveform. Undefined when the newest whole one is too
 * old or began before `sinceMs`.
 */
export function newestRest(
    store: Store,
    channelId: number,
    channel: Channel,
    { nowMs, sinceMs }: { nowMs: number; sinceMs: number }
): Rest | undefined {
    const newest = store.waveforms(channelId).find(({ isComplete }) => isComplete)
    if (!newest || newest.startedMs < sinceMs || nowMs - newest.startedMs > OLDEST_MS)
        return undefined
    const codes = store.waveform(newest.id)?.current ?? []
    const amperes = (codesToAmperes(codes, channel) ?? []).filter(value => value !== null)
    const squares = amperes.reduce((sum, value) => sum + value * value, 0)
    return {
        offsetMv: Math.round(offsetMvOf(codes)),
        currentMa: 1000 * Math.sqrt(squares / Math.max(amperes.length, 1)),
    }
}
