import type { VarintReader } from "./bytes.js"
import { CellMerge } from "./cell-merge.js"
import { HEAD_BYTES } from "./head.js"
import { MAINS_CUT_AT } from "./mains-report.js"
import {
    MAX_MAINS_BYTES,
    MAX_MAINS_SLOTS,
    type MainsSlot,
    putMainsSlot,
    readMainsSlot,
} from "./mains-slots.js"

/** Quantities of a cell that are means, the last two of squares. */
const MEANS = [
    "frequencyMhz",
    "reactiveDvar",
    "angleDdeg",
    "shareTenths",
    "voltageCv",
    "currentMa",
] as const
const FREQUENCY = 0
const FIRST_SQUARE = 4

/**
 * One mains report, in cells of `slotSeconds` (60 or 300), of one or of two that follow each other.
 * Undefined if they do not follow, or would be too long. Energies add up, the rest is averaged.
 */
export function mergeMains(
    older: Buffer,
    newer: Buffer | undefined,
    slotSeconds: number
): Buffer | undefined {
    return new MainsCells(slotSeconds).merge(older, newer)
}

class MainsCells extends CellMerge {
    private energyIn = 0
    private energyOut = 0
    private isApparent = false
    private frequencySpan = 0
    private sums = [0, 0, 0, 0, 0, 0]

    constructor(slotSeconds: number) {
        super(
            slotSeconds,
            MAINS_CUT_AT,
            HEAD_BYTES + 15,
            HEAD_BYTES + 14,
            MAX_MAINS_SLOTS,
            MAX_MAINS_BYTES
        )
    }

    protected override take(report: Buffer, reader: VarintReader, span: number): boolean {
        const slot = readMainsSlot(report, reader)
        if (!slot) return false
        this.energyIn += slot.energyIn
        this.energyOut += slot.energyOut
        if (slot.isApparent) this.isApparent = true
        if (slot.frequencyMhz > 0) this.frequencySpan += span
        for (let i = 0; i < MEANS.length; i++) {
            const value = slot[MEANS[i]]
            this.sums[i] += (i < FIRST_SQUARE ? value : value * value) * span
        }
        return true
    }

    protected override put(at: number): number {
        const { energyIn, energyOut, isApparent } = this
        const cell = { energyIn, energyOut, isApparent } as MainsSlot
        for (let i = 0; i < MEANS.length; i++) {
            // while it is unknown its sum is 0 too
            const span = i === FREQUENCY ? Math.max(1, this.frequencySpan) : this.measured
            const mean = this.sums[i] / span
            cell[MEANS[i]] = Math.floor((i < FIRST_SQUARE ? mean : Math.sqrt(mean)) + 0.5)
            this.sums[i] = 0
        }
        this.energyIn = 0
        this.energyOut = 0
        this.isApparent = false
        this.frequencySpan = 0
        return putMainsSlot(this.buf, at, cell, this.slotSeconds)
    }
}
