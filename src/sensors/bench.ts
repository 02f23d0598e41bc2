import { FULL_SCALE_MV, Inputs } from "./inputs.js"

/*
 * The bench: a window of the program's own memory that a simulator finds by its tag and writes to, as
 * if it were a board's pin registers. docs/decisions.md says why it is not a bus service.
 */
const TAG_LOW = 0x4d455445
const TAG_HIGH = 0x42454e43
const IS_ATTACHED_AT = 16
const TICKS_AT = 20
const ADC_READS_AT = 24
const LEVELS_AT = 28
const ANALOG_AT = 44
const WINDOW_BYTES = 76
const ADC_MAX = 4095

/** Reads what the simulator's bench shows: levels, and 12-bit ADC codes. */
export class BenchInputs implements Inputs {
    private readonly window = Buffer.alloc(WINDOW_BYTES)
    private ticks = 0
    private adcReads = 0

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

    readMillivolts(pin: number): number {
        this.adcReads++
        return (this.window.getAt(ANALOG_AT + (pin - 1) * 2, "u16") * FULL_SCALE_MV) / ADC_MAX
    }

    readLevel(pin: number): number {
        return this.window[LEVELS_AT + pin - 1]
    }

    tick(_isOn: boolean): void {
        this.window.setAt(TICKS_AT, "u32", this.ticks++)
        this.window.setAt(ADC_READS_AT, "u32", this.adcReads)
    }
}
