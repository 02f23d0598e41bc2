import type { Database } from "better-sqlite3"
import type { DeviceNote, ForeignStore } from "./foreign-store.js"

/** Of each kind; an ESPmeter's battery takes three years to fill them. */
const KEPT_NOTES = 10_000

export function noteQueries(db: Database): Pick<ForeignStore, "addNotes" | "notes"> {
    const add = db.prepare(
        `INSERT INTO device_notes (device_id, what, at_ms, value, text)
         VALUES (@deviceId, @what, @atMs, @value, @text)
         ON CONFLICT (device_id, what, at_ms) DO UPDATE SET value = excluded.value,
             text = excluded.text`
    )
    const removeOld = db.prepare(
        `DELETE FROM device_notes WHERE device_id = @deviceId AND what = @what AND at_ms <=
             (SELECT at_ms FROM device_notes WHERE device_id = @deviceId AND what = @what
              ORDER BY at_ms DESC LIMIT 1 OFFSET ${KEPT_NOTES})`
    )
    const find = db.prepare<[Record<string, string | number | null>], DeviceNote>(
        `SELECT what, at_ms AS atMs, value, text FROM device_notes
         WHERE device_id = @deviceId AND (@what IS NULL OR what = @what)
             AND at_ms >= @fromMs AND at_ms < @toMs
         ORDER BY at_ms DESC, what LIMIT @limit`
    )
    const addAll = db.transaction((deviceId: string, notes: DeviceNote[]) => {
        for (const note of notes) {
            add.run({ deviceId, ...note })
            removeOld.run({ deviceId, what: note.what })
        }
    })
    return {
        addNotes(deviceId, notes) {
            if (notes.length > 0) addAll.immediate(deviceId, notes)
        },
        notes: (deviceId, { what = null, ...query }) => find.all({ deviceId, what, ...query }),
    }
}
