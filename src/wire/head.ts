import { getU32, getU48, putU8, putU32, putU48 } from "./bytes.js"
import { PROTOCOL_VERSION } from "./limits.js"

/** What every message begins with that waits in the outbox: all that the outbox knows of it. */
export interface Head {
    /** 0 to 15; above that the logs that belong to no channel. */
    channel: number
    /** Random per boot. */
    bootId: number
    /** Counts the messages of this channel since boot, from 0; the outbox gives it. */
    sequence: number
    /** Unix ms, or ms since boot when `isUptime`. */
    startMs: number
    isUptime: boolean
}

export const FLAG_UPTIME = 1
/** The message holds mains slots, not counts of pulses. */
export const FLAG_MAINS = 4

/** Channel byte of a device's event log. */
export const EVENT_LOG = 16
/** Channel byte of a device's waveform store. */
export const WAVEFORM_LOG = 17

export const HEAD_BYTES = 17

const FLAGS_AT = 2

/** Writes the head and returns the offset after it; `flags` beside FLAG_UPTIME. */
export function putHead(buf: Buffer, head: Head, flags: number): number {
    putU8(buf, 0, PROTOCOL_VERSION)
    putU8(buf, 1, head.channel)
    putU8(buf, FLAGS_AT, head.isUptime ? flags + FLAG_UPTIME : flags)
    putU32(buf, 3, head.bootId)
    putU32(buf, 7, head.sequence)
    return putU48(buf, 11, head.startMs)
}

/** Reads the head of at least HEAD_BYTES bytes. */
export function getHead(buf: Buffer): Head {
    return {
        channel: buf[1],
        bootId: getU32(buf, 3),
        sequence: getU32(buf, 7),
        startMs: getU48(buf, 11),
        isUptime: (buf[FLAGS_AT] & FLAG_UPTIME) !== 0,
    }
}

/** Does a message of the report topic hold mains slots? */
export function hasMainsSlots(buf: Buffer): boolean {
    return buf.length > FLAGS_AT && (buf[FLAGS_AT] & FLAG_MAINS) !== 0
}
