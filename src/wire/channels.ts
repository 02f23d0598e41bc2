import { MAX_CHANNELS } from "./limits.js"

/** Input kinds that this firmware knows; a channel names its kind by index. */
export const CHANNEL_KINDS = ["light", "pulse"]

export const KIND_LIGHT = 0
export const KIND_PULSE = 1

/** The device's setting that holds its channels; the value is JSON, as channelsSetting makes it. */
export const CHANNELS_KEY = "channels"

/** One input of a device. */
export interface Channel {
    /** Index into CHANNEL_KINDS. */
    kind: number
    /** Number in the pin's label: light channels use A1, A2 ..., pulse channels D1, D2 ... */
    pin: number
}

/** What a device counts before anybody set its channels. */
export const DEFAULT_CHANNELS: Channel[] = [
    { kind: KIND_LIGHT, pin: 1 },
    { kind: KIND_PULSE, pin: 1 },
]

/** The setting's value, before JSON: kind and pin of each channel. 16 of them take 113 bytes. */
export function channelsSetting(channels: Channel[]): number[][] {
    return channels.map(channel => [channel.kind, channel.pin])
}

/** Reads the setting's value; returns the reason as a string when it is not a valid one. */
export function parseChannels(value: unknown): Channel[] | string {
    if (!Array.isArray(value)) return "channels: not a list"
    if (value.length < 1 || value.length > MAX_CHANNELS) return "channels: not 1 to 16 channels"
    const channels: Channel[] = []
    for (const entry of value) {
        if (!Array.isArray(entry) || entry.length !== 2) return "channels: not a kind and a pin"
        const kind = entry[0]
        const pin = entry[1]
        if (!isWhole(kind, 0, CHANNEL_KINDS.length - 1)) return `channels: unknown kind ${kind}`
        if (!isWhole(pin, 1, MAX_CHANNELS)) return "channels: pin not 1 to 16"
        channels.push({ kind, pin })
    }
    return channels
}

function isWhole(value: unknown, min: number, max: number): boolean {
    return typeof value === "number" && Math.floor(value) === value && value >= min && value <= max
}
