import { getU16, putU8, putU16 } from "./bytes.js"
import { PROTOCOL_VERSION } from "./limits.js"

/** What the server asks of a device. */
export interface Command {
    /** Send live values for this long; 0 stops them. The server renews it while somebody watches. */
    liveSeconds: number
}

const COMMAND_LIVE = 1

/** `liveSeconds` 0 to 65,535. */
export function encodeCommand(command: Command): Buffer {
    const buf = Buffer.alloc(4)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU8(buf, 1, COMMAND_LIVE)
    putU16(buf, 2, command.liveSeconds)
    return buf
}

/** Returns the reason as a string when the bytes are not a command this version knows. */
export function decodeCommand(buf: Buffer): Command | string {
    if (buf.length < 2 || buf[0] !== PROTOCOL_VERSION) return "command: unknown version"
    if (buf[1] !== COMMAND_LIVE) return `command: unknown kind ${buf[1]}`
    if (buf.length !== 4) return "command: length does not fit"
    return { liveSeconds: getU16(buf, 2) }
}
