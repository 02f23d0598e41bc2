/** Where the runtime keeps settings in 256 kB of flash: two halves, one in use, and pages for programs. */
export const FLASH_BYTES = 256 * 1024
export const PAGE_BYTES = 4096
export const HALF_BYTES = 4 * PAGE_BYTES
export const HALVES = [0, HALF_BYTES]
export const ENTRY_BYTES = 24
const HEADER_BYTES = 24
const MAGIC = [0x52545346, 0x6becea0a]
export const GENERATION_AT = 8
const SHAPE_AT = 12
const KEY_BYTES = 16
const NO_OFFSET = 0xffffffff

/** One setting of a half. */
export interface Entry {
    /** Where the entry itself lies. */
    at: number
    key: string
    /** Where its value lies. */
    offset: number
    size: number
    /** A program, in pages of its own. */
    isLarge: boolean
}

/** A half of the settings area, entries in the order in which they were written. */
export interface Half {
    base: number
    generation: number
    header: { at: number; size: number }
    entries: Entry[]
}

/** The half at `base`; undefined when its header is not valid. */
export function readHalf(flash: Buffer, base: number): Half | undefined {
    const isValid =
        MAGIC.every((magic, i) => flash.readUInt32LE(base + 4 * i) === magic) &&
        flash.readUInt32LE(base + SHAPE_AT) === PAGE_BYTES &&
        flash.readUInt16LE(base + SHAPE_AT + 4) === FLASH_BYTES / PAGE_BYTES &&
        flash.readUInt16LE(base + SHAPE_AT + 6) === HALF_BYTES / PAGE_BYTES
    if (!isValid) return undefined
    return {
        base,
        generation: flash.readUInt32LE(base + GENERATION_AT),
        header: { at: base, size: HEADER_BYTES },
        entries: readEntries(flash, base),
    }
}

function readEntries(flash: Buffer, base: number): Entry[] {
    const entries: Entry[] = []
    for (let at = base + HEADER_BYTES; at + ENTRY_BYTES <= base + HALF_BYTES; at += ENTRY_BYTES) {
        const offset = flash.readUInt32LE(at + KEY_BYTES)
        if (offset === NO_OFFSET) break
        const key = flash.toString("latin1", at, at + KEY_BYTES).replace(/\0.*$/s, "")
        const size = flash.readUInt32LE(at + KEY_BYTES + 4)
        entries.push({ at, key, offset, size, isLarge: key.startsWith("*") })
    }
    return entries
}
