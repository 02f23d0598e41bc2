import { getU16, getU48, putU8, putU16, putU48, VarintReader } from "./bytes.js"
import { FLAG_MAINS, getHead, HEAD_BYTES, type Head, hasMainsSlots, putHead } from "./head.js"
import { MAX_CHANNELS, PROTOCOL_VERSION } from "./limits.js"
import { MAX_MAINS_SLOTS, type MainsSlot, MainsSlots, readMainsSlot } from "./mains-slots.js"

/** What one mains channel measured in consecutive slots. docs/protocol.md, "Mains report". */
export interface MainsReport extends MainsReportBody {
    /** 5, 60 or 300. */
    slotSeconds: number
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

const COUNT_AT = HEAD_BYTES + 16
const SLOTS_AT = HEAD_BYTES + 17

/** Throws RangeError if there are no slots, or too many. Ten of 5 s or nine longer ones always fit. */
export function encodeMainsReport(report: MainsReport): Buffer {
    const slots = new MainsSlots(report.slotSeconds)
    for (const slot of report.slots) slots.add(slot)
    return encodeMainsReportBody(report, slots)
}

/** As encodeMainsReport, with the slots as MainsSlots gathered them. */
export function encodeMainsReportBody(report: MainsReportBody, slots: MainsSlots): Buffer {
    if (slots.count < 1) throw new RangeError("mains report: no slots")
    const encoded = slots.encoded()
    const buf = Buffer.alloc(SLOTS_AT + encoded.length)
    let at = putHead(buf, report, FLAG_MAINS)
    at = putU16(buf, at, slots.slotSeconds)
    at = putU48(buf, at, report.energyInSinceBoot)
    at = putU48(buf, at, report.energyOutSinceBoot)
    at = putU8(buf, at, Math.min(report.lateTicks, 255))
    at = putU8(buf, at, report.quality)
    at = putU8(buf, at, slots.count)
    buf.set(encoded, at)
    return buf
}

/** Decodes a mains report; returns the reason as a string when the bytes are not one. */
export function decodeMainsReport(buf: Buffer): MainsReport | string {
    if (buf.length < SLOTS_AT) return "mains report: shorter than its header"
    if (buf[0] !== PROTOCOL_VERSION) return `mains report: unknown version ${buf[0]}`
    if (buf[1] >= MAX_CHANNELS) return "mains report: channel above 15"
    if (!hasMainsSlots(buf)) return "mains report: holds no mains slots"
    const slotSeconds = getU16(buf, HEAD_BYTES)
    if (slotSeconds !== 5 && slotSeconds !== 60 && slotSeconds !== 300)
        return "mains report: slotSeconds is not 5, 60 or 300"
    const slots = decodeSlots(buf, slotSeconds)
    if (typeof slots === "string") return slots
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
        channel: head.channel,
        bootId: head.bootId,
        sequence: head.sequence,
        startMs: head.startMs,
        isUptime: head.isUptime,
        slotSeconds,
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
    const reader = new VarintReader(buf, SLOTS_AT)
    const slots: (MainsSlot | undefined)[] = []
    for (let i = 0; i < slotCount; i++) {
        const slot = readMainsSlot(buf, reader, slotSeconds)
        if (typeof slot === "string") return slot
        slots.push(slot)
    }
    if (reader.failed || reader.at !== buf.length)
        return "mains report: length does not fit its contents"
    return slots
}
