import type { DeviceEvent } from "../../src/wire/event.js"
import type { Hello } from "../../src/wire/hello.js"
import type { MainsReport } from "../../src/wire/mains-report.js"
import type { MainsSlot } from "../../src/wire/mains-slots.js"
import type { Page } from "../../src/wire/page.js"
import type { Report } from "../../src/wire/report.js"
import type { SettingsAnswer } from "../../src/wire/settings-answer.js"
import type { WaveformPiece } from "../../src/wire/waveform.js"
import type {
    Calibration,
    ChannelLabel,
    DeviceSettings,
    Sensor,
    SettingsChange,
} from "./device-settings.js"
import type { Discrepancies } from "./discrepancies.js"
import type { MainsSums } from "./mains-sums.js"

export const CHANNEL_TYPES = ["electricity", "gas", "water", "heat"] as const
export type ChannelType = (typeof CHANNEL_TYPES)[number]

export const DIRECTIONS = ["in", "out"] as const
export type Direction = (typeof DIRECTIONS)[number]

/** Length in seconds of a series' points; all but the first are kept as sums. */
export const RESOLUTION_SECONDS = { slot: 5, minute: 60, quarter: 900, hour: 3600, day: 86400 }
export type Resolution = keyof typeof RESOLUTION_SECONDS

export interface Device {
    /** 16 lowercase hex digits. */
    id: string
    name: string
    /** Board of the running image; null before its first hello. */
    board: string | null
    /** Unix ms up to which something of it is stored: its newest slot's end or boot; null if nothing. */
    lastStoredMs: number | null
}

export interface ChannelInfo {
    id: number
    deviceId: string
    /** Index among the device's channels, from 0. */
    number: number
    name: string
    /** Index into CHANNEL_KINDS. */
    kind: number
    type: ChannelType
    /** Wh per pulse, or litres for gas and water; ENERGY_UNIT_WH of a mains channel. */
    perPulse: number
    /** What flows out of the house counts against what flows in. */
    direction: Direction
}

/** A channel with the span of its stored slots, Unix ms; null while there is none. */
export interface Channel extends ChannelInfo {
    firstSlotMs: number | null
    lastSlotEndMs: number | null
}

type ChannelChange = Partial<ChannelLabel>

/** A channel with what its reports said last. */
export interface ChannelNow extends ChannelInfo {
    /** Pulses since install: the sum over all boots of the highest count since boot. */
    totalCount: number
    /** Pulses that no stored slot holds: known to have happened, not known when. */
    unplacedCount: number
    /** Pulses in slots from the asked time on; a cut coarse slot counts by its share. */
    sinceCount: number
    lastSlotEndMs: number | null
    lastPulseMs: number | null
    /** Between the last two pulses; null while unknown. */
    lastIntervalMs: number | null
    quality: number | null
    rejected: number | null
    lateTicks: number | null
    /** Energy delivered by a mains channel since install, and in slots from the asked time on; counts as of energy drawn. */
    totalOutCount: number
    sinceOutCount: number
    /** The newest slot of a mains channel; null while there is none. */
    mains: MainsSlot | null
}

/** One thing a device said, in the order it arrived. */
export type IngestItem = { deviceId: string; nowMs: number } & (
    | { kind: "hello"; hello: Hello }
    | { kind: "report"; report: Report }
    | { kind: "mains"; report: MainsReport }
    | { kind: "page"; page: Page }
    | { kind: "event"; event: DeviceEvent }
    | { kind: "waveform"; piece: WaveformPiece }
)

/**
 * `stored`: new slots, with the span of their message; `known`: nothing that a watcher is told, such as a
 * repeat; `dropped`: acknowledged all the same, since it never will have a place and would keep back what
 * comes after it.
 */
export type ChannelResult =
    | { outcome: "stored"; channelId: number; fromMs: number; toMs: number }
    | { outcome: "known" }
    | { outcome: "dropped"; reason: string }

/** `happened`: a new event; `page`: what became of each channel; `refused`: not to be acknowledged. */
export type IngestResult =
    | ChannelResult
    | { outcome: "happened"; event: StoredEvent }
    | { outcome: "page"; channels: ChannelResult[] }
    | { outcome: "refused"; reason: string }

/** What a live message means, with the channel's settings. */
export interface LiveChannelState {
    channelId: number
    type: ChannelType
    perPulse: number
    totalCount: number
}

/** Equal steps without a hole; `counts` is null where nothing was sampled. */
export interface CountSeries {
    startMs: number[]
    counts: (number | null)[]
    /** Seconds of each step that were sampled. */
    coveredS: number[]
}

/** A step of a mains channel; a longer one than a slot has no angle of its own. */
export type MainsStep = MainsSums & { angleDdeg?: number }

/** Equal steps without a hole; null where nothing was measured. */
interface MainsSeries {
    startMs: number[]
    steps: (MainsStep | null)[]
}

/** From and to, Unix ms. */
export type TimeSpan = [number, number]

/** Something that happened at a device. */
export interface StoredEvent {
    id: number
    deviceId: string
    /** Null when it is of the whole device. */
    channelId: number | null
    /** One of EVENT_*. */
    code: number
    beganMs: number
    durationMs: number
    /** In the unit of the code. */
    value: number
}

/** Which events, newest first. */
interface EventQuery {
    fromMs: number
    toMs: number
    deviceId?: string | undefined
    channelId?: number | undefined
    limit: number
}

/** What is known of a waveform but for its samples. */
export interface WaveformInfo {
    id: number
    channelId: number
    startedMs: number
    /** 0 for a command, else the code of the event that asked for it. */
    cause: number
    /** From one sample to the next; 0 while unknown. */
    sampleNs: number
    samples: number
    /** False while pieces are missing. */
    isComplete: boolean
}

/** ADC codes; null where a piece is missing. Each current is half a sample after its voltage. */
interface Waveform extends WaveformInfo {
    voltage: (number | null)[]
    current: (number | null)[]
}

export interface User {
    name: string
    passwordHash: string
    mustChangePassword: boolean
}

/** How long detail is kept, in days; null for ever. */
interface Keep {
    keepSlotsDays: number | null
    keepMinutesDays: number | null
}

export interface Retention extends Keep {
    /** What is older may be gone, Unix ms. */
    slotsGoneBeforeMs: number
    minutesGoneBeforeMs: number
}

/** Everything that is kept. Methods finish their work, durably, before they return. */
export interface Store {
    /** Throws AppError `conflict` when the id is taken. */
    createDevice(id: string, key: Buffer, name: string): void
    listDevices(): Device[]
    /** Gives a device another 32-byte key; false for an unknown device. */
    replaceDeviceKey(id: string, key: Buffer): boolean
    /** The 32-byte key, undefined for an unknown device. */
    deviceKey(id: string): Buffer | undefined

    channels(): Channel[]
    channel(id: number): Channel | undefined
    /**
     * Returns the changed channel, undefined for an unknown id. Throws AppError `bad_request` for a type
     * or a constant of a mains channel, which counts energy by itself.
     */
    updateChannel(id: number, change: ChannelChange): Channel | undefined

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

    sensors(): Sensor[]
    sensor(id: number): Sensor | undefined
    /** Throws AppError `conflict` when another sensor has the name. */
    addSensor(sensor: Omit<Sensor, "id">): Sensor
    /** Replaces all but the id. Throws AppError `conflict` when another sensor has the name. */
    saveSensor(sensor: Sensor): void
    removeSensor(id: number): void

    /** Stores all of it in one transaction, each report once; one result per item. */
    ingest(batch: IngestItem[]): IngestResult[]

    /** All channels; `sinceMs` Unix ms. */
    now(sinceMs: number): ChannelNow[]
    /** Undefined when the device never announced this channel. */
    liveState(
        deviceId: string,
        bootId: number,
        number: number,
        countSinceBoot: number
    ): LiveChannelState | undefined
    /** Pulses per step over the range, widened to whole steps in UTC. */
    series(channelId: number, fromMs: number, toMs: number, resolution: Resolution): CountSeries
    /** Undefined for an unknown channel. */
    discrepancies(channelId: number): Discrepancies | undefined
    /** The stored 5 s slots that start in the range, oldest first. */
    slots(channelId: number, fromMs: number, toMs: number): { startMs: number; count: number }[]

    /** What a mains channel measured per step over the range, widened to whole steps in UTC. */
    mainsSeries(
        channelId: number,
        fromMs: number,
        toMs: number,
        resolution: Resolution
    ): MainsSeries
    /** Stretches whose counts may be wrong, as far as they touch the range; oldest first, none overlap. */
    poorSpans(channelId: number, fromMs: number, toMs: number): TimeSpan[]

    events(query: EventQuery): StoredEvent[]
    /** The waveforms of a channel that are kept, newest first. */
    waveforms(channelId: number): WaveformInfo[]
    waveform(id: number): Waveform | undefined

    user(name: string): User | undefined
    /** Adds the user or replaces the one of that name. */
    saveUser(user: User): void
    addSession(hash: Buffer, user: string, expiresMs: number): void
    /** The user of a session that has not expired. */
    sessionUser(hash: Buffer, nowMs: number): User | undefined
    removeSession(hash: Buffer): void
    /** Ends all sessions of the user but one. */
    removeOtherSessions(user: string, keepHash: Buffer): void
    removeExpiredSessions(nowMs: number): void

    retention(): Retention
    saveRetention(keep: Keep): void
    /** Deletes some of the oldest 5 s slots before a time, Unix ms; false when there were none. Sums stay. */
    removeOldSlots(beforeMs: number): boolean
    /** The same for sums of a minute. */
    removeOldMinutes(beforeMs: number): boolean

    /** Length of what is committed and not folded into the database yet. */
    logBytes(): number
    /** Commits something that changes nothing. Throws what any commit would. */
    checkWritable(): void
    close(): void
}
