import {
    BENCH_CHIP_ANSWER_AT,
    BENCH_CHIP_AT,
    BENCH_CHIP_DATA_AT,
    BENCH_CHIP_LENGTH_AT,
    BENCH_CHIP_REQUEST_AT,
} from "../src/wire/bench-window.js"

/** Bits at 625 kHz. */
const MS_PER_BYTE = 8 / 625
/** A program that waits looks again at its next whole millisecond. */
const SHORTEST_MS = 1.1

/** Something on the device's SPI bus. */
export interface BenchChip {
    /** Answers a session that begins at a virtual time in ms with as many bytes. */
    transfer(write: Uint8Array, atMs: number): Uint8Array
}

/** A session under way: what came back is there once it is over. */
export interface ChipSession {
    endMs: number
    /** Puts the answer into the program's memory. */
    finish(memory: Uint8Array): void
}

/** The mailbox through which a program reaches its metering chips. */
export class BenchChips {
    private lastRequest = 0

    /** `chips[0]` is chip 1; a chip that is not there gives zeros. */
    constructor(private readonly chips: (BenchChip | undefined)[]) {}

    /** A new program has a new window. */
    reset(): void {
        this.lastRequest = 0
    }

    /** The session that the program asked for since the last call; `at` is where its window begins. */
    take(memory: Uint8Array, at: number, startMs: number): ChipSession | undefined {
        const request = memory[at + BENCH_CHIP_REQUEST_AT]
        if (request === this.lastRequest) return undefined
        this.lastRequest = request
        const dataAt = at + BENCH_CHIP_DATA_AT
        const length = memory[at + BENCH_CHIP_LENGTH_AT]
        const write = memory.slice(dataAt, dataAt + length)
        const chip = this.chips[memory[at + BENCH_CHIP_AT] - 1]
        const answer = chip?.transfer(write, startMs) ?? new Uint8Array(length)
        return {
            endMs: startMs + Math.max(length * MS_PER_BYTE, SHORTEST_MS),
            finish: now => {
                now.set(answer, dataAt)
                now[at + BENCH_CHIP_ANSWER_AT] = request
            },
        }
    }
}
