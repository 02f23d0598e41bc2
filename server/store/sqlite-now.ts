import type { Database } from "better-sqlite3"
import { SLOT_MS } from "../../src/wire/limits.js"
import { floorTo } from "./slot-batch.js"
import { CHANNEL_COLUMNS } from "./sqlite-channels.js"
import { readCoarse, readSlots } from "./sqlite-series.js"
import { type ChannelNow, type LiveChannelState, RESOLUTION_SECONDS, type Store } from "./store.js"

type NowQueries = Pick<Store, "now" | "liveState">

interface LiveRow extends LiveChannelState {
    storedCount: number
}

export function nowQueries(db: Database): NowQueries {
    const all = db.prepare<[], Omit<ChannelNow, "sinceCount">>(
        `SELECT ${CHANNEL_COLUMNS}, total_count AS totalCount,
             max(0, total_count - placed_count) AS unplacedCount,
             last_slot_end_ms AS lastSlotEndMs, last_pulse_ms AS lastPulseMs,
             last_interval_ms AS lastIntervalMs, quality, rejected, late_ticks AS lateTicks
         FROM channels ORDER BY id`
    )
    const live = db.prepare<[number, string, number], LiveRow>(
        `SELECT channels.id AS channelId, type, per_pulse AS perPulse, total_count AS totalCount,
             coalesce(count_since_boot, 0) AS storedCount
         FROM channels
         LEFT JOIN boots ON boots.device_id = channels.device_id AND boots.boot_id = ?
         LEFT JOIN boot_counts ON boot = boots.id AND channel = channels.id
         WHERE channels.device_id = ? AND number = ?`
    )
    const countSince = sinceQuery(db)
    return {
        now: sinceMs =>
            all.all().map(channel => ({ ...channel, sinceCount: countSince(channel.id, sinceMs) })),
        liveState(deviceId, bootId, number, countSinceBoot) {
            const row = live.get(bootId, deviceId, number)
            if (!row) return undefined
            const { storedCount, ...state } = row
            state.totalCount += Math.max(0, countSinceBoot - storedCount)
            return state
        },
    }
}

/** Adds up slots to the next quarter, quarters to the next hour, and so on: few rows for any span. */
function sinceQuery(db: Database): (channelId: number, sinceMs: number) => number {
    const sum = db
        .prepare<[number, number, number, number], number>(
            `SELECT coalesce(sum(count), 0) FROM sums
             WHERE channel = ? AND seconds = ? AND start_s >= ? AND start_s < ?`
        )
        .pluck()
    const slots = readSlots(db)
    const coarse = readCoarse(db)
    return (channelId, sinceMs) => {
        const sinceS = Math.ceil(sinceMs / SLOT_MS) * (SLOT_MS / 1000)
        const { quarter, hour, day } = RESOLUTION_SECONDS
        const quarterS = ceilTo(sinceS, quarter)
        const hourS = ceilTo(sinceS, hour)
        const dayS = ceilTo(sinceS, day)
        let count = 0
        slots(channelId, sinceS, quarterS, (_startS, slotCount) => {
            count += slotCount
        })
        for (const slot of coarse(channelId, sinceS, quarterS)) {
            const endS = Math.min(slot.startS + slot.seconds, quarterS)
            const sharedS = endS - Math.max(slot.startS, sinceS)
            count += (slot.count * sharedS) / slot.seconds
        }
        count += sum.get(channelId, quarter, quarterS, hourS) ?? 0
        count += sum.get(channelId, hour, hourS, dayS) ?? 0
        count += sum.get(channelId, day, dayS, Number.MAX_SAFE_INTEGER) ?? 0
        return count
    }
}

function ceilTo(value: number, step: number): number {
    return -floorTo(-value, step)
}
