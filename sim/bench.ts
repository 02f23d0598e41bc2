import {
    BENCH_ADC_MAX,
    BENCH_ADC_READS_AT,
    BENCH_ANALOG_AT,
    BENCH_BEATS_AT,
    BENCH_IS_ATTACHED_AT,
    BENCH_LEVELS_AT,
    BENCH_TAG_HIGH,
    BENCH_TAG_LOW,
} from "../src/wire/bench-window.js"

const SEARCH_EVERY_MS = 20
const STALE_MS = 2000

/** One pin of a device and what it sees. */
export interface BenchPin {
    isAnalog: boolean
    /** Number in the pin's label, from 1. */
    pin: number
    /** Fraction of the ADC's full scale, or a level of 0 or 1, at a virtual time in ms. */
    signalAt(atMs: number): number
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
    private nextSearchMs = 0

    constructor(private readonly pins: BenchPin[]) {}

    /** A new program keeps its window elsewhere. */
    detach(): void {
        this.at = -1
    }

    /** To be called right before the program runs. */
    show(memory: Uint8Array, atMs: number): void {
        if (this.at < 0 && !this.find(memory, atMs)) return
        const view = new DataView(memory.buffer, memory.byteOffset)
        for (const pin of this.pins) {
            const signal = pin.signalAt(atMs)
            if (pin.isAnalog) {
                const code = Math.round(Math.min(Math.max(signal, 0), 1) * BENCH_ADC_MAX)
                view.setUint16(this.at + BENCH_ANALOG_AT + pin.pin * 2, code, true)
            } else memory[this.at + BENCH_LEVELS_AT + pin.pin] = signal
        }
    }

    /** ADC reads since the last call; to be called after the program ran. */
    takeAdcReads(memory: Uint8Array, atMs: number): number {
        if (this.at < 0) return 0
        this.checkAlive(memory, memory[this.at + BENCH_BEATS_AT], atMs)
        if (this.at < 0) return 0
        const reads = memory[this.at + BENCH_ADC_READS_AT]
        const taken = (reads - this.lastAdcReads) & 255
        this.lastAdcReads = reads
        return taken
    }

    /** A window in which no program beats belongs to one that ended; its tag must not be found again. */
    private checkAlive(memory: Uint8Array, beats: number, atMs: number): void {
        if (beats !== this.lastBeats) {
            this.lastBeats = beats
            this.lastBeatMs = atMs
        } else if (atMs - this.lastBeatMs > STALE_MS) {
            if (TAG.equals(memory.subarray(this.at, this.at + 16))) memory[this.at] = 0
            this.at = -1
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
        return true
    }
}
