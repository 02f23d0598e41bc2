import type { Channel as WireChannel } from "../../src/wire/channels.js"
import type { ChannelInfo, ChannelType } from "./store.js"

/** What a device shall work with, and how far that has come. */
export interface DeviceSettings {
    /** Of the wanted settings; 0 while nobody wanted any. */
    version: number
    phases: Phases
    channels: WireChannel[]
    /** While the server is away, the device keeps its counts in flash after at most so long. */
    flashMinutes: number
    /** What the device said it works with; null before it said anything. */
    versionInForce: number | null
    /** Unix ms at which the device first said so; 0 before it said anything. */
    inForceSinceMs: number
    /** When the wanted settings were last sent, Unix ms. */
    sentMs: number | null
    answer: SettingsOutcome | null
}

/** The device's last answer. */
interface SettingsOutcome {
    atMs: number
    triedVersion: number
    /** Why the device refused them; null when they came into force. */
    reason: string | null
}

export type Phases = 1 | 3

/** What people call a channel, and what its counts mean. */
export type ChannelLabel = Pick<ChannelInfo, "name" | "type" | "perPulse" | "direction">

export interface SettingsChange {
    phases: Phases
    channels: WireChannel[]
    /** As before by default. */
    flashMinutes?: number
    /** One per channel, or none when only the device's part changes. */
    labels: ChannelLabel[]
    /** The clamp sensors as the number of phases groups them; none to leave them alone. */
    clampSensors: ClampSensor[]
    /** Kept with the change that it makes. */
    calibration?: NewCalibration
    /** Calibration that the change takes back, and when. */
    undo?: { calibrationId: number; nowMs: number }
}

/** One of a device's three clamp sensors. */
export interface ClampSensor {
    /** 1 to 3. */
    port: number
    /** Indices among the device's channels. */
    numbers: number[]
    isEnabled: boolean
}

/** A logical sensor: the sum of channels of one class and type. */
export interface Sensor {
    id: number
    name: string
    type: ChannelType
    isEnabled: boolean
    channelIds: number[]
    homeId: number
    /** 32 lowercase hex digits, the same for ever: what other programs' APIs call it. */
    publicId: string
    /** Shown where the home is shared. */
    isMain: boolean
}

/** In the first home and not a main one unless told otherwise. */
export type NewSensor = Omit<Sensor, "id" | "publicId" | "homeId" | "isMain"> &
    Partial<Pick<Sensor, "homeId" | "isMain">>

interface NewCalibration {
    /** Index among the device's channels. */
    channel: number
    calibratedMs: number
    /** Who did it. */
    user: string
    /** The fields it changed. */
    before: Record<string, number>
    after: Record<string, number>
}

export interface Calibration extends NewCalibration {
    id: number
    /** Unix ms; null while it is in use. */
    undoneMs: number | null
}
