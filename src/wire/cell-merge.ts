import { getU16, getU48, putU8, putU16, VarintReader } from "./bytes.js"
import { slotsToBoundary } from "./cells.js"
import { MAX_REPORT_BYTES, POOR_QUALITY, SLOT_MS } from "./limits.js"
import {
    FLAG_PULSE_TIMES,
    FLAGS_AT,
    HEADER_BYTES,
    putCut,
    reportBootId,
    reportChannel,
    reportSequence,
    SECONDS_AT,
    SEQUENCE_AT,
    START_AT,
} from "./report.js"

/**
 * Makes one report, in cells of `slotSeconds`, of one or of two of a channel; pulse times are lost. Cells
 * begin at multiples of their length, or at the next cell that they are made of. A report is poor once a
 * cell of it was not measured in full.
 */
export abstract class CellMerge {
    protected readonly buf = Buffer.alloc(MAX_REPORT_BYTES)
    /** 5 s slots of the open cell in which something was measured. */
    protected measured = 0
    private at: number
    private count = 0
    /** 5 s slots that the open cell has, and those that it has room for. */
    private taken = 0
    private left = 0
    /** 5 s slots of the first cell, once that is closed. */
    private firstSpan = 0
    private isFull = false
    private hasHole = false

    /** How such reports are laid out; `headerBytes` end with the number of slots. */
    constructor(
        protected readonly slotSeconds: number,
        private readonly headerBytes: number,
        private readonly qualityAt: number,
        private readonly lateAt: number,
        private readonly maxCells: number,
        private readonly maxCellBytes: number
    ) {
        this.at = headerBytes + (slotSeconds === 5 ? 0 : 3)
    }

    /** Undefined if the two do not follow each other, or would be too long. */
    merge(older: Buffer, newer: Buffer | undefined): Buffer | undefined {
        if (newer && !this.mayMerge(older, newer)) return undefined
        const last = newer || older
        const span = this.spanOf(older) + (newer ? this.spanOf(newer) : 0)
        this.left = slotsToBoundary(getU48(older, START_AT), this.slotSeconds)
        this.add(older)
        if (newer) this.add(newer)
        if (this.taken > 0) this.close()
        if (this.isFull) return undefined
        const { buf, headerBytes, qualityAt, lateAt } = this
        buf.set(last.slice(0, headerBytes), 0)
        buf.set(older.slice(SEQUENCE_AT, SECONDS_AT), SEQUENCE_AT)
        buf[FLAGS_AT] = flagsOf(older)
        putU16(buf, SECONDS_AT, this.slotSeconds)
        putU8(buf, headerBytes - 1, this.count)
        if (newer) putU8(buf, lateAt, Math.min(older[lateAt] + newer[lateAt], 255))
        const quality = Math.min(older[qualityAt], last[qualityAt])
        putU8(buf, qualityAt, this.hasHole ? Math.min(quality, POOR_QUALITY - 1) : quality)
        if (this.slotSeconds !== 5) putCut(buf, headerBytes, span, this.firstSpan)
        return buf.slice(0, this.at)
    }

    /** Adds the next slot or cell of `span` 5 s slots to the open one; false when it is missing. */
    protected abstract take(report: Buffer, reader: VarintReader, span: number): boolean

    /** Writes the open cell, and starts over; returns the offset after it. */
    protected abstract put(at: number): number

    /**
     * Do they follow each other without a gap in number and in time? In slots of 5 s, counts that may be
     * wrong also stay apart from those that are right.
     */
    private mayMerge(older: Buffer, newer: Buffer): boolean {
        const span = this.spanOf(older)
        const isOlderPoor = older[this.qualityAt] < POOR_QUALITY
        return (
            flagsOf(older) === flagsOf(newer) &&
            reportChannel(older) === reportChannel(newer) &&
            reportBootId(older) === reportBootId(newer) &&
            reportSequence(older) + span === reportSequence(newer) &&
            getU48(older, START_AT) + span * SLOT_MS === getU48(newer, START_AT) &&
            (this.slotSeconds !== 5 || isOlderPoor === newer[this.qualityAt] < POOR_QUALITY)
        )
    }

    private spanOf(report: Buffer): number {
        const isFine = getU16(report, SECONDS_AT) === 5
        return isFine ? report[this.headerBytes - 1] : getU16(report, this.headerBytes)
    }

    private add(report: Buffer): void {
        const seconds = getU16(report, SECONDS_AT)
        const isFine = seconds === 5
        const whole = Math.floor(seconds / 5)
        let left = this.spanOf(report)
        let span = isFine ? 1 : report[this.headerBytes + 2]
        const reader = new VarintReader(report, this.headerBytes + (isFine ? 0 : 3))
        const closed = report[this.headerBytes - 1] - 1
        if (this.mayCopy(report) && closed > 0) {
            // read one by one, all the cells of a long report would hold up the sampling
            const end = lastNumberAt(report)
            this.buf.set(report.slice(reader.at, end), this.at)
            this.at += end - reader.at
            reader.at = end
            this.count = closed
            this.firstSpan = span
            left -= span + (closed - 1) * whole
            span = left
            this.left = whole
        }
        while (left > 0) {
            span = Math.min(span, left)
            if (this.taken > 0 && this.taken + span > this.left) {
                // cut by the uptime and dated since: only the first cell may be shorter for that
                if (this.count > 0) this.isFull = true
                this.close()
            }
            if (this.take(report, reader, span)) this.measured += span
            this.taken += span
            if (this.taken >= this.left) this.close()
            left -= span
            span = whole
        }
    }

    /** Is it the first one, and are all of its cells but the last as they are to be? */
    private mayCopy(report: Buffer): boolean {
        return (
            this.count + this.taken === 0 &&
            this.headerBytes === HEADER_BYTES &&
            getU16(report, SECONDS_AT) === this.slotSeconds &&
            !(report[FLAGS_AT] & FLAG_PULSE_TIMES)
        )
    }

    private close(): void {
        if (this.at + this.maxCellBytes > MAX_REPORT_BYTES || this.count >= this.maxCells) {
            this.isFull = true
            this.at = this.headerBytes
        }
        if (this.count === 0) this.firstSpan = this.taken
        this.at = this.measured > 0 ? this.put(this.at) : putU8(this.buf, this.at, 0)
        this.count++
        if (this.measured > 0 && this.measured < this.taken) this.hasHole = true
        this.measured = 0
        this.taken = 0
        this.left = Math.floor(this.slotSeconds / 5)
    }
}

function flagsOf(report: Buffer): number {
    return report[FLAGS_AT] & ~FLAG_PULSE_TIMES
}

function lastNumberAt(buf: Buffer): number {
    let at = buf.length - 1
    while (buf[at - 1] >= 128) at--
    return at
}
