import type { Database } from "better-sqlite3"
import { HOUR_S } from "./slot-batch.js"
import { RESOLUTION_SECONDS, type Retention, type Store } from "./store.js"
import { floorTo } from "./sum-batch.js"

type RetentionQueries = Pick<
    Store,
    "retention" | "saveRetention" | "removeOldSlots" | "removeOldMinutes"
>

/** Rows that one call deletes: some milliseconds of work. An hour's row is 1,440 bytes, the others are short. */
const HOURS_A_CALL = 100
const ROWS_A_CALL = 2000

export function retentionQueries(db: Database): RetentionQueries {
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
    const { minute } = RESOLUTION_SECONDS
    // coarse slots stay: they are few, and late detail of the same pulses is told by them
    const removeSlots = remover(db, "slots_gone_before_s", [
        sweep(db, "slot_hours", "hour", "channel = ? AND hour < ?", HOURS_A_CALL, beforeS =>
            Math.floor(beforeS / HOUR_S)
        ),
        sweep(db, "pulse_hours", "hour", "channel = ? AND hour < ?", HOURS_A_CALL, beforeS =>
            Math.floor(beforeS / HOUR_S)
        ),
        sweep(db, "mains_slots", "start_s", "channel = ? AND start_s < ?", ROWS_A_CALL),
    ])
    const minutes = `channel = ? AND seconds = ${minute} AND start_s < ?`
    const removeMinutes = remover(db, "minutes_gone_before_s", [
        sweep(db, "sums", "start_s", minutes, ROWS_A_CALL),
        sweep(db, "mains_sums", "start_s", minutes, ROWS_A_CALL),
    ])
    return {
        retention() {
            const row = read.get()
            if (!row) throw new Error("the row of the table retention is missing")
            return row
        },
        saveRetention: keep => void save.run(keep),
        removeOldSlots: removeSlots,
        removeOldMinutes: removeMinutes,
    }
}

/** Deletes the oldest rows of a channel before a Unix second; returns how many. */
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
        return lastKey === null ? 0 : remove.run(channel, lastKey + 1).changes
    }
}

function remover(db: Database, goneColumn: string, sweeps: Sweep[]) {
    const channels = db.prepare<[], number>("SELECT id FROM channels").pluck()
    const setGone = db.prepare<[number]>(
        `UPDATE retention SET ${goneColumn} = max(${goneColumn}, ?)`
    )
    const run = db.transaction((beforeMs: number): boolean => {
        const beforeS = floorTo(Math.floor(beforeMs / 1000), HOUR_S)
        for (const channel of channels.all())
            for (const removeFrom of sweeps)
                if (removeFrom(channel, beforeS) > 0) {
                    setGone.run(beforeS)
                    return true
                }
        return false
    })
    return (beforeMs: number) => run.immediate(beforeMs)
}
