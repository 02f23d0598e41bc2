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
    varintSize,
} from "./bytes.js"
import { type Cells, cellSlots, cellsProblem } from "./cells.js"
import { FLAG_MAINS, FLAG_UPTIME, putHead } from "./head.js"
import {
    MAX_CHANNELS,
    MAX_REPORT_BYTES,
    MAX_REPORT_SLOTS,
    PROTOCOL_VERSION,
    SLOTS_VERSION,
} from "./limits.js"
import { PulseTimes } from "./pulse-times.js"

/** Count of a slot in which nothing was sampled. A missing slot is not a zero. */
export const MISSING = -1

/** Quality of a channel that does not judge its signal. */
export const QUALITY_UNKNOWN = 255

/** Pulses of one channel in consecutive slots or cells. docs/protocol.md, "Report". */
export interface Report extends ReportBody, Cells {
    /** 1 of older programs, whose sequence counts reports. */
    version: number
    /** Each pulse's own time in 10 ms units since `startMs`, oldest first; undefined if it did not fit. */
    pulseTimes: number[] | undefined
}

/** A report of 5 s slots but for its pulse times. */
export interface ReportBody {
    channel: number
    /** Random per boot. */
    bootId: number
    /** Number of the first 5 s slot, counted since power-up. */
    sequence: number
    /** Start of the first slot: Unix ms, or ms since boot when `isUptime`. */
    startMs: number
    isUptime: boolean
    /** 5, or 60 or 300 once merged. */
    slotSeconds: number
    /** Pulses per slot or cell, oldest first; MISSING where nothing was sampled. */
    slots: number[]
    /** Pulses since boot at the end of the last slot. */
    countSinceBoot: number
    /** Edges that were seen and not counted, in all slots of this report. */
    rejected: number
    /** Signal quality in percent, or QUALITY_UNKNOWN. */
    quality: number
    /** Sampling ticks that came late, in all slots of this report (at most 255). */
    lateTicks: number
}

export const FLAG_PULSE_TIMES = 2
const CHANNEL_AT = 1
export const FLAGS_AT = 2
const BOOT_ID_AT = 3
export const SEQUENCE_AT = 7
export const START_AT = 11
export const SECONDS_AT = 17
const COUNT_AT = 19
export const REJECTED_AT = 23
export const QUALITY_AT = 25
export const LATE_AT = 26
const SLOT_COUNT_AT = 27
export const HEADER_BYTES = 28
/** Cells longer than 5 s say how they are cut. */
const CUT_BYTES = 3

/** Encodes a report; pulse times that do not fit are left out. Throws RangeError if the slots do not fit. */
export function encodeReport(report: Report): Buffer {
    const times = new PulseTimes()
    for (const time of report.pulseTimes ?? []) times.add(time)
    return encodeReportBody(report, report.pulseTimes && times.encoded(), report)
}

/** As encodeReport, with the pulse times as PulseTimes encodes them; `cells` of other than 5 s. */
export function encodeReportBody(
    report: ReportBody,
    times: Buffer | undefined,
    cells?: Cells
): Buffer {
    if (report.slots.length < 1 || report.slots.length > MAX_REPORT_SLOTS)
        throw new RangeError("report: slot count not 1 to 200")
    const buf = Buffer.alloc(MAX_REPORT_BYTES)
    putHeader(buf, report)
    let at = HEADER_BYTES
    if (cells && report.slotSeconds !== 5) at = putCut(buf, at, cells.span, cells.firstSpan)
    for (const count of report.slots) {
        const value = count === MISSING ? 0 : count + 1
        if (at + varintSize(value) > MAX_REPORT_BYTES)
            throw new RangeError("report: slots do not fit")
        at = putVarint(buf, at, value)
    }
    if (times && at + times.length <= MAX_REPORT_BYTES) {
        buf[FLAGS_AT] = buf[FLAGS_AT] + FLAG_PULSE_TIMES
        buf.set(times, at)
        at += times.length
    }
    return buf.slice(0, at)
}

/** Writes how cells are cut, `at` their own place; returns where they begin. */
export function putCut(buf: Buffer, at: number, span: number, firstSpan: number): number {
    return putU8(buf, putU16(buf, at, span), firstSpan)
}

/** How an encoded report is cut, `at` the place for that; every 5 s slot is a cell of its own. */
export function cutAt(buf: Buffer, at: number, count: number): Cells {
    const slotSeconds = getU16(buf, SECONDS_AT)
    if (hasCut(buf)) return { slotSeconds, span: getU16(buf, at), firstSpan: buf[at + 2] }
    const whole = cellSlots(slotSeconds)
    return { slotSeconds, span: count * whole, firstSpan: whole }
}

/** Where the slots or cells of an encoded report begin, `at` the place for how they are cut. */
export function slotsFrom(buf: Buffer, at: number): number {
    return at + (hasCut(buf) ? CUT_BYTES : 0)
}

function hasCut(buf: Buffer): boolean {
    return buf[0] === SLOTS_VERSION && getU16(buf, SECONDS_AT) !== 5
}

function putHeader(buf: Buffer, report: ReportBody): void {
    let at = putHead(buf, report, 0, SLOTS_VERSION)
    at = putU16(buf, at, report.slotSeconds)
    at = putU32(buf, at, report.countSinceBoot)
    at = putU16(buf, at, Math.min(report.rejected, 65535))
    at = putU8(buf, at, report.quality)
    at = putU8(buf, at, Math.min(report.lateTicks, 255))
    putU8(buf, at, report.slots.length)
}

export function reportChannel(buf: Buffer): number {
    return buf[CHANNEL_AT]
}

export function reportBootId(buf: Buffer): number {
    return getU32(buf, BOOT_ID_AT)
}

/** Is this a report of pulses, and not one of mains power, an event or a waveform? */
export function holdsPulses(buf: Buffer): boolean {
    return buf[CHANNEL_AT] < MAX_CHANNELS && !(buf[FLAGS_AT] & FLAG_MAINS)
}

export function reportSequence(buf: Buffer): number {
    return getU32(buf, SEQUENCE_AT)
}

/** Dates an encoded report that was taken before the first time sync. `offsetMs`: Unix ms at uptime 0. */
export function dateReport(buf: Buffer, offsetMs: number): void {
    if (buf[FLAGS_AT] & FLAG_UPTIME) {
        buf[FLAGS_AT] = buf[FLAGS_AT] - FLAG_UPTIME
        putU48(buf, START_AT, getU48(buf, START_AT) + offsetMs)
    }
}

/** Decodes a report; returns the reason as a string when the bytes are not one. */
export function decodeReport(buf: Buffer): Report | string {
    if (buf.length < HEADER_BYTES) return "report: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION && buf[0] !== SLOTS_VERSION)
        return `report: unknown version ${buf[0]}`
    if (buf[CHANNEL_AT] >= MAX_CHANNELS) return "report: channel above 15"
    const slotSeconds = getU16(buf, SECONDS_AT)
    if (slotSeconds !== 5 && slotSeconds !== 60 && slotSeconds !== 300)
        return "report: slotSeconds is not 5, 60 or 300"
    const slotCount = buf[SLOT_COUNT_AT]
    if (slotCount < 1 || slotCount > MAX_REPORT_SLOTS) return "report: slot count not 1 to 200"
    if (buf.length < slotsFrom(buf, HEADER_BYTES)) return "report: shorter than its header"
    const cut = cutAt(buf, HEADER_BYTES, slotCount)
    const problem = cellsProblem(cut, slotCount)
    if (problem !== undefined) return `report: ${problem}`
    const reader = new VarintReader(buf, slotsFrom(buf, HEADER_BYTES))
    const slots: number[] = []
    let sum = 0
    for (let i = 0; i < slotCount; i++) {
        const count = reader.next() - 1
        slots.push(count)
        if (count !== MISSING) sum += count
    }
    const countSinceBoot = getU32(buf, COUNT_AT)
    if (!reader.failed && sum > countSinceBoot) return "report: slots exceed the count since boot"
    let pulseTimes: number[] | undefined
    if (!reader.failed && buf[FLAGS_AT] & FLAG_PULSE_TIMES) {
        // each time takes a byte at least, so a longer list is a lie; do not loop over it
        if (sum > buf.length) return "report: more pulses than pulse times"
        pulseTimes = []
        let time = 0
        for (let i = 0; i < sum; i++) {
            time += reader.next()
            pulseTimes.push(time)
        }
    }
    if (reader.failed || reader.at !== buf.length) return "report: length does not fit its contents"
    return {
        version: buf[0],
        channel: buf[CHANNEL_AT],
        bootId: getU32(buf, BOOT_ID_AT),
        sequence: reportSequence(buf),
        startMs: getU48(buf, START_AT),
        isUptime: (buf[FLAGS_AT] & FLAG_UPTIME) !== 0,
        slotSeconds,
        span: cut.span,
        firstSpan: cut.firstSpan,
        slots,
        countSinceBoot,
        rejected: getU16(buf, REJECTED_AT),
        quality: buf[QUALITY_AT],
        lateTicks: buf[LATE_AT],
        pulseTimes,
    }
}
