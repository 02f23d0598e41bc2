import type { ChannelType } from "./store.js"
import type { Piece } from "./timeline.js"

/** What speaks another project's protocol to this server. */
const FOREIGN_PROTOCOLS = ["flukso", "blinkiki", "espmeter", "openstrom", "emon"] as const
export type ForeignProtocol = (typeof FOREIGN_PROTOCOLS)[number]
export const PROTOCOLS = ["meterbeat", ...FOREIGN_PROTOCOLS] as const
export type Protocol = (typeof PROTOCOLS)[number]

/**
 * What was counted in some time: Unix seconds and length on multiples of 5 s; a null count says
 * nothing and is passed over.
 */
export type Reading = Piece

/** How many readings were new, stored before, against what is stored, or dated over a day ahead. */
export interface ReadingsResult {
    stored: number
    known: number
    conflicting: number
    ahead: number
}

/** 5 s slots in a row, oldest first; null where nothing was sampled. */
export interface SlotRun {
    startS: number
    counts: (number | null)[]
}

export const NOTES = ["started", "refused", "clock_ahead_s", "battery_v"] as const

/** What a device said beside its counts, or why some of these were not taken. */
export interface DeviceNote {
    what: (typeof NOTES)[number]
    /** Unix ms. */
    atMs: number
    value: number | null
    text: string | null
}

export interface NewForeignDevice {
    homeId: number
    protocol: ForeignProtocol
    /** What the device calls itself, or anything that is unique in its protocol. */
    serial: string
    name: string
    /** Signs its messages. */
    key?: Buffer
    /** The only address that it may send from. */
    address?: string
    /** Numbered from 0 in this order. */
    channels: { name: string; type: ChannelType; perPulse: number }[]
}

export interface ForeignDevice {
    /** 16 lowercase hex digits, as of every device. */
    id: string
    protocol: ForeignProtocol
    serial: string
    address: string | null
    key: Buffer | undefined
    /** Ids of its channels, by number. */
    channelIds: number[]
}

/** Devices of other projects and what they tell, in the tables that every read goes to. */
export interface ForeignStore {
    /** Returns its id. Throws AppError `conflict` when serial or address are taken. */
    addForeignDevice(device: NewForeignDevice): string
    /** Adds a channel behind the others; returns its id. */
    addForeignChannel(deviceId: string, channel: NewForeignDevice["channels"][number]): number
    foreignDevice(id: string): ForeignDevice | undefined
    foreignDeviceOf(protocol: ForeignProtocol, serial: string): ForeignDevice | undefined
    foreignDeviceAt(protocol: ForeignProtocol, address: string): ForeignDevice | undefined
    /** Throws AppError `conflict` when another device of the protocol has it. */
    saveAddress(deviceId: string, address: string): void

    /**
     * Stores each second of a channel once, in any order, with sums and totals in the same transaction.
     * The first to tell of a second is believed. A reading over finer ones adds only what they leave of
     * it, so the totals of readings that agree do not depend on their order.
     */
    storeReadings(channelId: number, readings: Reading[], nowMs: number): ReadingsResult
    /**
     * Stores the times of single pulses, Unix ms, each once: two pulses are never at the same ms. A slot
     * of 5 s counts at least its pulses; one that a longer reading holds is counted there already.
     * `conflicting` is always 0.
     */
    storePulses(channelId: number, epochsMs: number[], nowMs: number): ReadingsResult
    /** What is stored of a range, Unix ms, oldest first: slots and longer readings as they were told. */
    readings(channelId: number, fromMs: number, toMs: number): Reading[]
    /**
     * Adds slots that are known to be new to whatever is in their time, and keeps what the reader of the
     * device's messages knows then, in one transaction.
     */
    addSlots(deviceId: string, channelId: number, run: SlotRun, state: string): void
    receiverState(deviceId: string): string | undefined

    /** A note of the same kind and time replaces the one that is there; the oldest go in time. */
    addNotes(deviceId: string, notes: DeviceNote[]): void
    /** Notes of a range, Unix ms, newest first. */
    notes(
        deviceId: string,
        query: {
            what?: DeviceNote["what"] | undefined
            fromMs: number
            toMs: number
            limit: number
        }
    ): DeviceNote[]
    /** Times of single pulses in a range, Unix ms, oldest first, also of Meterbeat's own devices. */
    pulseTimes(channelId: number, fromMs: number, toMs: number): number[]
}
