import { getU32, getU48, putU8, putU32, putU48 } from "./bytes.js"
import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"

/** One value a second per channel while somebody watches. Never stored, never acknowledged. */
export interface Live {
    bootId: number
    uptimeMs: number
    channels: LiveChannel[]
}

export interface LiveChannel {
    channel: number
    countSinceBoot: number
    /** Between the last two pulses; 0 until there were two. */
    intervalMs: number
    /** Since the last pulse; 0 until there was one. */
    sinceLastMs: number
}

const HEADER_BYTES = 12
const ENTRY_BYTES = 13

/** Almost 50 days; a quiet channel's times stay there. */
const MAX_U32 = 4294967295

/** Throws RangeError past 16 channels. */
export function encodeLive(live: Live): Buffer {
    if (live.channels.length > MAX_CHANNELS) throw new RangeError("live: more than 16 channels")
    const buf = Buffer.alloc(HEADER_BYTES + live.channels.length * ENTRY_BYTES)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU32(buf, 1, live.bootId)
    putU48(buf, 5, live.uptimeMs)
    let at = putU8(buf, 11, live.channels.length)
    for (const channel of live.channels) {
        at = putU8(buf, at, channel.channel)
        at = putU32(buf, at, channel.countSinceBoot)
        at = putU32(buf, at, Math.min(channel.intervalMs, MAX_U32))
        at = putU32(buf, at, Math.min(channel.sinceLastMs, MAX_U32))
    }
    return buf
}

/** Returns the reason as a string when the bytes are not a live message. */
export function decodeLive(buf: Buffer): Live | string {
    if (buf.length < HEADER_BYTES) return "live: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `live: unknown version ${buf[0]}`
    if (buf[11] > MAX_CHANNELS) return "live: more than 16 channels"
    if (buf.length !== HEADER_BYTES + buf[11] * ENTRY_BYTES) return "live: length does not fit"
    const channels: LiveChannel[] = []
    for (let at = HEADER_BYTES; at < buf.length; at += ENTRY_BYTES)
        channels.push({
            channel: buf[at],
            countSinceBoot: getU32(buf, at + 1),
            intervalMs: getU32(buf, at + 5),
            sinceLastMs: getU32(buf, at + 9),
        })
    return { bootId: getU32(buf, 1), uptimeMs: getU48(buf, 5), channels }
}
