import { getI32, getU32, getU48, putI32, putU8, putU32, putU48 } from "./bytes.js"
import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"

/** One value a second per channel while somebody watches. Never stored, never acknowledged. */
export interface Live {
    bootId: number
    uptimeMs: number
    channels: LiveChannel[]
    /** The mains channels; undefined on a device without any. */
    mains?: LiveMains[] | undefined
}

export interface LiveChannel {
    channel: number
    countSinceBoot: number
    /** Between the last two pulses; 0 until there were two. */
    intervalMs: number
    /** Since the last pulse; 0 until there was one. */
    sinceLastMs: number
}

/** What a mains channel measured last. */
export interface LiveMains {
    channel: number
    /** Active power, 0.1 W, negative when delivered; apparent power where voltage is not measured. */
    powerDw: number
    /** RMS current, mA. */
    currentMa: number
    /** RMS voltage, 0.01 V. */
    voltageCv: number
}

const HEADER_BYTES = 12
const ENTRY_BYTES = 13
/** Set in the channel byte of a mains channel's entry. */
const MAINS = 128

/** Almost 50 days; a quiet channel's times stay there. */
const MAX_U32 = 4294967295

/** Throws RangeError past 16 channels. */
export function encodeLive(live: Live): Buffer {
    const mains = live.mains || []
    const count = live.channels.length + mains.length
    if (count > MAX_CHANNELS) throw new RangeError("live: more than 16 channels")
    const buf = Buffer.alloc(HEADER_BYTES + count * ENTRY_BYTES)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU32(buf, 1, live.bootId)
    putU48(buf, 5, live.uptimeMs)
    let at = putU8(buf, 11, count)
    for (const channel of live.channels) {
        at = putU8(buf, at, channel.channel)
        at = putU32(buf, at, channel.countSinceBoot)
        at = putU32(buf, at, Math.min(channel.intervalMs, MAX_U32))
        at = putU32(buf, at, Math.min(channel.sinceLastMs, MAX_U32))
    }
    for (const channel of mains) {
        at = putU8(buf, at, channel.channel + MAINS)
        at = putI32(buf, at, channel.powerDw)
        at = putU32(buf, at, channel.currentMa)
        at = putU32(buf, at, channel.voltageCv)
    }
    return buf
}

/** Returns the reason as a string when the bytes are not a live message. */
export function decodeLive(buf: Buffer): Live | string {
    if (buf.length < HEADER_BYTES) return "live: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `live: unknown version ${buf[0]}`
    if (buf[11] > MAX_CHANNELS) return "live: more than 16 channels"
    if (buf.length !== HEADER_BYTES + buf[11] * ENTRY_BYTES) return "live: length does not fit"
    const live: Live = { bootId: getU32(buf, 1), uptimeMs: getU48(buf, 5), channels: [] }
    for (let at = HEADER_BYTES; at < buf.length; at += ENTRY_BYTES) {
        if (buf[at] < MAINS) {
            live.channels.push(getCounted(buf, at))
            continue
        }
        if (live.mains === undefined) live.mains = []
        live.mains.push(getMains(buf, at))
    }
    return live
}

function getCounted(buf: Buffer, at: number): LiveChannel {
    return {
        channel: buf[at],
        countSinceBoot: getU32(buf, at + 1),
        intervalMs: getU32(buf, at + 5),
        sinceLastMs: getU32(buf, at + 9),
    }
}

function getMains(buf: Buffer, at: number): LiveMains {
    return {
        channel: buf[at] - MAINS,
        powerDw: getI32(buf, at + 1),
        currentMa: getU32(buf, at + 5),
        voltageCv: getU32(buf, at + 9),
    }
}
