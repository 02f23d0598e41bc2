import { getU32, getU48, putU8, putU32, putU48 } from "./bytes.js"
import { PROTOCOL_VERSION } from "./limits.js"

/** What every message begins with that waits in the outbox: all that the outbox knows of it. */
export interface Head {
    /** 0 to 15; above that the logs that belong to no channel. */
    channel: number
    /** Random per boot. */
    bootId: number
    /**
     * Of a report: number of its first 5 s slot, counted since power-up. Of a page: its own number. Else
     * counts the messages of this log since power-up, from 0.
     */
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
/** Channel byte of the pages in a device's flash. */
export const PAGE_LOG = 18
/** Channel byte of a hello, where an ack names it by its {@link helloSequence}. */
export const HELLO_LOG = 19

export const HEAD_BYTES = 17

const FLAGS_AT = 2

/** Writes the head and returns the offset after it; `flags` beside FLAG_UPTIME. */
export function putHead(
    buf: Buffer,
    head: Head,
    flags: number,
    version = PROTOCOL_VERSION
): number {
    putU8(buf, 0, version)
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

/** Numbers an encoded message of a log that counts its messages. */
export function setSequence(buf: Buffer, sequence: number): void {
    putU32(buf, 7, sequence)
}

/** Does a message of the report topic hold mains slots? */
export function hasMainsSlots(buf: Buffer): boolean {
    return buf.length > FLAGS_AT && (buf[FLAGS_AT] & FLAG_MAINS) !== 0
}
