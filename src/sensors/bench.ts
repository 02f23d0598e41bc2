import { FULL_SCALE_MV, type Inputs } from "./inputs.js"

/*
 * The bench: a window of the program's own memory that a simulator finds by its tag and writes to, as
 * if it were a board's pin registers. docs/decisions.md says why it is not a bus service.
 */
const TAG_LOW = 0x4d455445
const TAG_HIGH = 0x42454e43
const IS_ATTACHED_AT = 16
const BEATS_AT = 17
const ADC_READS_AT = 18
/** Of pin 0, which does not exist. */
const LEVELS_AT = 27
const ANALOG_AT = 42
const WINDOW_BYTES = 76
const ADC_MAX = 4095

/** Reads what the simulator's bench shows: levels, and 12-bit ADC codes. */
export class BenchInputs implements Inputs {
    private readonly window = Buffer.alloc(WINDOW_BYTES)
    private beats = 0

    constructor() {
        // tag and complement are never side by side in the image, only here
        this.window.setAt(0, "u32", TAG_LOW)
        this.window.setAt(4, "u32", TAG_HIGH)
        this.window.setAt(8, "u32", 0xffffffff - TAG_LOW)
        this.window.setAt(12, "u32", 0xffffffff - TAG_HIGH)
    }

    isAttached(): boolean {
        return this.window[IS_ATTACHED_AT] === 1
    }

    millivoltReader(pin: number): () => number {
        const window = this.window
        const at = ANALOG_AT + pin + pin
        return () => {
            // one byte, wrapping: the simulator takes the difference after every wake
            window[ADC_READS_AT] = (window[ADC_READS_AT] + 1) & 255
            return ((window[at] + window[at + 1] * 256) * FULL_SCALE_MV) / ADC_MAX
        }
    }

    levelReader(pin: number): () => number {
        const window = this.window
        const at = LEVELS_AT + pin
        return () => window[at]
    }

    beat(_isOn: boolean): void {
        this.beats = (this.beats + 1) & 255
        this.window[BEATS_AT] = this.beats
    }
}
