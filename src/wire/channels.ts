import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"

/** Input kinds that this firmware knows; a channel names its kind by index. */
export const CHANNEL_KINDS = ["light", "pulse"]

export const KIND_LIGHT = 0
export const KIND_PULSE = 1

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

/** The device's setting "channels": a version byte, then kind and pin of each channel. */
export function encodeChannels(channels: Channel[]): Buffer {
    const buf = Buffer.alloc(1 + channels.length * 2)
    buf[0] = PROTOCOL_VERSION
    for (let i = 0; i < channels.length; i++) {
        buf[1 + i * 2] = channels[i].kind
        buf[2 + i * 2] = channels[i].pin
    }
    return buf
}

/** Returns the reason as a string when the bytes are not a valid setting. */
export function decodeChannels(buf: Buffer): Channel[] | string {
    if (buf.length < 1 || buf[0] !== PROTOCOL_VERSION) return "channels: unknown version"
    const count = (buf.length - 1) / 2
    if (count !== Math.floor(count)) return "channels: length does not fit"
    if (count < 1 || count > MAX_CHANNELS) return "channels: not 1 to 16 channels"
    const channels: Channel[] = []
    for (let at = 1; at < buf.length; at += 2) {
        if (buf[at] >= CHANNEL_KINDS.length) return `channels: unknown kind ${buf[at]}`
        if (buf[at + 1] < 1 || buf[at + 1] > MAX_CHANNELS) return "channels: pin not 1 to 16"
        channels.push({ kind: buf[at], pin: buf[at + 1] })
    }
    return channels
}
