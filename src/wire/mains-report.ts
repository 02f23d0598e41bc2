import { getU16, getU48, putU8, putU16, putU48, VarintReader } from "./bytes.js"
import { type Cells, cellsProblem } from "./cells.js"
import { FLAG_MAINS, getHead, HEAD_BYTES, type Head, hasMainsSlots, putHead } from "./head.js"
import { MAX_CHANNELS, MAX_REPORT_BYTES, PROTOCOL_VERSION, SLOTS_VERSION } from "./limits.js"
import {
    MAX_MAINS_BYTES,
    MAX_MAINS_SLOTS,
    type MainsSlot,
    type MainsSlots,
    mainsSlotProblem,
    putMainsSlot,
    readMainsSlot,
} from "./mains-slots.js"
import { cutAt, putCut, slotsFrom } from "./report.js"

/** What one mains channel measured in consecutive slots or cells. docs/protocol.md, "Mains report". */
export interface MainsReport extends MainsReportBody, Cells {
    /** 1 of older programs, whose sequence counts reports. */
    version: number
    /** Oldest first; undefined where nothing was measured. */
    slots: (MainsSlot | undefined)[]
}

/** A mains report but for its slots; `startMs` is the first slot's. */
export interface MainsReportBody extends Head {
    /** Energy drawn since boot at the end of the last slot, tenths of a mWh. */
    energyInSinceBoot: number
    /** Energy delivered since boot at the end of the last slot, tenths of a mWh. */
    energyOutSinceBoot: number
    /** Sampling ticks that came late, in all slots (at most 255). */
    lateTicks: number
    /** Signal quality in percent, or QUALITY_UNKNOWN. */
    quality: number
}

const BAD_LENGTH = "mains report: length does not fit its contents"

const COUNT_AT = HEAD_BYTES + 16
/** Where cells say how they are cut, and 5 s slots begin. */
export const MAINS_CUT_AT = HEAD_BYTES + 17

/** Throws RangeError if there are no slots, or too many. Ten of 5 s or eight longer ones always fit. */
export function encodeMainsReport(report: MainsReport): Buffer {
    const { slots, slotSeconds } = report
    if (slots.length > MAX_MAINS_SLOTS) throw new RangeError("mains report: slots do not fit")
    const buf = Buffer.alloc(MAINS_CUT_AT + 3 + MAX_MAINS_SLOTS * MAX_MAINS_BYTES)
    let at = putHeader(buf, report, slotSeconds, slots.length)
    if (slotSeconds !== 5) at = putCut(buf, at, report.span, report.firstSpan)
    for (const slot of slots) at = putMainsSlot(buf, at, slot, slotSeconds)
    if (at > MAX_REPORT_BYTES) throw new RangeError("mains report: slots do not fit")
    return buf.slice(0, at)
}

/** As encodeMainsReport, with slots of 5 s as MainsSlots gathered them. */
export function encodeMainsReportBody(report: MainsReportBody, slots: MainsSlots): Buffer {
    const encoded = slots.encoded()
    const buf = Buffer.alloc(MAINS_CUT_AT + encoded.length)
    buf.set(encoded, putHeader(buf, report, slots.slotSeconds, slots.count))
    return buf
}

function putHeader(
    buf: Buffer,
    report: MainsReportBody,
    slotSeconds: number,
    count: number
): number {
    if (count < 1) throw new RangeError("mains report: no slots")
    let at = putHead(buf, report, FLAG_MAINS, SLOTS_VERSION)
    at = putU16(buf, at, slotSeconds)
    at = putU48(buf, at, report.energyInSinceBoot)
    at = putU48(buf, at, report.energyOutSinceBoot)
    at = putU8(buf, at, Math.min(report.lateTicks, 255))
    at = putU8(buf, at, report.quality)
    return putU8(buf, at, count)
}

/** Decodes a mains report; returns the reason as a string when the bytes are not one. */
export function decodeMainsReport(buf: Buffer): MainsReport | string {
    if (buf.length < MAINS_CUT_AT) return "mains report: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION && buf[0] !== SLOTS_VERSION)
        return `mains report: unknown version ${buf[0]}`
    if (buf[1] >= MAX_CHANNELS) return "mains report: channel above 15"
    if (!hasMainsSlots(buf)) return "mains report: holds no mains slots"
    const slotSeconds = getU16(buf, HEAD_BYTES)
    if (slotSeconds !== 5 && slotSeconds !== 60 && slotSeconds !== 300)
        return "mains report: slotSeconds is not 5, 60 or 300"
    if (buf.length < slotsFrom(buf, MAINS_CUT_AT)) return "mains report: shorter than its header"
    const cut = cutAt(buf, MAINS_CUT_AT, buf[COUNT_AT])
    const slots = decodeSlots(buf, slotSeconds)
    if (typeof slots === "string") return slots
    const problem = cellsProblem(cut, slots.length)
    if (problem !== undefined) return `mains report: ${problem}`
    const energyInSinceBoot = getU48(buf, HEAD_BYTES + 2)
    const energyOutSinceBoot = getU48(buf, HEAD_BYTES + 8)
    let energyIn = 0
    let energyOut = 0
    for (const slot of slots) {
        energyIn += slot ? slot.energyIn : 0
        energyOut += slot ? slot.energyOut : 0
    }
    if (energyIn > energyInSinceBoot || energyOut > energyOutSinceBoot)
        return "mains report: slots exceed the energy since boot"
    const head = getHead(buf)
    return {
        version: buf[0],
        channel: head.channel,
        bootId: head.bootId,
        sequence: head.sequence,
        startMs: head.startMs,
        isUptime: head.isUptime,
        slotSeconds,
        span: cut.span,
        firstSpan: cut.firstSpan,
        energyInSinceBoot,
        energyOutSinceBoot,
        lateTicks: buf[HEAD_BYTES + 14],
        quality: buf[HEAD_BYTES + 15],
        slots,
    }
}

function decodeSlots(buf: Buffer, slotSeconds: number): (MainsSlot | undefined)[] | string {
    const slotCount = buf[COUNT_AT]
    if (slotCount < 1 || slotCount > MAX_MAINS_SLOTS) return "mains report: slot count not 1 to 10"
    const reader = new VarintReader(buf, slotsFrom(buf, MAINS_CUT_AT))
    const slots: (MainsSlot | undefined)[] = []
    for (let i = 0; i < slotCount; i++) {
        const slot = readMainsSlot(buf, reader)
        if (reader.failed || reader.at > buf.length) return BAD_LENGTH
        const problem = slot && mainsSlotProblem(slot, slotSeconds)
        if (problem !== undefined) return `mains report: ${problem}`
        slots.push(slot)
    }
    if (!reader.isAtEnd()) return BAD_LENGTH
    return slots
}
