import type { Hello } from "../../src/wire/hello.js"
import type { Report } from "../../src/wire/report.js"

export const CHANNEL_TYPES = ["electricity", "gas", "water"] as const
export type ChannelType = (typeof CHANNEL_TYPES)[number]

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
    /** Wh per pulse, or litres for gas and water. */
    perPulse: number
}

/** A channel with the span of its stored slots, Unix ms; null while there is none. */
export interface Channel extends ChannelInfo {
    firstSlotMs: number | null
    lastSlotEndMs: number | null
}

type ChannelChange = Partial<Pick<ChannelInfo, "name" | "type" | "perPulse">>

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
}

/** One thing a device said, in the order it arrived. */
export type IngestItem = { deviceId: string; nowMs: number } & (
    | { kind: "hello"; hello: Hello }
    | { kind: "report"; report: Report }
)

/** `stored`: new, with its span; `known`: a hello or a repeat; `refused`: not to be acknowledged. */
export type IngestResult =
    | { outcome: "stored"; channelId: number; fromMs: number; toMs: number }
    | { outcome: "known" }
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

export interface User {
    name: string
    passwordHash: string
    mustChangePassword: boolean
}

/** Everything that is kept. Methods finish their work, durably, before they return. */
export interface Store {
    /** Throws AppError `conflict` when the id is taken. */
    createDevice(id: string, key: Buffer, name: string): void
    listDevices(): Device[]
    /** The 32-byte key, undefined for an unknown device. */
    deviceKey(id: string): Buffer | undefined

    channels(): Channel[]
    channel(id: number): Channel | undefined
    /** Returns the changed channel, undefined for an unknown id. */
    updateChannel(id: number, change: ChannelChange): Channel | undefined

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
    /** The stored 5 s slots that start in the range, oldest first. */
    slots(channelId: number, fromMs: number, toMs: number): { startMs: number; count: number }[]

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

    close(): void
}
