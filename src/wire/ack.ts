import { getU32, getU48, putU8, putU32, putU48 } from "./bytes.js"
import { MAX_DOWNLINK_BYTES, PROTOCOL_VERSION, TOPIC_BYTES } from "./limits.js"

/** What the server has stored for good, with its clock. Also the answer to a hello. */
export interface Ack {
    bootId: number
    /** The server's clock when it sent this, Unix ms. */
    serverTimeMs: number
    reports: AckedReport[]
}

export interface AckedReport {
    channel: number
    sequence: number
}

const HEADER_BYTES = 12
const ENTRY_BYTES = 5

/** Reports that one ack can name within the device's message limit. */
export const MAX_ACKED_REPORTS = Math.floor(
    (MAX_DOWNLINK_BYTES - TOPIC_BYTES - HEADER_BYTES) / ENTRY_BYTES
)

/** Throws RangeError past MAX_ACKED_REPORTS. */
export function encodeAck(ack: Ack): Buffer {
    if (ack.reports.length > MAX_ACKED_REPORTS) throw new RangeError("ack: too many reports")
    const buf = Buffer.alloc(HEADER_BYTES + ack.reports.length * ENTRY_BYTES)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU32(buf, 1, ack.bootId)
    putU48(buf, 5, ack.serverTimeMs)
    let at = putU8(buf, 11, ack.reports.length)
    for (const report of ack.reports) {
        at = putU8(buf, at, report.channel)
        at = putU32(buf, at, report.sequence)
    }
    return buf
}

/** Returns the reason as a string when the bytes are not an ack. */
export function decodeAck(buf: Buffer): Ack | string {
    if (buf.length < HEADER_BYTES) return "ack: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `ack: unknown version ${buf[0]}`
    if (buf.length !== HEADER_BYTES + buf[11] * ENTRY_BYTES) return "ack: length does not fit"
    const reports: AckedReport[] = []
    for (let at = HEADER_BYTES; at < buf.length; at += ENTRY_BYTES)
        reports.push({ channel: buf[at], sequence: getU32(buf, at + 1) })
    return { bootId: getU32(buf, 1), serverTimeMs: getU48(buf, 5), reports }
}
