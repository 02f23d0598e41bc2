import { getBits, putBits } from "./bits.js"
import { getU32, putU8, putU32 } from "./bytes.js"
import { CHANNEL_BYTES, type ChannelField, FieldTables } from "./channel-fields.js"
import { CHANNEL_KINDS, type Channel, KIND_LIGHT, KIND_PULSE, standardChannel } from "./channels.js"
import { MAX_CHANNELS, MAX_SETTINGS_BYTES, PROTOCOL_VERSION } from "./limits.js"

/** Key of the device's flash setting that holds its settings, as encodeSettings makes them. */
export const SETTINGS_KEY = "channels"

/** All that a device is told about its channels, as one message and one flash setting. */
export interface Settings {
    /** Counts up by one per change on the server; 0 is what a device has built in. */
    version: number
    channels: Channel[]
    /** While the server is away, counts are kept in flash after at most so long. */
    flashMinutes: number
}

export const LEAST_FLASH_MINUTES = 5
export const MOST_FLASH_MINUTES = 60
export const STANDARD_FLASH_MINUTES = 10

const HEADER_BYTES = 6
/** Behind the channels. */
const FLASH_BYTES = 1
/** Set in the byte of the kind when the channel is off. */
const DISABLED = 0x80

/** What a device counts before anybody set its channels. */
export function builtInSettings(): Settings {
    return {
        version: 0,
        channels: [standardChannel(KIND_LIGHT, 1), standardChannel(KIND_PULSE, 1)],
        flashMinutes: STANDARD_FLASH_MINUTES,
    }
}

/** Bytes that settings of these channels take; they fit up to MAX_SETTINGS_BYTES. */
export function settingsSize(channels: Channel[]): number {
    let size = HEADER_BYTES + FLASH_BYTES
    for (const channel of channels) size += CHANNEL_BYTES[channel.kind]
    return size
}

/** For settings that validateSettings accepts. Throws RangeError when they are too long. */
export function encodeSettings(settings: Settings): Buffer {
    const size = settingsSize(settings.channels)
    if (size > MAX_SETTINGS_BYTES) throw new RangeError(tooLong(size))
    const buf = Buffer.alloc(size)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU32(buf, 1, settings.version)
    let at = putU8(buf, 5, settings.channels.length)
    const tables = new FieldTables()
    for (const channel of settings.channels)
        at = putChannel(buf, at, channel, tables.of(channel.kind))
    putU8(buf, at, settings.flashMinutes)
    return buf
}

/**
 * Returns the reason as a string when the bytes are not settings. Their shape is right then, and no
 * more: only validateSettings tells whether a board can work with them.
 */
export function decodeSettings(buf: Buffer): Settings | string {
    if (buf.length < HEADER_BYTES) return "settings: shorter than their header"
    if (buf.length > MAX_SETTINGS_BYTES) return tooLong(buf.length)
    if (buf[0] !== PROTOCOL_VERSION) return `settings: unknown version ${buf[0]}`
    const count = buf[5]
    if (count < 1 || count > MAX_CHANNELS) return "settings: must have 1 to 16 channels"
    const channels: Channel[] = []
    const tables = new FieldTables()
    let at = HEADER_BYTES
    for (let i = 0; i < count; i++) {
        if (at >= buf.length) return "settings: length does not fit"
        const kind = buf[at] & (DISABLED - 1)
        if (kind >= CHANNEL_KINDS.length) return `channels[${i}].kind must be 0 to 5`
        const size = CHANNEL_BYTES[kind]
        if (at + size > buf.length) return "settings: length does not fit"
        channels.push(getChannel(buf, at, kind, tables.of(kind)))
        at += size
    }
    // settings that an older program kept in flash end here
    const flashMinutes = at < buf.length ? buf[at++] : STANDARD_FLASH_MINUTES
    if (at !== buf.length) return "settings: length does not fit"
    if (flashMinutes < LEAST_FLASH_MINUTES || flashMinutes > MOST_FLASH_MINUTES)
        return "settings: flashMinutes must be 5 to 60"
    return { version: getU32(buf, 1), channels, flashMinutes }
}

/** The refusal of settings that no device could keep. */
export function tooLong(size: number): string {
    return `settings: ${size} bytes, at most ${MAX_SETTINGS_BYTES} fit: remove a channel`
}

/** Every channel begins on a byte of its own. */
function putChannel(buf: Buffer, at: number, channel: Channel, fields: ChannelField[]): number {
    const values = channel.fields
    buf[at] = channel.kind + (channel.isEnabled ? 0 : DISABLED)
    let bitAt = (at + 1) * 8
    for (const field of fields) {
        const steps = (values[field.name] - field.min) / field.step
        bitAt = putBits(buf, bitAt, steps, field.bits)
    }
    return (bitAt + 7) >> 3
}

function getChannel(buf: Buffer, at: number, kind: number, table: ChannelField[]): Channel {
    const fields: Record<string, number> = {}
    let bitAt = (at + 1) * 8
    for (const field of table) {
        const bits = field.bits
        fields[field.name] = field.min + getBits(buf, bitAt, bits) * field.step
        bitAt += bits
    }
    return { kind, isEnabled: buf[at] < DISABLED, fields }
}
