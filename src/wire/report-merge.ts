import { getU16, putU16, putVarint, type VarintReader } from "./bytes.js"
import { CellMerge } from "./cell-merge.js"
import { MAX_REPORT_SLOTS } from "./limits.js"
import { HEADER_BYTES, LATE_AT, MISSING, QUALITY_AT, REJECTED_AT } from "./report.js"

/** A varint of a count takes five bytes at most. */
const MAX_CELL_BYTES = 5

/**
 * One report of pulses, in cells of `slotSeconds`, of one or of two that follow each other. Undefined if
 * they do not follow, or would be too long.
 */
export function mergeReports(
    older: Buffer,
    newer: Buffer | undefined,
    slotSeconds: number
): Buffer | undefined {
    const merged = new PulseCells(slotSeconds).merge(older, newer)
    if (merged && newer) {
        const rejected = getU16(older, REJECTED_AT) + getU16(newer, REJECTED_AT)
        putU16(merged, REJECTED_AT, Math.min(rejected, 65535))
    }
    return merged
}

class PulseCells extends CellMerge {
    private sum = 0

    constructor(slotSeconds: number) {
        super(slotSeconds, HEADER_BYTES, QUALITY_AT, LATE_AT, MAX_REPORT_SLOTS, MAX_CELL_BYTES)
    }

    protected override take(_report: Buffer, reader: VarintReader): boolean {
        const count = reader.next() - 1
        if (count === MISSING) return false
        this.sum += count
        return true
    }

    protected override put(at: number): number {
        const value = this.sum + 1
        this.sum = 0
        return putVarint(this.buf, at, value)
    }
}
