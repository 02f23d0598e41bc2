import { getU16, putU8, putU16 } from "./bytes.js"
import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"

/** What the server asks of a device. */
export type Command = LiveCommand | WaveformCommand | LevelCommand

/** Send live values for this long; 0 stops them. The server renews it while somebody watches. */
interface LiveCommand {
    kind: "live"
    seconds: number
}

/** Send a snapshot of a mains channel's voltage and current. */
interface WaveformCommand {
    kind: "waveform"
    channel: number
}

/** Send what a channel's sensor sees for this long, to aim it; 0 stops that. */
interface LevelCommand {
    kind: "level"
    channel: number
    seconds: number
}

const COMMAND_LIVE = 1
const COMMAND_WAVEFORM = 2
const COMMAND_LEVEL = 3

/** `seconds` 0 to 65,535. */
export function encodeCommand(command: Command): Buffer {
    if (command.kind === "live") return encodeSeconds(COMMAND_LIVE, -1, command.seconds)
    if (command.kind === "level")
        return encodeSeconds(COMMAND_LEVEL, command.channel, command.seconds)
    const buf = Buffer.alloc(3)
    putU8(buf, 0, PROTOCOL_VERSION)
    putU8(buf, 1, COMMAND_WAVEFORM)
    putU8(buf, 2, command.channel)
    return buf
}

/** Returns the reason as a string when the bytes are not a command this version knows. */
export function decodeCommand(buf: Buffer): Command | string {
    if (buf.length < 2 || buf[0] !== PROTOCOL_VERSION) return "command: unknown version"
    const kind = buf[1]
    if (kind < COMMAND_LIVE || kind > COMMAND_LEVEL) return `command: unknown kind ${kind}`
    const length = kind === COMMAND_LIVE ? 4 : kind === COMMAND_WAVEFORM ? 3 : 5
    if (buf.length !== length) return "command: length does not fit"
    if (kind === COMMAND_LIVE) return { kind: "live", seconds: getU16(buf, 2) }
    const channel = buf[2]
    if (channel >= MAX_CHANNELS) return "command: channel above 15"
    if (kind === COMMAND_WAVEFORM) return { kind: "waveform", channel }
    return { kind: "level", channel, seconds: getU16(buf, 3) }
}

function encodeSeconds(kind: number, channel: number, seconds: number): Buffer {
    const buf = Buffer.alloc(channel < 0 ? 4 : 5)
    putU8(buf, 0, PROTOCOL_VERSION)
    let at = putU8(buf, 1, kind)
    if (channel >= 0) at = putU8(buf, at, channel)
    putU16(buf, at, seconds)
    return buf
}
