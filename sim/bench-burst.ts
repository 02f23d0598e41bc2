import {
    BENCH_BURST_AT,
    BENCH_BURST_CURRENT_AT,
    BENCH_BURST_SAMPLES_AT,
    BENCH_BURST_VOLTAGE_AT,
    BENCH_IS_ANALOG,
    BENCH_PAIR_BYTES,
    BENCH_POLL_PINS_AT,
    BENCH_POLLS_AT,
} from "../src/wire/bench-window.js"
import type { BenchCosts, BenchPin } from "./bench.js"

type Read = (atMs: number) => number

const NOTHING: Read = () => 0

/**
 * Lays the burst that the program asked for into its window, each value of its own instant: voltage,
 * half the interpreter's time, current, the other half, and one polled pin. Returns its length in us.
 */
export function fillBurst(
    view: DataView,
    pins: BenchPin[],
    startMs: number,
    costs: BenchCosts
): number {
    const readOf = (isAnalog: boolean, pin: number) => {
        const found = pins.find(each => each.isAnalog === isAnalog && each.pin === pin)
        return found ? (atMs: number) => found.readAt(atMs) : NOTHING
    }
    const currentPin = view.getUint8(BENCH_BURST_CURRENT_AT)
    // without a voltage input the program reads the current twice
    const voltage = readOf(true, view.getUint8(BENCH_BURST_VOLTAGE_AT) || currentPin)
    const current = readOf(true, currentPin)
    const polls = Array.from({ length: view.getUint8(BENCH_POLLS_AT) }, (_, i) => {
        const code = view.getUint8(BENCH_POLL_PINS_AT + i)
        const isAnalog = (code & BENCH_IS_ANALOG) !== 0
        const read = readOf(isAnalog, code & (BENCH_IS_ANALOG - 1))
        return { read, costUs: isAnalog ? costs.adcReadUs : 0 }
    })
    const samples = view.getUint8(BENCH_BURST_SAMPLES_AT)
    const halfUs = costs.adcReadUs + costs.burstUsPerPair / 2
    let us = 0
    let at = BENCH_BURST_AT
    for (let k = 0; k < samples; k++) {
        view.setUint16(at, voltage(startMs + us / 1000), true)
        us += halfUs
        view.setUint16(at + 2, current(startMs + us / 1000), true)
        us += halfUs
        if (polls.length > 0) {
            const poll = polls[k % polls.length]
            view.setUint16(at + 4, poll.read(startMs + us / 1000), true)
            us += poll.costUs
        }
        at += BENCH_PAIR_BYTES
    }
    view.setUint8(BENCH_BURST_SAMPLES_AT, 0)
    return us
}
