import type { Random } from "../random.js"
import { FLASH_BYTES, GENERATION_AT, PAGE_BYTES } from "./layout.js"
import { applyOperation, type FlashOperation, operationsBetween } from "./operations.js"
import { tearOperation } from "./torn.js"

const BLANK = 0xff
const PROGRAM_BYTES = 256

export interface FlashCosts {
    /** Erasing a 4 kB page of flash, in milliseconds. */
    eraseMs: number
    /** Programming 256 bytes of flash, in microseconds. */
    programUsPer256B: number
}

/** What has been done to a flash since its counters were last cleared. */
export interface FlashWear {
    /** Saves that changed something, compactions and formats not among them. */
    writes: number
    programmedBytes: number
    /** Erases of each 4 kB page. */
    erases: number[]
    /** Times a half was full and what lives in it was copied to the other. */
    compactions: number
    /** Times the runtime formatted the settings area. */
    formats: number
}

interface Timed {
    operation: FlashOperation
    startMs: number
    endMs: number
    /** With it begins a write. */
    isWrite: boolean
}

/** A board's flash: what is in it, how long its operations take, what a power cut leaves of them. */
export class Flash {
    /** As the running board sees it; what it has begun to write counts as written. */
    bytes = Buffer.alloc(FLASH_BYTES, BLANK)
    wear = noWear()

    /** Without the operations that are under way. */
    private settled = Buffer.from(this.bytes)
    private underWay: Timed[] = []

    constructor(
        private readonly costs: FlashCosts,
        private readonly random: Random
    ) {}

    /** Puts other bytes into it, as if they had always been there. */
    load(bytes: Buffer): void {
        this.bytes = Buffer.from(bytes)
        this.settled = Buffer.from(bytes)
        this.underWay = []
    }

    clearWear(): void {
        this.wear = noWear()
    }

    /** Takes what the runtime saved, from `startMs` on; returns how long that takes, in ms. */
    save(saved: Uint8Array, startMs: number): number {
        this.settle(startMs)
        const after = Buffer.alloc(FLASH_BYTES, BLANK)
        after.set(saved)
        let endMs = startMs
        const operations = operationsBetween(this.bytes, after)
        const isNewHalf = operations.some(operation => generationOf(operation) !== undefined)
        operations.forEach((operation, i) => {
            const isWrite = i === 0 && !isNewHalf
            const timed = { operation, startMs: endMs, endMs, isWrite }
            timed.endMs += this.durationMs(operation)
            endMs = timed.endMs
            this.underWay.push(timed)
            this.count(timed, 1)
        })
        this.bytes = after
        return endMs - startMs
    }

    /** Leaves it as a power cut at that time does. */
    cut(atMs: number): void {
        this.settle(atMs)
        for (const timed of this.underWay) {
            const { operation, startMs, endMs } = timed
            const share = (atMs - startMs) / (endMs - startMs)
            if (startMs < atMs) tearOperation(this.settled, operation, share, this.random)
            else this.count(timed, -1)
        }
        this.load(this.settled)
    }

    private settle(nowMs: number): void {
        while (this.underWay.length > 0 && this.underWay[0].endMs <= nowMs) {
            const [{ operation }] = this.underWay.splice(0, 1)
            applyOperation(this.settled, operation)
        }
    }

    private durationMs(operation: FlashOperation): number {
        if (operation.kind === "erase") return this.costs.eraseMs
        const { at, bytes } = operation
        const first = Math.floor(at / PROGRAM_BYTES)
        const last = Math.floor((at + bytes.length - 1) / PROGRAM_BYTES)
        return ((last - first + 1) * this.costs.programUsPer256B) / 1000
    }

    private count({ operation, isWrite }: Timed, by: 1 | -1): void {
        const { wear } = this
        if (isWrite) wear.writes += by
        if (operation.kind === "erase") {
            wear.erases[operation.at / PAGE_BYTES] += by
            return
        }
        wear.programmedBytes += by * operation.bytes.length
        const generation = generationOf(operation)
        if (generation === 1) wear.formats += by
        else if (generation !== undefined) wear.compactions += by
    }
}

/** Of the half whose header it writes; the first of all is 1. */
function generationOf(operation: FlashOperation): number | undefined {
    const isHeader = operation.kind === "program" && operation.what === "header of a half"
    return isHeader ? operation.bytes.readUInt32LE(GENERATION_AT) : undefined
}

function noWear(): FlashWear {
    return {
        writes: 0,
        programmedBytes: 0,
        erases: Array.from({ length: FLASH_BYTES / PAGE_BYTES }, () => 0),
        compactions: 0,
        formats: 0,
    }
}
