import { getU16, getU48, putU8, putU16, putU48 } from "./bytes.js"
import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"

/** What one channel's sensor sees, sample by sample, to aim it by. Never stored, never acknowledged. */
export interface Level {
    channel: number
    /** Of the first sample. */
    uptimeMs: number
    /** Between two samples, as asked for. */
    stepMs: number
    /** 0 to 65,535; a digital input gives 0 or 3,300. */
    millivolts: number[]
}

const HEADER_BYTES = 10
/** One second of samples. */
export const MAX_LEVEL_SAMPLES = 100

/** Throws RangeError past MAX_LEVEL_SAMPLES. */
export function encodeLevel(level: Level): Buffer {
    const count = level.millivolts.length
    if (count > MAX_LEVEL_SAMPLES) throw new RangeError("level: more than 100 samples")
    const buf = Buffer.alloc(HEADER_BYTES + count * 2)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU8(buf, 1, level.channel)
    putU48(buf, 2, level.uptimeMs)
    let at = putU16(buf, 8, level.stepMs)
    for (const millivolt of level.millivolts) at = putU16(buf, at, millivolt)
    return buf
}

/** Returns the reason as a string when the bytes are not a level message. */
export function decodeLevel(buf: Buffer): Level | string {
    if (buf.length < HEADER_BYTES) return "level: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `level: unknown version ${buf[0]}`
    if (buf[1] >= MAX_CHANNELS) return "level: channel above 15"
    if (buf.length % 2 !== 0 || buf.length > HEADER_BYTES + MAX_LEVEL_SAMPLES * 2)
        return "level: length does not fit"
    const millivolts: number[] = []
    for (let at = HEADER_BYTES; at < buf.length; at += 2) millivolts.push(getU16(buf, at))
    return { channel: buf[1], uptimeMs: getU48(buf, 2), stepMs: getU16(buf, 8), millivolts }
}
