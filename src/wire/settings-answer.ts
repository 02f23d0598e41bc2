import { getU32, putU8, putU32 } from "./bytes.js"
import { PROTOCOL_VERSION } from "./limits.js"

/** What became of settings that a device was sent. */
export interface SettingsAnswer {
    bootId: number
    /** Version of the settings that were sent. */
    triedVersion: number
    /** Version of the settings that the device works with now. */
    versionInForce: number
    /** Why they were refused, naming field and limit; undefined when they are in force. */
    reason: string | undefined
}

const HEADER_BYTES = 14
/** A longer reason is cut off. */
const MAX_REASON_LENGTH = 120

/** `reason` holds printable ASCII only. */
export function encodeSettingsAnswer(answer: SettingsAnswer): Buffer {
    const reason = answer.reason ?? ""
    const length = Math.min(reason.length, MAX_REASON_LENGTH)
    const buf = Buffer.alloc(HEADER_BYTES + length)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU32(buf, 1, answer.bootId)
    putU32(buf, 5, answer.triedVersion)
    putU32(buf, 9, answer.versionInForce)
    let at = putU8(buf, 13, answer.reason === undefined ? 0 : 1)
    for (let i = 0; i < length; i++) at = putU8(buf, at, reason.charCodeAt(i))
    return buf
}

/** Returns the reason as a string when the bytes are not an answer. */
export function decodeSettingsAnswer(buf: Buffer): SettingsAnswer | string {
    if (buf.length < HEADER_BYTES) return "settings answer: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `settings answer: unknown version ${buf[0]}`
    const isRefused = buf[13] === 1
    const length = buf.length - HEADER_BYTES
    if (buf[13] > 1) return "settings answer: outcome above 1"
    if (isRefused !== length > 0 || length > MAX_REASON_LENGTH)
        return "settings answer: length does not fit"
    let reason = ""
    for (let at = HEADER_BYTES; at < buf.length; at++) {
        if (buf[at] < 32 || buf[at] > 126) return "settings answer: reason is not printable ASCII"
        reason += String.fromCharCode(buf[at])
    }
    return {
        bootId: getU32(buf, 1),
        triedVersion: getU32(buf, 5),
        versionInForce: getU32(buf, 9),
        reason: isRefused ? reason : undefined,
    }
}
