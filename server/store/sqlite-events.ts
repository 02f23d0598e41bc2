import type { Database } from "better-sqlite3"
import type { DeviceEvent } from "../../src/wire/event.js"
import type { Store, StoredEvent } from "./store.js"

/** Of a device; older ones go. */
const MAX_KEPT = 10_000

const COLUMNS = `id, device_id AS deviceId, channel AS channelId, code, began_ms AS beganMs,
    duration_ms AS durationMs, value`

export function prepareEvents(db: Database) {
    return {
        add: db.prepare<object, { id: number }>(
            `INSERT INTO events (device_id, boot, sequence, channel, code, began_ms, duration_ms, value)
             VALUES (@deviceId, @boot, @sequence, @channelId, @code, @beganMs, @durationMs, @value)
             ON CONFLICT (boot, sequence) DO NOTHING RETURNING id`
        ),
        removeOld: db.prepare<[string]>(
            `DELETE FROM events WHERE id IN (
                 SELECT id FROM events WHERE device_id = ?
                 ORDER BY began_ms DESC, id DESC LIMIT -1 OFFSET ${MAX_KEPT})`
        ),
    }
}

/** What an event belongs to, and since when it is. */
export type EventPlace = Pick<StoredEvent, "deviceId" | "channelId" | "beganMs">

/** Returns what is stored now; undefined for a repeat. */
export function storeEvent(
    statements: ReturnType<typeof prepareEvents>,
    boot: number,
    place: EventPlace,
    { sequence, code, durationMs, value }: DeviceEvent
): StoredEvent | undefined {
    const event = { ...place, code, durationMs, value }
    const row = statements.add.get({ ...event, boot, sequence })
    return row && { id: row.id, ...event }
}

export function eventQueries(db: Database): Pick<Store, "events"> {
    const newest = db.prepare<object, StoredEvent>(
        `SELECT ${COLUMNS} FROM events
         WHERE began_ms >= @fromMs AND began_ms < @toMs
             AND (@deviceId IS NULL OR device_id = @deviceId)
             AND (@channelId IS NULL OR channel = @channelId)
             AND (@homes IS NULL OR device_id IN (SELECT id FROM devices
                 WHERE home_id IN (SELECT value FROM json_each(@homes))))
         ORDER BY began_ms DESC, id DESC LIMIT @limit`
    )
    return {
        events: ({ deviceId = null, channelId = null, homeIds, ...query }) => {
            const homes = homeIds ? JSON.stringify(homeIds) : null
            return newest.all({ ...query, deviceId, channelId, homes })
        },
    }
}
