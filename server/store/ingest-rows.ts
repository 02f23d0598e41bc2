import type { Database } from "better-sqlite3"
import { ENERGY_UNIT_WH } from "../../src/wire/mains-slots.js"
import { KIND_CHANGE } from "./kind-change.js"

export interface Boot {
    id: number
    /** Unix ms at uptime 0; null until a hello of this boot. */
    uptimeBaseMs: number | null
}

export interface ChannelRow {
    id: number
    kind: number
    totalCount: number
    /** Energy delivered by a mains channel. */
    totalOut: number
    placedCount: number
    lastSlotEndMs: number | null
    lastPulseMs: number | null
    lastIntervalMs: number | null
    quality: number | null
    rejected: number | null
    lateTicks: number | null
}

/** The rows of devices, boots and channels that ingest reads and writes. */
export function prepareRows(db: Database) {
    const saveChannel = db.prepare<(number | null)[]>(
        `UPDATE channels SET total_count = ?, total_out = ?, placed_count = ?,
             last_slot_end_ms = ?, last_pulse_ms = ?, last_interval_ms = ?,
             quality = ?, rejected = ?, late_ticks = ?
         WHERE id = ?`
    )
    return {
        setBoot: db.prepare<[string, number, string]>(
            "UPDATE devices SET board = ?, boot = ? WHERE id = ?"
        ),
        currentBoot: db
            .prepare<[string], number | null>("SELECT boot FROM devices WHERE id = ?")
            .pluck(),
        boot: db.prepare<[string, number], Boot>(
            `SELECT id, uptime_base_ms AS uptimeBaseMs FROM boots
             WHERE device_id = ? AND boot_id = ?`
        ),
        addBoot: db.prepare<[string, number], Boot>(
            `INSERT INTO boots (device_id, boot_id) VALUES (?, ?)
             RETURNING id, uptime_base_ms AS uptimeBaseMs`
        ),
        setUptimeBase: db.prepare("UPDATE boots SET uptime_base_ms = ? WHERE id = ?"),
        channel: db.prepare<[string, number], ChannelRow>(
            `SELECT id, kind, total_count AS totalCount, total_out AS totalOut,
                 placed_count AS placedCount,
                 last_slot_end_ms AS lastSlotEndMs, last_pulse_ms AS lastPulseMs,
                 last_interval_ms AS lastIntervalMs, quality, rejected, late_ticks AS lateTicks
             FROM channels WHERE device_id = ? AND number = ?`
        ),
        announceChannel: db.prepare(
            `INSERT INTO channels (device_id, number, kind, name, per_pulse)
             VALUES (@deviceId, @number, @kind, @name, iif(@isMains, ${ENERGY_UNIT_WH}, 1))
             ON CONFLICT (device_id, number) DO UPDATE SET ${KIND_CHANGE}`
        ),
        saveChannel(row: ChannelRow): void {
            saveChannel.run(
                row.totalCount,
                row.totalOut,
                row.placedCount,
                row.lastSlotEndMs,
                row.lastPulseMs,
                row.lastIntervalMs,
                row.quality,
                row.rejected,
                row.lateTicks,
                row.id
            )
        },
    }
}
