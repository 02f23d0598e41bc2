import type { Database } from "better-sqlite3"
import type { Fluksometer, FluksoStore, Prices } from "./flukso-store.js"

type DeviceQueries = Pick<
    FluksoStore,
    | "fluksometer"
    | "saveHeartbeat"
    | "fluksoPrices"
    | "saveFluksoPrices"
    | "fluksoUid"
    | "userOfFluksoUid"
>

/** Those that Flukso's own factors stand for. */
const DEFAULT_PRICES: Prices = { eurPerKwh: 0.18, audPerKwh: 0.19 }

export function fluksoDeviceQueries(db: Database): DeviceQueries {
    const device = db.prepare<[string], Fluksometer>(
        `SELECT serial AS fluksoId, number, version, heartbeat_s AS heartbeatS,
             uptime_s AS uptimeS, resets, ip, port
         FROM flukso_devices JOIN devices ON devices.id = device_id WHERE device_id = ?`
    )
    const beat = db.prepare(
        `UPDATE flukso_devices SET heartbeat_s = @heartbeatS, resets = resets + @resets,
             version = coalesce(@version, version), uptime_s = coalesce(@uptimeS, uptime_s),
             ip = coalesce(@ip, ip), port = coalesce(@port, port)
         WHERE device_id = @deviceId`
    )
    const prices = db.prepare<[number], Prices>(
        `SELECT eur_per_kwh AS eurPerKwh, aud_per_kwh AS audPerKwh FROM flukso_prices
         WHERE home_id = ?`
    )
    const savePrices = db.prepare(
        `INSERT INTO flukso_prices (home_id, eur_per_kwh, aud_per_kwh)
         VALUES (@homeId, @eurPerKwh, @audPerKwh)
         ON CONFLICT (home_id) DO UPDATE SET eur_per_kwh = excluded.eur_per_kwh,
             aud_per_kwh = excluded.aud_per_kwh`
    )
    const uidOf = db
        .prepare<[string], number>("SELECT uid FROM flukso_users WHERE user = ?")
        .pluck()
    const userOf = db
        .prepare<[number], string>("SELECT user FROM flukso_users WHERE uid = ?")
        .pluck()
    return {
        fluksometer: deviceId => device.get(deviceId),
        saveHeartbeat: (deviceId, { isReset, version, uptimeS, ip, port }, nowMs) =>
            void beat.run({
                deviceId,
                heartbeatS: Math.floor(nowMs / 1000),
                resets: isReset ? 1 : 0,
                version: version ?? null,
                uptimeS: uptimeS ?? null,
                ip: ip ?? null,
                port: port ?? null,
            }),
        fluksoPrices: homeId => prices.get(homeId) ?? DEFAULT_PRICES,
        saveFluksoPrices: (homeId, changed) => void savePrices.run({ homeId, ...changed }),
        fluksoUid: user => uidOf.get(user),
        userOfFluksoUid: uid => userOf.get(uid),
    }
}
