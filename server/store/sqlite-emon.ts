import type { Database } from "better-sqlite3"
import { AppError } from "../errors.js"
import type { EmonMeter, EmonStore } from "./emon-store.js"

export function emonQueries(db: Database): EmonStore {
    const columns = `SELECT sensor AS sensorId, home_id AS homeId, number, location, description,
        created_ms AS createdMs, kwh_cost AS kwhCost FROM emon_meters`
    const all = db.prepare<[], EmonMeter>(`${columns} ORDER BY home_id, number`)
    const one = db.prepare<[number], EmonMeter>(`${columns} WHERE sensor = ?`)
    const byNumber = db
        .prepare<[number, number], number>(
            "SELECT sensor FROM emon_meters WHERE home_id = ? AND number = ?"
        )
        .pluck()
    const save = db.prepare(
        `INSERT OR REPLACE INTO emon_meters
             (sensor, home_id, number, location, description, created_ms, kwh_cost)
         VALUES (@sensorId, @homeId, @number, @location, @description, @createdMs, @kwhCost)`
    )
    const remove = db.prepare("DELETE FROM emon_meters WHERE sensor = ?")
    return {
        emonMeters: () => all.all(),
        emonMeter: sensorId => one.get(sensorId),
        saveEmonMeter: db.transaction((meter: EmonMeter) => {
            const user = byNumber.get(meter.homeId, meter.number)
            if (user !== undefined && user !== meter.sensorId)
                throw new AppError(
                    "conflict",
                    `number: another sensor of the home is meter ${meter.number}`
                )
            save.run(meter)
        }).immediate,
        removeEmonMeter: sensorId => void remove.run(sensorId),
    }
}
