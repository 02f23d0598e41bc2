import type { SettingsAnswer } from "../../src/wire/settings-answer.js"
import type { Calibration, DeviceSettings, SettingsChange } from "./device-settings.js"

/** What devices shall work with, and what they said of it. */
export interface SettingsStore {
    /** Undefined for an unknown device. */
    deviceSettings(deviceId: string): DeviceSettings | undefined
    /** Returns the new version, undefined when `expectedVersion` is not the wanted one any more. */
    changeSettings(
        deviceId: string,
        expectedVersion: number,
        change: SettingsChange
    ): number | undefined
    saveSettingsSent(deviceId: string, nowMs: number): void
    saveVersionInForce(deviceId: string, version: number, nowMs: number): void
    saveSettingsAnswer(deviceId: string, answer: SettingsAnswer, nowMs: number): void
    /** Keeps a calibration that changes no settings, or takes one back. */
    saveCalibration(deviceId: string, change: Pick<SettingsChange, "calibration" | "undo">): void
    /** Newest first. */
    calibrations(deviceId: string): Calibration[]
}
