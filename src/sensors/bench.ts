import * as ds from "@devicescript/core"
import type { SlotLog } from "../outbox/slot-log.js"
import {
    BENCH_ADC_MAX,
    BENCH_ADC_READS_AT,
    BENCH_ANALOG_AT,
    BENCH_BEATS_AT,
    BENCH_BURST_AT,
    BENCH_BURST_CURRENT_AT,
    BENCH_BURST_SAMPLES_AT,
    BENCH_BURST_VOLTAGE_AT,
    BENCH_CHIP_ANSWER_AT,
    BENCH_CHIP_AT,
    BENCH_CHIP_DATA_AT,
    BENCH_CHIP_LENGTH_AT,
    BENCH_CHIP_REQUEST_AT,
    BENCH_COUNTS_AT,
    BENCH_IS_ANALOG,
    BENCH_IS_ATTACHED_AT,
    BENCH_LEVELS_AT,
    BENCH_MATH_AT,
    BENCH_PAIR_BYTES,
    BENCH_POLL_PINS_AT,
    BENCH_POLLS_AT,
    BENCH_TAG_HIGH,
    BENCH_TAG_LOW,
    BENCH_WINDOW_BYTES,
} from "../wire/bench-window.js"
import type { Burst } from "./burst.js"
import type { ChipBus } from "./chip-bus.js"
import { type BurstReader, FULL_SCALE_MV, type Inputs, type Poll } from "./inputs.js"

/** Reads what the simulator's bench shows: levels, and 12-bit ADC codes. */
export class BenchInputs implements Inputs {
    private readonly window = Buffer.alloc(BENCH_WINDOW_BYTES)
    private beats = 0

    constructor() {
        this.window.setAt(0, "u32", BENCH_TAG_LOW)
        this.window.setAt(4, "u32", BENCH_TAG_HIGH)
        this.window.setAt(8, "u32", 0xffffffff - BENCH_TAG_LOW)
        this.window.setAt(12, "u32", 0xffffffff - BENCH_TAG_HIGH)
    }

    isAttached(): boolean {
        return this.window[BENCH_IS_ATTACHED_AT] === 1
    }

    millivoltReader(pin: number): () => number {
        const window = this.window
        const at = BENCH_ANALOG_AT + pin + pin
        return () => {
            // one byte, wrapping: the simulator takes the difference after every wake
            window[BENCH_ADC_READS_AT] = (window[BENCH_ADC_READS_AT] + 1) & 255
            return ((window[at] + window[at + 1] * 256) * FULL_SCALE_MV) / BENCH_ADC_MAX
        }
    }

    levelReader(pin: number, _pull: number): () => number {
        const window = this.window
        const at = BENCH_LEVELS_AT + pin
        return () => window[at]
    }

    powerWriter(_pin: number): (isOn: boolean) => void {
        return () => {}
    }

    burstReader(polls: Poll[]): BurstReader {
        return new BenchBursts(this.window, polls)
    }

    chipBus(): ChipBus | undefined {
        return new BenchChipBus(this.window)
    }

    beat(isOn: boolean, logs: SlotLog[]): void {
        this.beats = (this.beats + 1) & 255
        this.window[BENCH_BEATS_AT] = this.beats
        if (!isOn) return
        for (const log of logs)
            this.window.setAt(BENCH_COUNTS_AT + log.channel * 4, "u32", log.countSinceBoot())
    }
}

/** The simulator takes what lies in the mailbox, and puts the answer in its place. */
class BenchChipBus implements ChipBus {
    constructor(private readonly window: Buffer) {}

    async transfer(chip: number, write: Buffer): Promise<Buffer> {
        const window = this.window
        const request = (window[BENCH_CHIP_REQUEST_AT] + 1) & 255
        window.blitAt(BENCH_CHIP_DATA_AT, write, 0, write.length)
        window[BENCH_CHIP_AT] = chip
        window[BENCH_CHIP_LENGTH_AT] = write.length
        window[BENCH_CHIP_REQUEST_AT] = request
        while (window[BENCH_CHIP_ANSWER_AT] !== request) await ds.sleep(1)
        return window.slice(BENCH_CHIP_DATA_AT, BENCH_CHIP_DATA_AT + write.length)
    }
}

/** The simulator reads a burst when asked for it, each value at its own instant, and holds the board. */
class BenchBursts implements BurstReader {
    constructor(
        private readonly window: Buffer,
        private readonly polls: Poll[]
    ) {
        window[BENCH_POLLS_AT] = polls.length
        for (let i = 0; i < polls.length; i++)
            window[BENCH_POLL_PINS_AT + i] =
                polls[i].pin + (polls[i].isAnalog ? BENCH_IS_ANALOG : 0)
    }

    start(burst: Burst): void {
        this.window[BENCH_BURST_VOLTAGE_AT] = burst.voltagePin
        this.window[BENCH_BURST_CURRENT_AT] = burst.currentPin
        this.window[BENCH_BURST_SAMPLES_AT] = burst.samples
    }

    take(burst: Burst): void {
        const window = this.window
        const { voltage, current, polls, samples } = burst
        let at = BENCH_BURST_AT
        for (let k = 0; k < samples; k++) {
            voltage[k] = window[at] + window[at + 1] * 256
            current[k] = window[at + 2] + window[at + 3] * 256
            polls[k] = window[at + 4] + window[at + 5] * 256
            at += BENCH_PAIR_BYTES
        }
        this.scalePolls(polls, samples)
    }

    spend(samples: number): void {
        const window = this.window
        const low = window[BENCH_MATH_AT] + samples
        window[BENCH_MATH_AT] = low & 255
        window[BENCH_MATH_AT + 1] = (window[BENCH_MATH_AT + 1] + (low >> 8)) & 255
    }

    private scalePolls(polls: number[], samples: number): void {
        const count = this.polls.length
        for (let i = 0; i < count; i++) {
            if (!this.polls[i].isAnalog) continue
            for (let k = i; k < samples; k += count)
                polls[k] = (polls[k] * FULL_SCALE_MV) / BENCH_ADC_MAX
        }
    }
}
