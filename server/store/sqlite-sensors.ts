import type { Database } from "better-sqlite3"
import { AppError } from "../errors.js"
import type { NewSensor, Sensor } from "./device-settings.js"
import { FIRST_HOME } from "./people-store.js"
import type { Store } from "./store.js"

type SensorQueries = Pick<Store, "sensors" | "sensor" | "addSensor" | "saveSensor" | "removeSensor">

type SensorRow = Omit<Sensor, "isEnabled" | "isMain" | "channelIds"> & {
    isEnabled: number
    isMain: number
}

export function sensorQueries(db: Database): SensorQueries {
    const columns = `id, name, type, is_enabled AS isEnabled,
        home_id AS homeId, public_id AS publicId, is_main AS isMain`
    const all = db.prepare<[], SensorRow>(`SELECT ${columns} FROM sensors ORDER BY id`)
    const one = db.prepare<[number], SensorRow>(`SELECT ${columns} FROM sensors WHERE id = ?`)
    const channelsOf = db
        .prepare<[number], number>(
            "SELECT channel FROM sensor_channels WHERE sensor = ? ORDER BY channel"
        )
        .pluck()
    const nameUser = db
        .prepare<[number, string], number>("SELECT id FROM sensors WHERE home_id = ? AND name = ?")
        .pluck()
    const insert = db
        .prepare<[object], number>(
            `INSERT INTO sensors (home_id, name, type, is_enabled, is_main)
             VALUES (@homeId, @name, @type, @enabled, @main) RETURNING id`
        )
        .pluck()
    const update = db.prepare(
        `UPDATE sensors SET name = @name, type = @type, is_enabled = @enabled, is_main = @main
         WHERE id = @id`
    )
    const remove = db.prepare("DELETE FROM sensors WHERE id = ?")
    const clear = db.prepare("DELETE FROM sensor_channels WHERE sensor = ?")
    const addChannel = db.prepare("INSERT INTO sensor_channels (sensor, channel) VALUES (?, ?)")
    const toSensor = (row: SensorRow): Sensor => ({
        ...row,
        isEnabled: row.isEnabled === 1,
        isMain: row.isMain === 1,
        channelIds: channelsOf.all(row.id),
    })
    const checkName = (homeId: number, name: string, id?: number) => {
        const user = nameUser.get(homeId, name)
        if (user !== undefined && user !== id)
            throw new AppError("conflict", `name: there is already a sensor ${name}`)
    }
    const writeChannels = (id: number, channelIds: number[]) => {
        clear.run(id)
        for (const channelId of channelIds) addChannel.run(id, channelId)
    }
    return {
        sensors: () => all.all().map(toSensor),
        sensor(id) {
            const row = one.get(id)
            return row && toSensor(row)
        },
        addSensor: db.transaction((sensor: NewSensor) => {
            const { name, type, homeId = FIRST_HOME } = sensor
            checkName(homeId, name)
            const id = insert.get({ homeId, name, type, ...flagsOf(sensor) })
            const row = id === undefined ? undefined : one.get(id)
            if (!row) throw new Error("a new sensor did not come back")
            writeChannels(row.id, sensor.channelIds)
            return toSensor(row)
        }).immediate,
        saveSensor: db.transaction((sensor: Sensor) => {
            const { id, homeId, name, type } = sensor
            checkName(homeId, name, id)
            update.run({ id, name, type, ...flagsOf(sensor) })
            writeChannels(id, sensor.channelIds)
        }).immediate,
        removeSensor: id => void remove.run(id),
    }
}

function flagsOf({ isEnabled, isMain = false }: NewSensor) {
    return { enabled: isEnabled ? 1 : 0, main: isMain ? 1 : 0 }
}
