import type { Database } from "better-sqlite3"
import { type Channel, isClampKind } from "../../src/wire/channels.js"
import { STANDARD_FLASH_MINUTES } from "../../src/wire/settings.js"
import { clampSensorWriter } from "./clamp-sensors.js"
import type { Calibration, DeviceSettings, Phases, SettingsChange } from "./device-settings.js"
import { KIND_CHANGE } from "./kind-change.js"
import type { Store } from "./store.js"

type SettingsQueries = Pick<
    Store,
    | "deviceSettings"
    | "changeSettings"
    | "saveSettingsSent"
    | "saveVersionInForce"
    | "saveSettingsAnswer"
    | "saveCalibration"
    | "calibrations"
>

interface SettingsRow {
    version: number
    phases: Phases
    channels: string
    flashMinutes: number
    versionInForce: number | null
    inForceSinceMs: number
    sentMs: number | null
    answeredMs: number | null
    triedVersion: number | null
    reason: string | null
}

type CalibrationRow = Omit<Calibration, "before" | "after"> & { before: string; after: string }

export function settingsQueries(db: Database): SettingsQueries {
    const one = db.prepare<[string], SettingsRow>(
        `SELECT coalesce(version, 0) AS version, coalesce(phases, 1) AS phases,
             coalesce(channels, '[]') AS channels,
             coalesce(flash_minutes, ${STANDARD_FLASH_MINUTES}) AS flashMinutes, version_in_force AS versionInForce,
             coalesce(in_force_since_ms, 0) AS inForceSinceMs, sent_ms AS sentMs,
             answered_ms AS answeredMs, answered_version AS triedVersion, refusal AS reason
         FROM devices LEFT JOIN device_settings ON device_id = id WHERE id = ?`
    )
    const add = db.prepare(
        "INSERT INTO device_settings (device_id) VALUES (?) ON CONFLICT DO NOTHING"
    )
    const setSent = db.prepare("UPDATE device_settings SET sent_ms = ? WHERE device_id = ?")
    const setInForce = db.prepare(
        `UPDATE device_settings SET version_in_force = @version,
             in_force_since_ms = iif(version_in_force IS @version, in_force_since_ms, @nowMs)
         WHERE device_id = @deviceId`
    )
    const setAnswer = db.prepare(
        `UPDATE device_settings SET answered_ms = ?, answered_version = ?, refusal = ?
         WHERE device_id = ?`
    )
    const calibrations = db.prepare<[string], CalibrationRow>(
        `SELECT id, channel, calibrated_ms AS calibratedMs, user, before, after,
             undone_ms AS undoneMs
         FROM calibrations WHERE device_id = ? ORDER BY id DESC`
    )
    const deviceSettings = (deviceId: string) => {
        const row = one.get(deviceId)
        return row && toSettings(row)
    }
    const writeCalibration = calibrationWriter(db)
    const write = changeWriter(db, writeCalibration)
    const setKinds = kindWriter(db)
    return {
        deviceSettings,
        changeSettings: db.transaction((deviceId, expectedVersion, change) => {
            if (deviceSettings(deviceId)?.version !== expectedVersion) return undefined
            add.run(deviceId)
            write(deviceId, expectedVersion + 1, change)
            return expectedVersion + 1
        }).immediate,
        saveSettingsSent: (deviceId, nowMs) => void setSent.run(nowMs, deviceId),
        saveVersionInForce: db.transaction((deviceId, version, nowMs) => {
            const settings = deviceSettings(deviceId)
            // a device says so at every hello, and mostly nothing new
            if (settings?.versionInForce === version) return
            add.run(deviceId)
            setInForce.run({ deviceId, version, nowMs })
            if (settings && version > 0 && settings.version === version)
                setKinds(deviceId, settings.channels)
        }).immediate,
        saveSettingsAnswer: db.transaction((deviceId, answer, nowMs) => {
            add.run(deviceId)
            const { versionInForce, triedVersion, reason = null } = answer
            setInForce.run({ deviceId, version: versionInForce, nowMs })
            setAnswer.run(nowMs, triedVersion, reason, deviceId)
            const settings = deviceSettings(deviceId)
            if (settings && settings.version === versionInForce)
                setKinds(deviceId, settings.channels)
        }).immediate,
        saveCalibration: (deviceId, change) => writeCalibration(deviceId, change),
        calibrations: deviceId =>
            calibrations.all(deviceId).map(row => ({
                ...row,
                before: JSON.parse(row.before),
                after: JSON.parse(row.after),
            })),
    }
}

function toSettings(row: SettingsRow): DeviceSettings {
    const { answeredMs, triedVersion, reason, channels, ...settings } = row
    const answer =
        answeredMs === null || triedVersion === null
            ? null
            : { atMs: answeredMs, triedVersion, reason }
    return { ...settings, channels: JSON.parse(channels), answer }
}

/** Writes every part of a change, inside the caller's transaction. */
function changeWriter(db: Database, writeCalibration: ReturnType<typeof calibrationWriter>) {
    const save = db.prepare(
        `UPDATE device_settings SET version = @version, phases = @phases, channels = @channels,
             flash_minutes = coalesce(@flashMinutes, flash_minutes), sent_ms = NULL
         WHERE device_id = @deviceId`
    )
    const label = db.prepare(
        `INSERT INTO channels (device_id, number, kind, name, type, per_pulse, direction)
         VALUES (@deviceId, @number, @kind, @name, @type, @perPulse, @direction)
         ON CONFLICT (device_id, number) DO UPDATE SET name = excluded.name,
             type = excluded.type, per_pulse = excluded.per_pulse, direction = excluded.direction`
    )
    const writeClampSensors = clampSensorWriter(db)
    return (deviceId: string, version: number, change: SettingsChange): void => {
        const { phases, channels, labels } = change
        const { flashMinutes = null } = change
        save.run({
            deviceId,
            version,
            phases,
            channels: JSON.stringify(channels),
            flashMinutes,
        })
        labels.forEach((names, number) => {
            label.run({ deviceId, number, kind: channels[number].kind, ...names })
        })
        writeClampSensors(deviceId, change.clampSensors)
        writeCalibration(deviceId, change)
    }
}

function calibrationWriter(db: Database) {
    const add = db.prepare(
        `INSERT INTO calibrations (device_id, channel, calibrated_ms, user, before, after)
         VALUES (@deviceId, @channel, @calibratedMs, @user, @before, @after)`
    )
    const takeBack = db.prepare(
        "UPDATE calibrations SET undone_ms = ? WHERE id = ? AND device_id = ?"
    )
    return (
        deviceId: string,
        { calibration, undo }: Pick<SettingsChange, "calibration" | "undo">
    ): void => {
        if (calibration)
            add.run({
                deviceId,
                ...calibration,
                before: JSON.stringify(calibration.before),
                after: JSON.stringify(calibration.after),
            })
        if (undo) takeBack.run(undo.nowMs, undo.calibrationId, deviceId)
    }
}

/** A channel has its new kind once the device works with it, and not before. */
function kindWriter(db: Database) {
    const setKind = db.prepare(
        `UPDATE channels SET ${KIND_CHANGE} WHERE device_id = @deviceId AND number = @number`
    )
    return (deviceId: string, channels: Channel[]): void =>
        channels.forEach(({ kind }, number) => {
            setKind.run({ deviceId, number, kind, isMains: isClampKind(kind) ? 1 : 0 })
        })
}
