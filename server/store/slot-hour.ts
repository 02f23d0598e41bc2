import { MISSING } from "../../src/wire/report.js"
import { RESOLUTION_SECONDS } from "./store.js"

/**
 * The counts of an hour's 5 s slots: one byte each, or two (little-endian) once one does not fit. All bits
 * set where nothing was sampled.
 */

export const SLOTS_PER_HOUR = RESOLUTION_SECONDS.hour / RESOLUTION_SECONDS.slot
const EMPTY_NARROW = 0xff
const EMPTY_WIDE = 0xffff

export function emptyHour(): Buffer {
    return Buffer.alloc(SLOTS_PER_HOUR, EMPTY_NARROW)
}

/** The count of the slot at an index, MISSING where nothing was sampled. */
export function slotAt(counts: Buffer, at: number): number {
    if (counts.length === SLOTS_PER_HOUR) return counts[at] === EMPTY_NARROW ? MISSING : counts[at]
    const count = counts[at * 2] + counts[at * 2 + 1] * 256
    return count === EMPTY_WIDE ? MISSING : count
}

/** Sets a slot's count, at most 65,534; returns the hour, another buffer once it has to be wider. */
export function withSlot(counts: Buffer, at: number, count: number): Buffer {
    if (counts.length === SLOTS_PER_HOUR) {
        if (count >= EMPTY_NARROW) return withSlot(widened(counts), at, count)
        counts[at] = count
    } else counts.writeUInt16LE(count, at * 2)
    return counts
}

/** An hour in as few bytes as it takes. */
export function narrowed(counts: Buffer): Buffer {
    const narrow = emptyHour()
    for (let at = 0; at < SLOTS_PER_HOUR; at++) {
        const count = slotAt(counts, at)
        if (count >= EMPTY_NARROW) return counts
        if (count !== MISSING) narrow[at] = count
    }
    return narrow
}

function widened(counts: Buffer): Buffer {
    const wide = Buffer.alloc(SLOTS_PER_HOUR * 2, EMPTY_WIDE & 0xff)
    for (let at = 0; at < SLOTS_PER_HOUR; at++) {
        const count = slotAt(counts, at)
        if (count !== MISSING) wide.writeUInt16LE(count, at * 2)
    }
    return wide
}
