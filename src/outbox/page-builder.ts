import { putVarint } from "../wire/bytes.js"
import { slotsToBoundary } from "../wire/cells.js"
import { SLOT_MS } from "../wire/limits.js"
import {
    MAX_PAGE_BYTES,
    PAGE_SECONDS,
    PAGE_SUM_BYTES,
    putPageEntry,
    putPageHead,
} from "../wire/page.js"
import type { SlotLog } from "./slot-log.js"

const CELL_MS = PAGE_SECONDS * 1000
/** What one more cell of a channel may take: up to 16,382 pulses, 54 a second. */
const CELL_BYTES = 2
/** A page of no counters is never full, and one of more cells than bytes is refused. */
const MOST_SLOTS = 1800
const SAMPLED = 1
const MISSED = 2

/** Gathers the counts of all channels into cells of 300 s, ready to be kept in flash. */
export class PageBuilder {
    /** 5 s slots in the open page. */
    span = 0
    private logs: SlotLog[] = []
    private bootId = 0
    private startMs = 0
    private isUptime = false
    private firstSlot = 0
    private readonly cells = Buffer.alloc(MAX_PAGE_BYTES)
    private cellsLength = 0
    private counters = 0
    /** Number of the open cell, from Unix time or uptime 0. */
    private cell = 0
    /** By place in `logs`: the count at the open cell's start, and now. */
    private readonly startCounts: number[] = []
    private readonly counts: number[] = []
    private readonly energiesOut: (number | undefined)[] = []
    /** SAMPLED, MISSED, or both, which makes a cell poor. */
    private readonly seen: number[] = []
    private readonly isPoor: boolean[] = []

    /** The page holds only channels of one boot. */
    begin(bootId: number, logs: SlotLog[]): void {
        this.span = 0
        this.bootId = bootId
        this.logs = logs
        this.counters = 0
        for (let i = 0; i < logs.length; i++) {
            this.counts[i] = 0
            if (logs[i].energyOutSinceBoot() === undefined) this.counters++
        }
    }

    /**
     * Must the next slot begin another page: after a clock step, when there is no room, or, with
     * `isEachCell`, at every cell?
     */
    mustSeal(startMs: number, isUptime: boolean, isEachCell: boolean): boolean {
        if (this.span === 0) return false
        if (isUptime !== this.isUptime || startMs !== this.startMs + this.span * SLOT_MS)
            return true
        if (Math.floor(startMs / CELL_MS) === this.cell) return false
        if (isEachCell || (this.counters === 0 && this.span >= MOST_SLOTS)) return true
        return this.encode().length + this.counters * CELL_BYTES > MAX_PAGE_BYTES
    }

    /** Takes the slot that the logs have just closed. */
    addSlot(startMs: number, number: number, isUptime: boolean): void {
        const cell = Math.floor(startMs / CELL_MS)
        const isNewPage = this.span === 0
        const isNewCell = isNewPage || cell !== this.cell
        if (isNewPage) {
            this.startMs = startMs
            this.firstSlot = number
            this.isUptime = isUptime
            this.cellsLength = 0
        } else if (isNewCell) this.cellsLength = this.putCells(this.cells, this.cellsLength)
        this.cell = cell
        this.span++
        for (let i = 0; i < this.logs.length; i++) {
            const log = this.logs[i]
            if (isNewCell) {
                this.startCounts[i] = this.counts[i]
                this.seen[i] = 0
            }
            if (isNewPage) this.isPoor[i] = false
            this.seen[i] = this.seen[i] | (log.wasSampled ? SAMPLED : MISSED)
            if (log.wasPoor || this.seen[i] === SAMPLED + MISSED) this.isPoor[i] = true
            this.counts[i] = log.countSinceBoot()
            this.energiesOut[i] = log.energyOutSinceBoot()
        }
    }

    /** The open page as it is now, without a number. */
    encode(): Buffer {
        const buf = Buffer.alloc(MAX_PAGE_BYTES)
        const head = {
            bootId: this.bootId,
            sequence: 0,
            startMs: this.startMs,
            isUptime: this.isUptime,
            firstSlot: this.firstSlot,
            span: this.span,
            firstSpan: Math.min(this.span, slotsToBoundary(this.startMs, PAGE_SECONDS)),
        }
        let at = putPageHead(buf, head, this.logs.length)
        for (let i = 0; i < this.logs.length; i++) {
            const { channel } = this.logs[i]
            at = putPageEntry(buf, at, channel, this.isPoor[i], this.counts[i], this.energiesOut[i])
        }
        buf.set(this.cells.slice(0, this.cellsLength), at)
        at = this.putCells(buf, at + this.cellsLength)
        return buf.slice(0, at + PAGE_SUM_BYTES)
    }

    /** Puts the open cell's counts. */
    private putCells(buf: Buffer, start: number): number {
        let at = start
        for (let i = 0; i < this.logs.length; i++) {
            if (this.energiesOut[i] !== undefined) continue
            const count = this.seen[i] & SAMPLED ? this.counts[i] - this.startCounts[i] + 1 : 0
            at = putVarint(buf, at, count)
        }
        return at
    }
}
