import {
    BENCH_ADC_READS_AT,
    BENCH_ANALOG_AT,
    BENCH_BEATS_AT,
    BENCH_BURST_SAMPLES_AT,
    BENCH_COUNTS_AT,
    BENCH_IS_ATTACHED_AT,
    BENCH_LEVELS_AT,
    BENCH_MATH_AT,
    BENCH_TAG_HIGH,
    BENCH_TAG_LOW,
} from "../src/wire/bench-window.js"
import { fillBurst } from "./bench-burst.js"
import { type BenchChip, BenchChips, type ChipSession } from "./bench-chips.js"

const SEARCH_EVERY_MS = 20
const STALE_MS = 2000

/** One pin of a device and what it sees. */
export interface BenchPin {
    isAnalog: boolean
    /** Number in the pin's label, from 1. */
    pin: number
    /** What a read gives at a virtual time in ms: an ADC code, or a level of 0 or 1. */
    readAt(atMs: number): number
}

/** What the board's reads and sums cost, in microseconds. */
export interface BenchCosts {
    adcReadUs: number
    burstUsPerPair: number
    mathUsPerPair: number
}

const TAG = Buffer.alloc(16)
TAG.writeUInt32LE(BENCH_TAG_LOW, 0)
TAG.writeUInt32LE(BENCH_TAG_HIGH, 4)
TAG.writeUInt32LE(~BENCH_TAG_LOW >>> 0, 8)
TAG.writeUInt32LE(~BENCH_TAG_HIGH >>> 0, 12)

/**
 * Shows signals to one device's program: finds the window that the program keeps in its memory and
 * writes what each pin sees at the instant of every wake, as if it were the pin's register.
 */
export class Bench {
    private at = -1
    private lastBeats = 0
    private lastBeatMs = 0
    private lastAdcReads = 0
    private lastMath = 0
    private nextSearchMs = 0
    private readonly chips: BenchChips

    constructor(
        private readonly pins: BenchPin[],
        chips: (BenchChip | undefined)[],
        private readonly costs: BenchCosts
    ) {
        this.chips = new BenchChips(chips)
    }

    /** A new program keeps its window elsewhere. */
    detach(): void {
        this.at = -1
    }

    /** The program ended; its tag must not be found again in memory that is free now. */
    forget(memory: Uint8Array): void {
        if (this.at < 0) return
        if (TAG.equals(memory.subarray(this.at, this.at + 16))) memory[this.at] = 0
        this.at = -1
    }

    /** To be called right before the program runs. */
    show(memory: Uint8Array, atMs: number): void {
        if (this.at < 0 && !this.find(memory, atMs)) return
        const view = new DataView(memory.buffer, memory.byteOffset + this.at)
        for (const pin of this.pins) {
            const value = pin.readAt(atMs)
            if (pin.isAnalog) view.setUint16(BENCH_ANALOG_AT + pin.pin * 2, value, true)
            else view.setUint8(BENCH_LEVELS_AT + pin.pin, value)
        }
    }

    /**
     * What the program did since the last call, in ms of the board's time; to be called after it ran,
     * with the time that the wake itself took. Reads the burst that it asked for.
     */
    takeBusyMs(memory: Uint8Array, atMs: number, wakeMs: number): number {
        if (this.at < 0) return 0
        this.checkAlive(memory, memory[this.at + BENCH_BEATS_AT], atMs)
        if (this.at < 0) return 0
        const view = new DataView(memory.buffer, memory.byteOffset + this.at)
        const reads = view.getUint8(BENCH_ADC_READS_AT)
        const math = view.getUint16(BENCH_MATH_AT, true)
        let busyUs =
            ((reads - this.lastAdcReads) & 0xff) * this.costs.adcReadUs +
            ((math - this.lastMath) & 0xffff) * this.costs.mathUsPerPair
        this.lastAdcReads = reads
        this.lastMath = math
        if (view.getUint8(BENCH_BURST_SAMPLES_AT) > 0)
            busyUs += fillBurst(view, this.pins, atMs + wakeMs + busyUs / 1000, this.costs)
        return busyUs / 1000
    }

    /** Counts since boot as the program told them last, within a second; undefined while none runs. */
    counts(memory: Uint8Array, channels: number): number[] | undefined {
        if (this.at < 0) return undefined
        const view = new DataView(memory.buffer, memory.byteOffset + this.at)
        return Array.from({ length: channels }, (_, i) =>
            view.getUint32(BENCH_COUNTS_AT + i * 4, true)
        )
    }

    /** The session with a metering chip that the program began in the run that was over at `atMs`. */
    takeSession(memory: Uint8Array, atMs: number): ChipSession | undefined {
        return this.at < 0 ? undefined : this.chips.take(memory, this.at, atMs)
    }

    /** A window in which no program beats belongs to one that ended; its tag must not be found again. */
    private checkAlive(memory: Uint8Array, beats: number, atMs: number): void {
        if (beats !== this.lastBeats) {
            this.lastBeats = beats
            this.lastBeatMs = atMs
        } else if (atMs - this.lastBeatMs > STALE_MS) {
            this.forget(memory)
        }
    }

    private find(memory: Uint8Array, atMs: number): boolean {
        if (atMs < this.nextSearchMs) return false
        this.nextSearchMs = atMs + SEARCH_EVERY_MS
        this.at = Buffer.from(memory.buffer, memory.byteOffset, memory.length).indexOf(TAG)
        if (this.at < 0) return false
        memory[this.at + BENCH_IS_ATTACHED_AT] = 1
        this.lastBeatMs = atMs
        this.lastAdcReads = 0
        this.lastMath = 0
        this.chips.reset()
        return true
    }
}
