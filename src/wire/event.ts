import { getI32, getU32, putI32, putU8, putU32 } from "./bytes.js"
import { EVENT_LOG, getHead, HEAD_BYTES, putHead } from "./head.js"
import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"

/** Something that happened at a device. docs/protocol.md, "Event". */
export interface DeviceEvent {
    bootId: number
    /** Counts the device's events since boot, from 0; the outbox gives it. */
    sequence: number
    /** When it began: Unix ms, or ms since boot when `isUptime`. */
    startMs: number
    isUptime: boolean
    /** One of EVENT_*; 1 to 5 are the detectors' tampers. */
    code: number
    /** 0 to 15, or WHOLE_DEVICE. */
    channel: number
    /** What was seen, in the unit of the code. */
    value: number
    /** 0 for what has no end. */
    durationMs: number
}

/** Channel of an event that is of no single channel. */
export const WHOLE_DEVICE = 255

/** The sensor sees nothing any more; value mV. */
export const EVENT_TORN_OFF = 1
/** Saturated by light; value mV. */
export const EVENT_BLINDED = 2
/** Stuck at a supply rail or at one level; value mV. */
export const EVENT_SHORTED = 3
/** Held by a foreign magnet; value mV. */
export const EVENT_FOREIGN_MAGNET = 4
/** A clamp's current is gone while its phase partners flow; value mA. */
export const EVENT_CLAMP_OPEN = 5
/** Value: residual voltage, 0.01 V. */
export const EVENT_SAG = 10
/** Value: highest voltage, 0.01 V. */
export const EVENT_SWELL = 11
/** Out of 45 to 70 Hz; value mHz. */
export const EVENT_FREQUENCY = 12
/** Value mA. */
export const EVENT_OVERLOAD = 13
/** Value: version of the settings now in force. */
export const EVENT_SETTINGS = 20
export const EVENT_CALIBRATION = 21

const MESSAGE_BYTES = HEAD_BYTES + 10
const MAX_U32 = 4294967295

/** A longer duration stays at almost 50 days. */
export function encodeEvent(event: DeviceEvent): Buffer {
    const buf = Buffer.alloc(MESSAGE_BYTES)
    const head = {
        channel: EVENT_LOG,
        bootId: event.bootId,
        sequence: event.sequence,
        startMs: event.startMs,
        isUptime: event.isUptime,
    }
    let at = putHead(buf, head, 0)
    at = putU8(buf, at, event.code)
    at = putU8(buf, at, event.channel)
    at = putI32(buf, at, event.value)
    putU32(buf, at, Math.min(event.durationMs, MAX_U32))
    return buf
}

/** Returns the reason as a string when the bytes are not an event. */
export function decodeEvent(buf: Buffer): DeviceEvent | string {
    if (buf.length !== MESSAGE_BYTES) return "event: length does not fit"
    if (buf[0] !== PROTOCOL_VERSION) return `event: unknown version ${buf[0]}`
    const head = getHead(buf)
    if (head.channel !== EVENT_LOG) return "event: not of the event log"
    const code = buf[HEAD_BYTES]
    const channel = buf[HEAD_BYTES + 1]
    if (code === 0) return "event: no code"
    if (channel >= MAX_CHANNELS && channel !== WHOLE_DEVICE)
        return "event: channel not 0 to 15 or 255"
    return {
        bootId: head.bootId,
        sequence: head.sequence,
        startMs: head.startMs,
        isUptime: head.isUptime,
        code,
        channel,
        value: getI32(buf, HEAD_BYTES + 2),
        durationMs: getU32(buf, HEAD_BYTES + 6),
    }
}
