import type { Database } from "better-sqlite3"
import { MAX_NAME_LENGTH } from "../../src/wire/limits.js"
import { AppError } from "../errors.js"
import { type CounterState, type CounterValue, readCounter } from "./counter-readings.js"
import type { FluksoConfig, FluksoSensor, FluksoStore, NewFluksometer } from "./flukso-store.js"
import { fluksoDeviceQueries } from "./sqlite-flukso-devices.js"
import type { Store } from "./store.js"
import { isFarAhead } from "./timing.js"

type Parts = Pick<Store, "addForeignDevice" | "foreignDevice" | "storeReadings" | "addSensor">

type SensorRow = Omit<FluksoSensor, "last"> & { atS: number | null; counter: number | null }

interface CounterRow {
    channel: number
    atS: number | null
    counter: number
    pending: number
}

/** `parts` are of the same database, so that all is one transaction. */
export function fluksoQueries(db: Database, parts: Parts): FluksoStore {
    return {
        ...fluksoDeviceQueries(db),
        addFluksometer: addFluksometer(db, parts),
        ...sensorQueries(db),
        storeCounter: storeCounter(db, parts),
        sensorTotal: sensorTotal(db),
    }
}

function addFluksometer(db: Database, parts: Parts): FluksoStore["addFluksometer"] {
    const addDevice = db.prepare("INSERT INTO flukso_devices (device_id, number) VALUES (?, ?)")
    const takesId = db
        .prepare<[string], number>("SELECT id FROM sensors WHERE public_id = ?")
        .pluck()
    const saveId = db.prepare("UPDATE sensors SET public_id = ? WHERE id = ?")
    const addSensor = db.prepare(
        "INSERT INTO flukso_sensors (sensor, port, channel) VALUES (?, ?, ?)"
    )
    return db.transaction((device: NewFluksometer): string => {
        const { homeId, name, fluksoId, key, number, sensors } = device
        const id = parts.addForeignDevice({
            protocol: "flukso",
            homeId,
            serial: fluksoId,
            name,
            key: Buffer.from(key, "latin1"),
            // its counters are in Wh and litres, whatever a pulse is worth
            channels: sensors.map(sensor => ({
                name: sensor.name,
                type: sensor.type,
                perPulse: 1,
            })),
        })
        addDevice.run(id, number)
        const channelIds = parts.foreignDevice(id)?.channelIds ?? []
        sensors.forEach(({ publicId, port, name: sensorName, type }, at) => {
            if (takesId.get(publicId) !== undefined)
                throw new AppError("conflict", `sensors: there is already a sensor ${publicId}`)
            const channel = channelIds[at]
            const added = parts.addSensor({
                homeId,
                name: sensorName,
                type,
                isEnabled: true,
                channelIds: [channel],
            })
            saveId.run(publicId, added.id)
            addSensor.run(added.id, port, channel)
        })
        return id
    }).immediate
}

type SensorQueries = Pick<FluksoStore, "fluksoSensor" | "saveFluksoConfig">

function sensorQueries(db: Database): SensorQueries {
    const one = db.prepare<[number], SensorRow>(
        `SELECT device_id AS deviceId, port, class, voltage, current, phase, constant,
             access_s AS accessS, at_s AS atS, counter
         FROM flukso_sensors JOIN channels ON channels.id = channel WHERE sensor = ?`
    )
    const wire = db.prepare(
        `UPDATE flukso_sensors SET class = @class, voltage = @voltage, current = @current,
             phase = @phase, constant = @constant, access_s = @accessS
         WHERE sensor = @sensorId`
    )
    const current = db.prepare<[number], { homeId: number; name: string }>(
        "SELECT home_id AS homeId, name FROM sensors WHERE id = ?"
    )
    const isTaken = db
        .prepare<[number, string, number], number>(
            "SELECT 1 FROM sensors WHERE home_id = ? AND name = ? AND id <> ?"
        )
        .pluck()
    const save = db.prepare(
        `UPDATE sensors SET name = @name, type = coalesce(@type, type), is_enabled = @enabled
         WHERE id = @sensorId`
    )
    const saveChannel = db.prepare(
        `UPDATE channels SET name = @name, type = coalesce(@type, type)
         WHERE id = (SELECT channel FROM flukso_sensors WHERE sensor = @sensorId)`
    )
    const freeName = (sensorId: number, wanted: string | null): string => {
        const { homeId, name } = current.get(sensorId) ?? { homeId: 0, name: "" }
        if (wanted === null) return name
        for (let number = 1; ; number++) {
            const ending = number === 1 ? "" : ` ${number}`
            const tried = wanted.slice(0, MAX_NAME_LENGTH - ending.length) + ending
            if (isTaken.get(homeId, tried, sensorId) === undefined) return tried
        }
    }
    return {
        fluksoSensor(sensorId) {
            const row = one.get(sensorId)
            if (!row) return undefined
            const { atS, counter, ...sensor } = row
            const last = atS === null || counter === null ? null : { atS, counter }
            return { ...sensor, last }
        },
        saveFluksoConfig: db.transaction(
            (sensorId: number, config: FluksoConfig, nowMs: number) => {
                const { name: wanted, type, isEnabled, ...wiring } = config
                const name = freeName(sensorId, wanted)
                wire.run({ ...wiring, sensorId, accessS: Math.floor(nowMs / 1000) })
                save.run({ sensorId, name, type, enabled: isEnabled ? 1 : 0 })
                saveChannel.run({ sensorId, name, type })
            }
        ).immediate,
    }
}

function storeCounter(db: Database, parts: Parts): FluksoStore["storeCounter"] {
    const row = db.prepare<[number], CounterRow>(
        "SELECT channel, at_s AS atS, counter, pending FROM flukso_sensors WHERE sensor = ?"
    )
    const save = db.prepare(
        `UPDATE flukso_sensors SET at_s = @atS, counter = @counter, pending = @pending,
             access_s = @accessS
         WHERE sensor = @sensorId`
    )
    return db.transaction((sensorId: number, values: CounterValue[], nowMs: number) => {
        const known = row.get(sensorId)
        if (!known) throw new Error(`sensor ${sensorId} is of no Fluksometer`)
        const { channel, atS, counter, pending } = known
        const before: CounterState | undefined =
            atS === null ? undefined : { atS, counter, pending }
        // a counter goes on, so what a wrong clock dated is told by the next right one too
        const dated = values.filter(value => !isFarAhead(value.atS * 1000, nowMs))
        const { readings, state } = readCounter(before, dated)
        if (state) save.run({ ...state, sensorId, accessS: Math.floor(nowMs / 1000) })
        if (readings.length === 0) return undefined
        parts.storeReadings(channel, readings, nowMs)
        const last = readings[readings.length - 1]
        const toMs = (last.startS + last.seconds) * 1000
        return { channelId: channel, fromMs: readings[0].startS * 1000, toMs }
    }).immediate
}

function sensorTotal(db: Database): FluksoStore["sensorTotal"] {
    const total = db.prepare<[number], { endMs: number | null; total: number | null }>(
        `SELECT min(last_slot_end_ms) AS endMs,
             sum((total_count - total_out) * per_pulse * iif(direction = 'out', -1, 1)) AS total
         FROM sensor_channels JOIN channels ON channels.id = channel WHERE sensor = ?`
    )
    return sensorId => {
        const { endMs, total: counted } = total.get(sensorId) ?? { endMs: null, total: null }
        if (endMs === null || counted === null) return undefined
        return { atS: Math.floor(endMs / 1000), counter: Math.floor(counted) }
    }
}
