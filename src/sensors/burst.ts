import { MAX_BURST_SAMPLES } from "../wire/bench-window.js"

/** Pairs of voltage and current read without a break. Made once, since it takes 4 kB of the heap. */
export class Burst {
    /** Pins A<pin>; voltage 0 without one. */
    voltagePin = 0
    currentPin = 0
    /** Pairs to read. */
    samples = 0
    /** Uptime of the wake that read it. */
    startMs = 0
    /** Time between two pairs; 0 while unknown. */
    sampleMs = 0
    /** ADC codes. */
    readonly voltage: number[] = []
    readonly current: number[] = []
    /** What was polled after each pair. */
    readonly polls: number[] = []

    constructor() {
        for (let i = 0; i < MAX_BURST_SAMPLES; i++) {
            this.voltage.push(0)
            this.current.push(0)
            this.polls.push(0)
        }
    }
}
