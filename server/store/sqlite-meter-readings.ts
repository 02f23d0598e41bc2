import type { Database } from "better-sqlite3"
import { sinceQuery } from "./sqlite-now.js"
import type { MeterReading, TariffsStore } from "./tariffs-store.js"

type MeterQueries = Pick<
    TariffsStore,
    "meterReadings" | "addMeterReading" | "undoMeterReading" | "meterReadingNow"
>

interface CountRow {
    totalCount: number
    unplaced: number
    perPulse: number
}

const COLUMNS = `id, channel AS channelId, read_ms AS readMs, reading, counted, user,
    undone_ms AS undoneMs, undone_by AS undoneBy`

export function meterReadingQueries(db: Database): MeterQueries {
    const all = db.prepare<[number], MeterReading>(
        `SELECT ${COLUMNS} FROM meter_readings WHERE channel = ? ORDER BY id DESC`
    )
    const counts = db.prepare<[number], CountRow>(
        `SELECT total_count AS totalCount, max(0, total_count - placed_count) AS unplaced,
             per_pulse AS perPulse
         FROM channels WHERE id = ?`
    )
    const add = db.prepare<object, MeterReading>(
        `INSERT INTO meter_readings (channel, read_ms, reading, counted, unplaced, user)
         VALUES (@channelId, @readMs, @reading, @counted, @unplaced, @user) RETURNING ${COLUMNS}`
    )
    const undo = db.prepare(
        "UPDATE meter_readings SET undone_ms = ?, undone_by = ? WHERE id = ? AND undone_ms IS NULL"
    )
    const inForce = db.prepare<[number], { readMs: number; reading: number; unplaced: number }>(
        `SELECT read_ms AS readMs, reading, unplaced FROM meter_readings
         WHERE channel = ? AND undone_ms IS NULL ORDER BY id DESC LIMIT 1`
    )
    const countSince = sinceQuery(db)
    return {
        meterReadings: channelId => all.all(channelId),
        addMeterReading: db.transaction((channelId, reading) => {
            const now = counts.get(channelId)
            if (!now) return undefined
            const { totalCount, unplaced, perPulse } = now
            const counted = (totalCount * perPulse) / 1000
            return add.get({ channelId, ...reading, counted, unplaced })
        }).immediate,
        undoMeterReading: (id, undoneMs, undoneBy) => void undo.run(undoneMs, undoneBy, id),
        meterReadingNow(channelId) {
            const told = inForce.get(channelId)
            const now = told && counts.get(channelId)
            if (!now) return null
            // by slots, not by the total: what comes late from before was on the meter already
            const count = countSince(channelId, told.readMs)
            // fewer than then means that those of before have found their slots
            const unplaced = Math.max(0, now.unplaced - told.unplaced)
            return told.reading + ((count + unplaced) * now.perPulse) / 1000
        },
    }
}
