import type { Database } from "better-sqlite3"
import type { SecretBox } from "../auth/secret-box.js"
import { AppError } from "../errors.js"
import { FIRST_HOME } from "./people-store.js"
import type { Device, Store } from "./store.js"

type DeviceQueries = Pick<Store, "createDevice" | "listDevices" | "replaceDeviceKey" | "deviceKey">

export function deviceQueries(db: Database, secretBox: SecretBox): DeviceQueries {
    const insert = db.prepare(
        "INSERT INTO devices (id, name, sealed_key, home_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
    )
    // derived from rows that are written anyway, so that no frame costs a write of its own
    const all = db.prepare<[], Device>(
        `SELECT id, name, home_id AS homeId, board, nullif(max(
             coalesce((SELECT max(last_slot_end_ms) FROM channels WHERE device_id = devices.id), 0),
             coalesce((SELECT max(uptime_base_ms) FROM boots WHERE device_id = devices.id), 0)
         ), 0) AS lastStoredMs
         FROM devices ORDER BY id`
    )
    const keyOf = db.prepare<[string], { sealed_key: Buffer }>(
        "SELECT sealed_key FROM devices WHERE id = ?"
    )
    const replaceKey = db.prepare("UPDATE devices SET sealed_key = ? WHERE id = ?")
    return {
        createDevice(id, key, name, homeId = FIRST_HOME) {
            const { changes } = insert.run(id, name, secretBox.seal(key, id), homeId)
            if (changes === 0) throw new AppError("conflict", `There is already a device ${id}.`)
        },
        listDevices: () => all.all(),
        replaceDeviceKey: (id, key) => replaceKey.run(secretBox.seal(key, id), id).changes > 0,
        deviceKey(id) {
            const row = keyOf.get(id)
            return row && secretBox.open(row.sealed_key, id)
        },
    }
}
