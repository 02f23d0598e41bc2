import type { Database } from "better-sqlite3"
import { isClampKind } from "../../src/wire/channels.js"
import { SLOT_MS } from "../../src/wire/limits.js"
import { fromRow, MAINS_SLOT_COLUMNS, type MainsSlotRow } from "./mains-batch.js"
import { CHANNEL_COLUMNS } from "./sqlite-channels.js"
import { readCoarse, readSlots } from "./sqlite-series.js"
import { type ChannelNow, type LiveChannelState, RESOLUTION_SECONDS, type Store } from "./store.js"
import { floorTo } from "./sum-batch.js"

type NowQueries = Pick<Store, "now" | "liveState">

interface LiveRow extends LiveChannelState {
    storedCount: number
}

export function nowQueries(db: Database): NowQueries {
    const all = db.prepare<[], Omit<ChannelNow, "sinceCount" | "sinceOutCount" | "mains">>(
        `SELECT ${CHANNEL_COLUMNS}, total_count AS totalCount,
             total_out AS totalOutCount,
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
    const outSince = sinceOutQuery(db)
    const newest = db.prepare<[number], MainsSlotRow>(
        `SELECT ${MAINS_SLOT_COLUMNS} FROM mains_slots WHERE channel = ?
         ORDER BY start_s DESC LIMIT 1`
    )
    return {
        now: sinceMs =>
            all.all().map(channel => {
                const isMains = isClampKind(channel.kind)
                const slot = isMains ? newest.get(channel.id) : undefined
                return {
                    ...channel,
                    sinceCount: countSince(channel.id, sinceMs),
                    sinceOutCount: isMains ? outSince(channel.id, sinceMs) : 0,
                    mains: slot ? fromRow(slot) : null,
                }
            }),
        liveState(deviceId, bootId, number, countSinceBoot) {
            const row = live.get(bootId, deviceId, number)
            if (!row) return undefined
            const { storedCount, ...state } = row
            state.totalCount += Math.max(0, countSinceBoot - storedCount)
            return state
        },
    }
}

type SumSince = (channelId: number, sinceMs: number) => number

/** Adds up slots to the next quarter (its share where they are gone), quarters to the next hour, and so on. */
function sumSince(
    db: Database,
    slots: (channelId: number, fromS: number, toS: number) => number,
    steps: (channelId: number, seconds: number, fromS: number, toS: number) => number
): SumSince {
    const { quarter, hour, day } = RESOLUTION_SECONDS
    const goneBeforeS = db.prepare<[], number>("SELECT slots_gone_before_s FROM retention").pluck()
    const cut = (channelId: number, fromS: number, toS: number) =>
        fromS >= (goneBeforeS.get() ?? 0)
            ? slots(channelId, fromS, toS)
            : (steps(channelId, quarter, toS - quarter, toS) * (toS - fromS)) / quarter
    return (channelId, sinceMs) => {
        const sinceS = Math.ceil(sinceMs / SLOT_MS) * (SLOT_MS / 1000)
        const quarterS = ceilTo(sinceS, quarter)
        const hourS = ceilTo(sinceS, hour)
        const dayS = ceilTo(sinceS, day)
        return (
            cut(channelId, sinceS, quarterS) +
            steps(channelId, quarter, quarterS, hourS) +
            steps(channelId, hour, hourS, dayS) +
            steps(channelId, day, dayS, Number.MAX_SAFE_INTEGER)
        )
    }
}

/** Pulses, or energy drawn, in slots from a time on. */
export function sinceQuery(db: Database): SumSince {
    const sum = sumQuery(
        db,
        `SELECT coalesce(sum(count), 0) FROM sums
         WHERE channel = ? AND seconds = ? AND start_s >= ? AND start_s < ?`
    )
    const slots = readSlots(db)
    const coarse = readCoarse(db)
    return sumSince(
        db,
        (channelId, fromS, toS) => {
            let count = 0
            slots(channelId, fromS, toS, (_startS, slotCount) => {
                count += slotCount
            })
            for (const slot of coarse(channelId, fromS, toS)) {
                const endS = Math.min(slot.startS + slot.seconds, toS)
                const sharedS = endS - Math.max(slot.startS, fromS)
                count += (slot.count * sharedS) / slot.seconds
            }
            return count
        },
        sum
    )
}

function sinceOutQuery(db: Database): SumSince {
    const sum = sumQuery(
        db,
        `SELECT coalesce(sum(energy_out), 0) FROM mains_sums
         WHERE channel = ? AND seconds = ? AND start_s >= ? AND start_s < ?`
    )
    const slots = sumQuery(
        db,
        `SELECT coalesce(sum(energy_out), 0) FROM mains_slots
         WHERE channel = ? AND start_s >= ? AND start_s < ?`
    )
    return sumSince(db, slots, sum)
}

function sumQuery(db: Database, sql: string): (...values: number[]) => number {
    const query = db.prepare<number[], number>(sql).pluck()
    return (...values) => query.get(...values) ?? 0
}

function ceilTo(value: number, step: number): number {
    return -floorTo(-value, step)
}
