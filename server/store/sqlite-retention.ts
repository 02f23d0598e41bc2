import type { Database } from "better-sqlite3"
import type { RetentionStore } from "./retention-store.js"
import { HOUR_S } from "./slot-batch.js"
import { RESOLUTION_SECONDS, type Retention } from "./store.js"
import { floorTo } from "./sum-batch.js"

/** Rows that one call deletes: some milliseconds of work. An hour's slots take 720 bytes, the others are short. */
const HOURS_A_CALL = 100
const ROWS_A_CALL = 2000

export function retentionQueries(db: Database): RetentionStore {
    const read = db.prepare<[], Retention>(
        `SELECT keep_slots_days AS keepSlotsDays, keep_minutes_days AS keepMinutesDays,
             slots_gone_before_s * 1000 AS slotsGoneBeforeMs,
             minutes_gone_before_s * 1000 AS minutesGoneBeforeMs
         FROM retention`
    )
    const save = db.prepare(
        `UPDATE retention SET keep_slots_days = @keepSlotsDays,
             keep_minutes_days = @keepMinutesDays`
    )
    const newest = db
        .prepare<[], number | null>("SELECT max(last_slot_end_ms) FROM channels")
        .pluck()
    const { minute } = RESOLUTION_SECONDS
    // coarse slots stay: they are few, and late detail of the same pulses is told by them
    const removeSlots = remover(db, "slots_gone_before_s", [
        sweep(db, "slot_hours", "hour", "channel = ? AND hour < ?", HOURS_A_CALL, toHour),
        sweep(db, "pulse_hours", "hour", "channel = ? AND hour < ?", HOURS_A_CALL, toHour),
        sweep(db, "mains_slots", "start_s", "channel = ? AND start_s < ?", ROWS_A_CALL),
    ])
    const minutes = `channel = ? AND seconds = ${minute} AND start_s < ?`
    const removeMinutes = remover(db, "minutes_gone_before_s", [
        sweep(db, "minute_hours", "hour", "channel = ? AND hour < ?", HOURS_A_CALL, toHour),
        sweep(db, "mains_sums", "start_s", minutes, ROWS_A_CALL),
    ])
    return {
        retention() {
            const row = read.get()
            if (!row) throw new Error("the row of the table retention is missing")
            return row
        },
        newestSlotEndMs: () => newest.get() ?? 0,
        saveRetention: keep => void save.run(keep),
        removeOldSlots: removeSlots,
        removeOldMinutes: removeMinutes,
    }
}

function toHour(beforeS: number): number {
    return Math.floor(beforeS / HOUR_S)
}

/** Deletes the oldest rows of a channel before a Unix second; returns how much of a slice that was, up to 1. */
type Sweep = (channel: number, beforeS: number) => number

function sweep(
    db: Database,
    table: string,
    key: string,
    where: string,
    limit: number,
    toKey = (beforeS: number) => beforeS
): Sweep {
    // the last key of the slice first: a delete with a limit is not in every build of SQLite
    const last = db
        .prepare<[number, number], number | null>(
            `SELECT max(${key}) FROM
                 (SELECT ${key} FROM ${table} WHERE ${where} ORDER BY ${key} LIMIT ${limit})`
        )
        .pluck()
    const remove = db.prepare<[number, number]>(`DELETE FROM ${table} WHERE ${where}`)
    return (channel, beforeS) => {
        const lastKey = last.get(channel, toKey(beforeS)) ?? null
        return lastKey === null ? 0 : remove.run(channel, lastKey + 1).changes / limit
    }
}

function remover(db: Database, goneColumn: string, sweeps: Sweep[]) {
    const channels = db.prepare<[number], number>("SELECT id FROM channels WHERE id >= ?").pluck()
    const setGone = db.prepare<[number]>(
        `UPDATE retention SET ${goneColumn} = max(${goneColumn}, ?)`
    )
    const run = db.transaction((beforeMs: number, fromChannel: number): number | undefined => {
        const beforeS = floorTo(Math.floor(beforeMs / 1000), HOUR_S)
        let done = 0
        for (const channel of channels.all(fromChannel)) {
            for (const removeFrom of sweeps) done += removeFrom(channel, beforeS)
            if (done < 1) continue
            setGone.run(beforeS)
            return channel
        }
        if (done > 0) setGone.run(beforeS)
        return undefined
    })
    /** Those before it are done, so that no slice looks at all of them. */
    let nextChannel = 0
    return (beforeMs: number) => {
        const next = run.immediate(beforeMs, nextChannel)
        nextChannel = next ?? 0
        return next !== undefined
    }
}
