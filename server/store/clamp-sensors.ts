import type { Database } from "better-sqlite3"
import { MAX_NAME_LENGTH } from "../../src/wire/limits.js"
import type { ClampSensor } from "./device-settings.js"

interface ChannelRow {
    id: number
    name: string
    type: string
}

/** Makes or regroups the clamp sensors of a device, inside the caller's transaction. */
export function clampSensorWriter(db: Database) {
    const channelOf = db.prepare<[string, number], ChannelRow>(
        "SELECT id, name, type FROM channels WHERE device_id = ? AND number = ?"
    )
    const sensorOf = db
        .prepare<[string, number], number>(
            "SELECT id FROM sensors WHERE device_id = ? AND port = ?"
        )
        .pluck()
    const isTaken = db
        .prepare<[string, number], number>("SELECT 1 FROM sensors WHERE name = ? AND home_id = ?")
        .pluck()
    const homeOf = db
        .prepare<[string], number | null>("SELECT home_id FROM devices WHERE id = ?")
        .pluck()
    const add = db
        .prepare<[number, string, string, string, number], number>(
            `INSERT INTO sensors (home_id, name, type, device_id, port) VALUES (?, ?, ?, ?, ?)
             RETURNING id`
        )
        .pluck()
    const setEnabled = db.prepare("UPDATE sensors SET is_enabled = ? WHERE id = ?")
    const clear = db.prepare("DELETE FROM sensor_channels WHERE sensor = ?")
    const addChannel = db.prepare("INSERT INTO sensor_channels (sensor, channel) VALUES (?, ?)")
    const freeName = (name: string, homeId: number) => {
        let free = name
        for (let number = 2; isTaken.get(free, homeId); number++) {
            const suffix = ` ${number}`
            free = name.slice(0, MAX_NAME_LENGTH - suffix.length) + suffix
        }
        return free
    }
    return (deviceId: string, sensors: ClampSensor[]): void => {
        const homeId = homeOf.get(deviceId)
        // nobody who could see them: whoever claims the device sets it anew
        if (homeId === undefined || homeId === null) return
        for (const { port, numbers, isEnabled } of sensors) {
            const channels = numbers.map(number => {
                const channel = channelOf.get(deviceId, number)
                if (!channel) throw new Error(`there is no channel ${number} to group`)
                return channel
            })
            const [{ name, type }] = channels
            const id =
                sensorOf.get(deviceId, port) ??
                add.get(homeId, freeName(name, homeId), type, deviceId, port)
            if (id === undefined) throw new Error("a new sensor did not come back")
            setEnabled.run(isEnabled ? 1 : 0, id)
            clear.run(id)
            for (const channel of channels) addChannel.run(id, channel.id)
        }
    }
}
