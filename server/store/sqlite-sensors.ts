import type { Database } from "better-sqlite3"
import { AppError } from "../errors.js"
import type { Sensor } from "./device-settings.js"
import type { Store } from "./store.js"

type SensorQueries = Pick<Store, "sensors" | "sensor" | "addSensor" | "saveSensor" | "removeSensor">

type SensorRow = Omit<Sensor, "isEnabled" | "channelIds"> & { isEnabled: number }

export function sensorQueries(db: Database): SensorQueries {
    const columns = "id, name, type, is_enabled AS isEnabled"
    const all = db.prepare<[], SensorRow>(`SELECT ${columns} FROM sensors ORDER BY id`)
    const one = db.prepare<[number], SensorRow>(`SELECT ${columns} FROM sensors WHERE id = ?`)
    const channelsOf = db
        .prepare<[number], number>(
            "SELECT channel FROM sensor_channels WHERE sensor = ? ORDER BY channel"
        )
        .pluck()
    const nameUser = db.prepare<[string], number>("SELECT id FROM sensors WHERE name = ?").pluck()
    const insert = db
        .prepare<[object], number>(
            `INSERT INTO sensors (name, type, is_enabled) VALUES (@name, @type, @enabled)
             RETURNING id`
        )
        .pluck()
    const update = db.prepare(
        "UPDATE sensors SET name = @name, type = @type, is_enabled = @enabled WHERE id = @id"
    )
    const remove = db.prepare("DELETE FROM sensors WHERE id = ?")
    const clear = db.prepare("DELETE FROM sensor_channels WHERE sensor = ?")
    const addChannel = db.prepare("INSERT INTO sensor_channels (sensor, channel) VALUES (?, ?)")
    const toSensor = (row: SensorRow): Sensor => ({
        ...row,
        isEnabled: row.isEnabled === 1,
        channelIds: channelsOf.all(row.id),
    })
    const checkName = (name: string, id?: number) => {
        const user = nameUser.get(name)
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
        addSensor: db.transaction((sensor: Omit<Sensor, "id">) => {
            checkName(sensor.name)
            const { name, type, isEnabled } = sensor
            const id = insert.get({ name, type, enabled: isEnabled ? 1 : 0 })
            if (id === undefined) throw new Error("a new sensor did not come back")
            writeChannels(id, sensor.channelIds)
            return { ...sensor, id }
        }).immediate,
        saveSensor: db.transaction(({ id, name, type, isEnabled, channelIds }: Sensor) => {
            checkName(name, id)
            update.run({ id, name, type, enabled: isEnabled ? 1 : 0 })
            writeChannels(id, channelIds)
        }).immediate,
        removeSensor: id => void remove.run(id),
    }
}
