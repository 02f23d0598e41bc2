import { getU32, getU48, putU8, putU32, putU48 } from "./bytes.js"
import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"

/** First message of a device on a new link; answered by an ack that names it and brings the time. */
export interface Hello {
    bootId: number
    uptimeMs: number
    /** Board id of the running image, 1 to 32 ASCII characters. */
    board: string
    /** Kind of each channel, in order: an index into CHANNEL_KINDS. */
    kinds: number[]
    /** Version of the settings in force, 0 for the built-in ones; older programs do not tell. */
    settingsVersion?: number
}

/** What an ack names the hello of this uptime by, as sequence: an answer may be to one sent long before. */
export function helloSequence(uptimeMs: number): number {
    // not %, which takes 32 bits on the device
    return uptimeMs - Math.floor(uptimeMs / 4294967296) * 4294967296
}

const HEADER_BYTES = 13
const VERSION_BYTES = 4

/** Throws RangeError for a board name or channel count that does not fit. */
export function encodeHello(hello: Hello): Buffer {
    const boardBytes = hello.board.length
    if (boardBytes < 1 || boardBytes > 32)
        throw new RangeError("hello: board not 1 to 32 characters")
    if (hello.kinds.length > MAX_CHANNELS) throw new RangeError("hello: more than 16 channels")
    const settingsVersion = hello.settingsVersion
    const versionBytes = settingsVersion === undefined ? 0 : VERSION_BYTES
    const buf = Buffer.alloc(HEADER_BYTES + boardBytes + hello.kinds.length + versionBytes)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU32(buf, 1, hello.bootId)
    putU48(buf, 5, hello.uptimeMs)
    putU8(buf, 11, boardBytes)
    putU8(buf, 12, hello.kinds.length)
    let at = HEADER_BYTES
    for (let i = 0; i < boardBytes; i++) at = putU8(buf, at, hello.board.charCodeAt(i))
    for (const kind of hello.kinds) at = putU8(buf, at, kind)
    if (settingsVersion !== undefined) putU32(buf, at, settingsVersion)
    return buf
}

/** Returns the reason as a string when the bytes are not a hello. */
export function decodeHello(buf: Buffer): Hello | string {
    if (buf.length < HEADER_BYTES) return "hello: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `hello: unknown version ${buf[0]}`
    const boardBytes = buf[11]
    if (boardBytes < 1 || boardBytes > 32) return "hello: board not 1 to 32 characters"
    if (buf[12] > MAX_CHANNELS) return "hello: more than 16 channels"
    const kindsEnd = HEADER_BYTES + boardBytes + buf[12]
    const hasVersion = buf.length === kindsEnd + VERSION_BYTES
    if (buf.length !== kindsEnd && !hasVersion) return "hello: length does not fit"
    let board = ""
    for (let i = 0; i < boardBytes; i++) {
        const code = buf[HEADER_BYTES + i]
        if (code < 33 || code > 126) return "hello: board is not printable ASCII"
        board += String.fromCharCode(code)
    }
    const kinds: number[] = []
    for (let at = HEADER_BYTES + boardBytes; at < kindsEnd; at++) kinds.push(buf[at])
    const hello: Hello = { bootId: getU32(buf, 1), uptimeMs: getU48(buf, 5), board, kinds }
    if (hasVersion) hello.settingsVersion = getU32(buf, kindsEnd)
    return hello
}
