import {
    BENCH_ADC_MAX,
    BENCH_ADC_READS_AT,
    BENCH_ANALOG_AT,
    BENCH_BEATS_AT,
    BENCH_IS_ATTACHED_AT,
    BENCH_LEVELS_AT,
    BENCH_TAG_HIGH,
    BENCH_TAG_LOW,
    BENCH_WINDOW_BYTES,
} from "../wire/bench-window.js"
import { FULL_SCALE_MV, type Inputs } from "./inputs.js"

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

    levelReader(pin: number): () => number {
        const window = this.window
        const at = BENCH_LEVELS_AT + pin
        return () => window[at]
    }

    beat(_isOn: boolean): void {
        this.beats = (this.beats + 1) & 255
        this.window[BENCH_BEATS_AT] = this.beats
    }
}
