import type { ChipSettings } from "./stpm34-circuit.js"
import { FRAME_BYTES, putFrame } from "./stpm34-frame.js"
import {
    addressOf,
    CALIBRATOR_MIDDLE,
    CR1_CLEAR_EVENTS,
    CR1_STANDARD,
    CR3_60_HZ,
    CR3_AUTO_LATCH,
    CR3_RESET,
    DFE_CR1,
    DFE_LOW,
    DSP_CR1,
    DSP_CR3,
    DSP_CR4,
    DSP_CR5,
    NO_ADDRESS,
    SAG_OFF,
    SWELL_OFF,
} from "./stpm34-registers.js"
import { gainFieldOf, phaseFieldOf, thresholdOf, timeStepsOf } from "./stpm34-scale.js"

/**
 * A voltage is below any threshold under its peak for less than half a cycle, 11.1 ms at 45 Hz; a sag
 * is longer. The shortest sag to find, a cycle, is 14.3 ms at 70 Hz.
 */
const SAG_AFTER_MS = 12
const FRAMES_PER_CIRCUIT = 4
const OTHER_FRAMES = 5

/** Upper and lower half of DSP_CR3 while measuring, as one row. */
export function controlRow(is60Hz: boolean): number {
    const upper = CR3_AUTO_LATCH + (is60Hz ? CR3_60_HZ : 0)
    return upper * 65536 + timeStepsOf(SAG_AFTER_MS)
}

/** Frame that clears one input's sag and swell histories and times. */
export function clearFrame(input: number): Buffer {
    const buf = Buffer.alloc(FRAME_BYTES)
    putClear(buf, 0, input)
    return buf
}

/** Frames that reset a chip and set it up for its circuits, each to be sent in a session of its own. */
export function setupFrames(circuits: ChipSettings[]): Buffer {
    const count = OTHER_FRAMES + circuits.length * FRAMES_PER_CIRCUIT
    const buf = Buffer.alloc(count * FRAME_BYTES)
    let at = putWrite(buf, 0, DSP_CR3 + 1, CR3_RESET)
    at = putControl(buf, false)
    let phases = 0
    for (const circuit of circuits) {
        const input = circuit.input
        const gain = gainFieldOf(circuit.clampA)
        at = putWrite(buf, at, addressOf(DFE_CR1, input, 2) + 1, DFE_LOW + gain * 1024)
        at = putRow(buf, at, addressOf(DSP_CR5, input, 4), thresholdRow(circuit))
        at = putClear(buf, at, input)
        phases += phaseFieldOf(circuit.phaseUs) * (input === 1 ? 4096 : 1)
    }
    putRow(buf, at, DSP_CR4, phases)
    return buf
}

/** Changes the control row that the frames of {@link setupFrames} write, which is behind the reset. */
export function putControl(setup: Buffer, is60Hz: boolean): number {
    return putRow(setup, FRAME_BYTES, DSP_CR3, controlRow(is60Hz))
}

function thresholdRow({ nominalV, voltageGain, sagPercent, swellPercent }: ChipSettings): number {
    const percentV = nominalV / 100
    const sag = sagPercent === 0 ? SAG_OFF : thresholdOf(sagPercent * percentV, voltageGain)
    const swell = swellPercent === 0 ? SWELL_OFF : thresholdOf(swellPercent * percentV, voltageGain)
    return sag * 4194304 + swell * 4096 + CALIBRATOR_MIDDLE
}

function putClear(buf: Buffer, at: number, input: number): number {
    return putWrite(buf, at, addressOf(DSP_CR1, input, 2), CR1_STANDARD + CR1_CLEAR_EVENTS)
}

function putRow(buf: Buffer, at: number, address: number, row: number): number {
    const upper = Math.floor(row / 65536)
    return putWrite(buf, putWrite(buf, at, address, row - upper * 65536), address + 1, upper)
}

/** Frame that writes a half of a row. */
function putWrite(buf: Buffer, at: number, address: number, half: number): number {
    putFrame(buf, at, NO_ADDRESS, address, half)
    return at + FRAME_BYTES
}
