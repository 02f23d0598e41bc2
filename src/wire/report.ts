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
import { FLAG_MAINS, FLAG_UPTIME } from "./head.js"
import {
    MAX_CHANNELS,
    MAX_REPORT_BYTES,
    MAX_REPORT_SLOTS,
    POOR_QUALITY,
    PROTOCOL_VERSION,
} from "./limits.js"
import { PulseTimes } from "./pulse-times.js"

/** Count of a slot in which nothing was sampled. A missing slot is not a zero. */
export const MISSING = -1

/** Quality of a channel that does not judge its signal. */
export const QUALITY_UNKNOWN = 255

/** Pulses of one channel in consecutive slots of equal length. docs/protocol.md, "Report". */
export interface Report extends ReportBody {
    /** Each pulse's own time in 10 ms units since `startMs`, oldest first; undefined if it did not fit. */
    pulseTimes: number[] | undefined
}

/** A report but for its pulse times. */
export interface ReportBody {
    channel: number
    /** Random per boot. */
    bootId: number
    /** Counts the reports of this channel since boot, from 0. */
    sequence: number
    /** Start of the first slot: Unix ms, or ms since boot when `isUptime`. */
    startMs: number
    isUptime: boolean
    /** 5, or 60 or 300 once coarsened. */
    slotSeconds: number
    /** Pulses per slot, oldest first; MISSING where nothing was sampled. */
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

const FLAG_PULSE_TIMES = 2
const CHANNEL_AT = 1
const FLAGS_AT = 2
const BOOT_ID_AT = 3
const SEQUENCE_AT = 7
const START_AT = 11
const SLOT_COUNT_AT = 27
const HEADER_BYTES = 28

/** Encodes a report; pulse times that do not fit are left out. Throws RangeError if the slots do not fit. */
export function encodeReport(report: Report): Buffer {
    if (report.pulseTimes === undefined) return encodeReportBody(report, undefined)
    const times = new PulseTimes()
    for (const time of report.pulseTimes) times.add(time)
    return encodeReportBody(report, times.encoded())
}

/** As encodeReport, with the pulse times as PulseTimes encodes them. */
export function encodeReportBody(report: ReportBody, times: Buffer | undefined): Buffer {
    if (report.slots.length < 1 || report.slots.length > MAX_REPORT_SLOTS)
        throw new RangeError("report: slot count not 1 to 200")
    const buf = Buffer.alloc(MAX_REPORT_BYTES)
    putHeader(buf, report)
    let at = HEADER_BYTES
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

function putHeader(buf: Buffer, report: ReportBody): void {
    putU8(buf, 0, PROTOCOL_VERSION)
    putU8(buf, CHANNEL_AT, report.channel)
    putU8(buf, FLAGS_AT, report.isUptime ? FLAG_UPTIME : 0)
    putU32(buf, BOOT_ID_AT, report.bootId)
    putU32(buf, SEQUENCE_AT, report.sequence)
    putU48(buf, START_AT, report.startMs)
    putU16(buf, 17, report.slotSeconds)
    putU32(buf, 19, report.countSinceBoot)
    putU16(buf, 23, Math.min(report.rejected, 65535))
    putU8(buf, 25, report.quality)
    putU8(buf, 26, Math.min(report.lateTicks, 255))
    putU8(buf, SLOT_COUNT_AT, report.slots.length)
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

/** Gives an encoded report its sequence, when it is first sent. */
export function setReportSequence(buf: Buffer, sequence: number): void {
    putU32(buf, SEQUENCE_AT, sequence)
}

/** Dates an encoded report that was taken before the first time sync. `offsetMs`: Unix ms at uptime 0. */
export function dateReport(buf: Buffer, offsetMs: number): void {
    if (buf[FLAGS_AT] & FLAG_UPTIME) {
        buf[FLAGS_AT] = buf[FLAGS_AT] - FLAG_UPTIME
        putU48(buf, START_AT, getU48(buf, START_AT) + offsetMs)
    }
}

/** The same report without its pulse times; undefined if it has none. */
export function stripPulseTimes(buf: Buffer): Buffer | undefined {
    if (!(buf[FLAGS_AT] & FLAG_PULSE_TIMES)) return undefined
    const end = endOfSlots(buf)
    const stripped = Buffer.alloc(end)
    stripped.set(buf.slice(0, end), 0)
    stripped[FLAGS_AT] = stripped[FLAGS_AT] - FLAG_PULSE_TIMES
    return stripped
}

/**
 * One report for two of one channel that follow each other without a gap, neither with pulse times;
 * undefined if they do not, if it would be too long, or if they hold no pulses but mains slots, events or
 * waveforms.
 */
export function mergeReports(older: Buffer, newer: Buffer): Buffer | undefined {
    const slotCount = older[SLOT_COUNT_AT] + newer[SLOT_COUNT_AT]
    const size = older.length + newer.length - HEADER_BYTES
    const endMs = getU48(older, START_AT) + older[SLOT_COUNT_AT] * getU16(older, 17) * 1000
    if (
        !holdsPulses(older) ||
        older[FLAGS_AT] !== newer[FLAGS_AT] ||
        getU32(older, BOOT_ID_AT) !== getU32(newer, BOOT_ID_AT) ||
        older[25] < POOR_QUALITY !== newer[25] < POOR_QUALITY ||
        older[FLAGS_AT] & FLAG_PULSE_TIMES ||
        getU16(older, 17) !== getU16(newer, 17) ||
        getU48(newer, START_AT) !== endMs ||
        slotCount > MAX_REPORT_SLOTS ||
        size > MAX_REPORT_BYTES
    )
        return undefined
    const merged = Buffer.alloc(size)
    merged.set(older, 0)
    merged.set(newer.slice(HEADER_BYTES), older.length)
    putU32(merged, 19, getU32(newer, 19))
    putU16(merged, 23, Math.min(getU16(older, 23) + getU16(newer, 23), 65535))
    putU8(merged, 25, Math.min(older[25], newer[25]))
    putU8(merged, 26, Math.min(older[26] + newer[26], 255))
    putU8(merged, SLOT_COUNT_AT, slotCount)
    return merged
}

function endOfSlots(buf: Buffer): number {
    const reader = new VarintReader(buf, HEADER_BYTES)
    for (let i = 0; i < buf[SLOT_COUNT_AT]; i++) reader.next()
    return reader.at
}

/** Decodes a report; returns the reason as a string when the bytes are not one. */
export function decodeReport(buf: Buffer): Report | string {
    if (buf.length < HEADER_BYTES) return "report: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `report: unknown version ${buf[0]}`
    if (buf[CHANNEL_AT] >= MAX_CHANNELS) return "report: channel above 15"
    const slotSeconds = getU16(buf, 17)
    if (slotSeconds !== 5 && slotSeconds !== 60 && slotSeconds !== 300)
        return "report: slotSeconds is not 5, 60 or 300"
    const slotCount = buf[SLOT_COUNT_AT]
    if (slotCount < 1 || slotCount > MAX_REPORT_SLOTS) return "report: slot count not 1 to 200"
    const reader = new VarintReader(buf, HEADER_BYTES)
    const slots: number[] = []
    let sum = 0
    for (let i = 0; i < slotCount; i++) {
        const count = reader.next() - 1
        slots.push(count)
        if (count !== MISSING) sum += count
    }
    const countSinceBoot = getU32(buf, 19)
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
        channel: buf[CHANNEL_AT],
        bootId: getU32(buf, BOOT_ID_AT),
        sequence: reportSequence(buf),
        startMs: getU48(buf, START_AT),
        isUptime: (buf[FLAGS_AT] & FLAG_UPTIME) !== 0,
        slotSeconds,
        slots,
        countSinceBoot,
        rejected: getU16(buf, 23),
        quality: buf[25],
        lateTicks: buf[26],
        pulseTimes,
    }
}
