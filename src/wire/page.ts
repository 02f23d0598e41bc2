import {
    getU16,
    getU32,
    getU48,
    putU8,
    putU16,
    putU32,
    putU48,
    putVarint,
    VarintReader,
} from "./bytes.js"
import { cellCount, cellsProblem } from "./cells.js"
import { getHead, HEAD_BYTES, PAGE_LOG, putHead, setSequence } from "./head.js"
import { MAX_CHANNELS, MAX_SETTINGS_BYTES, SLOTS_VERSION } from "./limits.js"
import { MISSING } from "./report.js"

/** A page is one value in flash, so it has what one setting may have. */
export const MAX_PAGE_BYTES = MAX_SETTINGS_BYTES
export const PAGE_SECONDS = 300
/** Pages that flash holds; the oldest gives its place to the newest. */
export const FLASH_PAGES = 54

/** All channels' counts over a stretch of time, as kept in flash. docs/protocol.md, "Page". */
export interface Page extends PageHead {
    channels: PageChannel[]
}

/** A page but for its channels. */
export interface PageHead {
    bootId: number
    /** Counts the pages of this device, over all boots. */
    sequence: number
    /** Start of the first cell: Unix ms, or ms since boot when `isUptime`. */
    startMs: number
    isUptime: boolean
    /** Number of the first 5 s slot, counted since power-up. */
    firstSlot: number
    /** 5 s slots in all cells. */
    span: number
    /** 5 s slots in the first cell, 1 to 60. */
    firstSpan: number
}

/** What a page says of one channel; energies of one that measures power, counts of any other. */
export interface PageChannel {
    channel: number
    /** Some of the counts may be wrong. */
    isPoor: boolean
    /** At the end of the page: pulses, or tenths of a mWh drawn. */
    countSinceBoot: number
    /** Tenths of a mWh delivered; undefined for a channel that counts. */
    energyOutSinceBoot: number | undefined
    /** Pulses per cell of 300 s, oldest first, MISSING where nothing was sampled; none of power. */
    cells: number[]
}

/** Bytes before the table of channels. */
const PAGE_HEAD_BYTES = HEAD_BYTES + 8
/** Of a channel that counts, in the table. */
const PAGE_ENTRY_BYTES = 5
const MAINS_ENTRY_BYTES = 13
const LEAST_BYTES = PAGE_HEAD_BYTES + 4
const SUM_MODULUS = 65521
const FLAG_POOR = 64
const FLAG_MAINS = 128
/** At the end, over all before it. */
export const PAGE_SUM_BYTES = 4

/** Puts a page's head into `buf`; returns where the table begins. */
export function putPageHead(buf: Buffer, page: PageHead, channels: number): number {
    const { bootId, sequence, startMs, isUptime } = page
    const head = { channel: PAGE_LOG, bootId, sequence, startMs, isUptime }
    let at = putHead(buf, head, 0, SLOTS_VERSION)
    at = putU32(buf, at, page.firstSlot)
    at = putU16(buf, at, page.span)
    at = putU8(buf, at, page.firstSpan)
    return putU8(buf, at, channels)
}

/** Puts one channel's entry of the table; returns where the next one goes. */
export function putPageEntry(
    buf: Buffer,
    at: number,
    channel: number,
    isPoor: boolean,
    count: number,
    energyOut: number | undefined
): number {
    const flags = (isPoor ? FLAG_POOR : 0) + (energyOut === undefined ? 0 : FLAG_MAINS)
    const next = putU8(buf, at, channel + flags)
    if (energyOut === undefined) return putU32(buf, next, count)
    return putU48(buf, putU48(buf, next, count), energyOut)
}

/** Encodes a page. Throws RangeError if it does not fit. */
export function encodePage(page: Page): Buffer {
    const buf = Buffer.alloc(MAX_PAGE_BYTES + MAX_CHANNELS * MAINS_ENTRY_BYTES)
    let at = putPageHead(buf, page, page.channels.length)
    for (const each of page.channels)
        at = putPageEntry(
            buf,
            at,
            each.channel,
            each.isPoor,
            each.countSinceBoot,
            each.energyOutSinceBoot
        )
    const perChannel = cellCount({ ...page, slotSeconds: PAGE_SECONDS })
    for (let i = 0; i < perChannel; i++)
        for (const each of page.channels) {
            if (each.energyOutSinceBoot !== undefined) continue
            if (at + 5 + PAGE_SUM_BYTES > buf.length) throw new RangeError("page: does not fit")
            at = putVarint(buf, at, each.cells[i] === MISSING ? 0 : each.cells[i] + 1)
        }
    if (at + PAGE_SUM_BYTES > MAX_PAGE_BYTES) throw new RangeError("page: does not fit")
    const encoded = buf.slice(0, at + PAGE_SUM_BYTES)
    numberPage(encoded, page.sequence)
    return encoded
}

/** Numbers a page whose last bytes are free for the sum, and puts that. */
export function numberPage(buf: Buffer, sequence: number): void {
    setSequence(buf, sequence)
    putU32(buf, buf.length - PAGE_SUM_BYTES, pageSum(buf))
}

/** The number of a page in flash; undefined when it is none, or damaged. */
export function pageNumber(buf: Buffer): number | undefined {
    if (buf.length < LEAST_BYTES || buf[0] !== SLOTS_VERSION || buf[1] !== PAGE_LOG)
        return undefined
    return isWhole(buf) ? getU32(buf, 7) : undefined
}

function isWhole(buf: Buffer): boolean {
    return getU32(buf, buf.length - PAGE_SUM_BYTES) === pageSum(buf)
}

/** As Adler-32 (RFC 1950, section 9), of all but the sum itself. */
function pageSum(buf: Buffer): number {
    let low = 1
    let high = 0
    for (let i = 0; i < buf.length - PAGE_SUM_BYTES; i++) {
        low += buf[i]
        high += low
    }
    // no page is long enough for `low` to pass the modulus
    return (high % SUM_MODULUS) * 65536 + low
}

/** The setting under which flash has a page. */
export function pageKey(number: number): string {
    return `p${number % FLASH_PAGES}`
}

/** Decodes a page; returns the reason as a string when the bytes are not one. */
export function decodePage(buf: Buffer): Page | string {
    if (buf.length < LEAST_BYTES) return "page: shorter than its header"
    if (buf[0] !== SLOTS_VERSION) return `page: unknown version ${buf[0]}`
    const { channel, bootId, sequence, startMs, isUptime } = getHead(buf)
    if (channel !== PAGE_LOG) return "page: not of the page log"
    if (!isWhole(buf)) return "page: its sum does not fit"
    const end = buf.length - PAGE_SUM_BYTES
    const firstSlot = getU32(buf, HEAD_BYTES)
    const cells = {
        slotSeconds: PAGE_SECONDS,
        span: getU16(buf, HEAD_BYTES + 4),
        firstSpan: buf[HEAD_BYTES + 6],
    }
    const { span, firstSpan } = cells
    const count = buf[HEAD_BYTES + 7]
    if (count < 1 || count > MAX_CHANNELS) return "page: channel count not 1 to 16"
    const perChannel = cellCount(cells)
    const problem = cellsProblem(cells, perChannel)
    if (problem !== undefined) return `page: ${problem}`
    const channels: PageChannel[] = []
    let at = PAGE_HEAD_BYTES
    for (let i = 0; i < count; i++) {
        const isMains = at < end && buf[at] >= FLAG_MAINS
        const next = at + (isMains ? MAINS_ENTRY_BYTES : PAGE_ENTRY_BYTES)
        if (next > end) return "page: length does not fit its contents"
        channels.push({
            channel: buf[at] & 63,
            isPoor: (buf[at] & FLAG_POOR) !== 0,
            countSinceBoot: isMains ? getU48(buf, at + 1) : getU32(buf, at + 1),
            energyOutSinceBoot: isMains ? getU48(buf, at + 7) : undefined,
            cells: [],
        })
        at = next
    }
    const reason = readCells(new VarintReader(buf.slice(0, end), at), channels, perChannel)
    if (reason !== undefined) return reason
    return { bootId, sequence, startMs, isUptime, firstSlot, span, firstSpan, channels }
}

function readCells(
    reader: VarintReader,
    channels: PageChannel[],
    perChannel: number
): string | undefined {
    const counted = channels.filter(each => each.energyOutSinceBoot === undefined)
    for (let i = 0; i < perChannel && !reader.failed; i++)
        for (const each of counted) each.cells.push(reader.next() - 1)
    if (reader.failed || !reader.isAtEnd()) return "page: length does not fit its contents"
    for (const each of channels) {
        if (each.channel >= MAX_CHANNELS) return "page: channel above 15"
        let sum = 0
        for (const count of each.cells) sum += count === MISSING ? 0 : count
        if (sum > each.countSinceBoot) return "page: cells exceed the count since boot"
    }
    return undefined
}
