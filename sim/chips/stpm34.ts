import { FILTER_US, VoltageComparators, type WatchReading } from "./stpm34-comparators.js"
import { channelsOf, crcOf, RESET_ROWS, twos } from "./stpm34-rows.js"
import { type ChipSignal, SignalHistory } from "./stpm34-signal.js"

/*
 * Model of ST's STPM34 from its data sheet, DS10272 Rev 8: registers (section 10), serial port (8.6),
 * results (8.4.6, 8.4.7, 8.4.9), events (8.4.10) and phase correction (9.2.2). Results are worked out
 * as parts of the modulators' full scale, which is 1 at 1.18 V after the gain, and then cut to bits.
 */

const REFERENCE_V = 1.18
const SAMPLE_US = 128
const CLOCK_US = 8
const SAMPLING_HZ = 4e6
const FRAME_BYTES = 5
/** Two frames take one sample of the chip at 625 kHz, the bus's clock. */
const FRAME_US = 64
/** The averaging of the RMS values: 200 ms (section 8.4.7), here as a low pass on the square. */
const RMS_TAU_US = 100_000
/** More than any of the chip's filters looks back. */
const MEMORY_US = 100_000
/** What is between the mains and the chip's pins, and what is soldered around it. */
export interface ChipFrontEnd {
    /** Mains voltage to voltage at the pins. */
    dividerRatio: number
    clampVPerA: number
    /** Error of divider and clamp, 1 for none. */
    voltageError?: number
    currentError?: number
    /** By how much the clamps' current is early. */
    clampEarlyUs?: number
}

/** 770 kOhm and 470 Ohm, and clamps of 2500:1 into 1 Ohm: what the firmware expects. */
export const FRONT_END: ChipFrontEnd = { dividerRatio: 1 + 770_000 / 470, clampVPerA: 0.0004 }

const DEFAULT_READING: WatchReading = { sagTimeFrom: "low", swellEnd: "crest" }
const SILENT: ChipSignal = { voltageV: 0, currentA: 0, angleDeg: 0, frequencyHz: 50 }

interface Input {
    signal: SignalHistory
    comparators: VoltageComparators
    squareV: number
    squareA: number
    /** Sums that the energy registers show the lower 32 bits of. */
    activeSum: number
    reactiveSum: number
    period: number
}

/** One chip. Time is in us since its power-on and advances with `advance` and with each frame. */
export class Stpm34Model {
    nowUs = 0
    /** Frames to spoil: a bit of the answer flips in transit. */
    spoil = 0
    isSilent = false
    private rows = new Map<number, number>(RESET_ROWS)
    private latched = new Map<number, number>()
    private readonly inputs: Input[]
    private pointer = 0

    constructor(
        private readonly frontEnd: ChipFrontEnd,
        reading: WatchReading = DEFAULT_READING,
        turns = 0
    ) {
        this.inputs = [1, 2].map(() => {
            const signal = new SignalHistory(SILENT, turns)
            return {
                signal,
                comparators: new VoltageComparators(signal, reading),
                squareV: 0,
                squareA: 0,
                activeSum: 0,
                reactiveSum: 0,
                period: 0x9c4,
            }
        })
        this.configure()
    }

    /** Changes what an input sees, from an instant on that is not past. */
    set(input: number, signal: ChipSignal, fromUs = this.nowUs): void {
        this.inputs[input - 1].signal.set(fromUs, signal)
    }

    /** As after a long time of the present signals: averages are settled. */
    settle(): void {
        for (let input = 1; input <= 2; input++) {
            const { v, i } = this.parts(input)
            this.inputs[input - 1].squareV = v * v
            this.inputs[input - 1].squareA = i * i
        }
    }

    /** Lets time pass. */
    advance(toUs: number): void {
        for (let input = 1; input <= 2; input++) this.advanceInput(input, toUs)
        this.nowUs = toUs
    }

    /** Takes frames and answers each with the row that the one before asked for. */
    transfer(write: Uint8Array): Uint8Array {
        const answer = new Uint8Array(write.length)
        for (let at = 0; at + FRAME_BYTES <= write.length; at += FRAME_BYTES) {
            this.advance(this.nowUs + FRAME_US)
            if (this.isSilent) continue
            this.answerFrame(answer, at)
            this.takeFrame(write.subarray(at, at + FRAME_BYTES))
            if (this.spoil > 0) {
                this.spoil--
                answer[at + 2] ^= 0x10
            }
        }
        return answer
    }

    /** Loses settings and sums, as by a dip of the supply. */
    powerCycle(): void {
        this.rows = new Map<number, number>(RESET_ROWS)
        this.latched = new Map()
        this.pointer = 0
        for (const input of this.inputs) {
            input.activeSum = 0
            input.reactiveSum = 0
        }
        this.configure()
    }

    private answerFrame(answer: Uint8Array, at: number): void {
        const value = this.visible(this.pointer)
        for (let i = 0; i < 4; i++) answer[at + i] = (value >>> (8 * i)) & 0xff
        answer[at + 4] = crcOf(answer.subarray(at, at + 4))
    }

    private takeFrame(frame: Uint8Array): void {
        if (crcOf(frame.subarray(0, 4)) !== frame[4]) return
        const [readAt, writeAt] = frame
        this.pointer = readAt === 0xff ? (this.pointer + 2) % 0x8c : readAt & 0xfe
        if (writeAt !== 0xff && writeAt < 42) this.write(writeAt, frame[2] + frame[3] * 256)
    }

    private write(at: number, half: number): void {
        const address = at & 0xfe
        const old = this.row(address)
        const value = at % 2 === 1 ? half * 65536 + (old & 0xffff) : old - (old % 65536) + half
        this.rows.set(address, value)
        if (address === 0x04) this.control(value)
        if ((address === 0x00 || address === 0x02) && ((value >>> 4) & 1) === 1) {
            this.inputs[address / 2].comparators.clear()
            this.rows.set(address, value - 16)
        }
        this.configure()
    }

    private control(value: number): void {
        if (((value >>> 20) & 1) === 1) {
            this.rows = new Map<number, number>(RESET_ROWS)
            return
        }
        const latches = (value >>> 21) & 3
        if (latches > 0) this.latch(latches)
        this.rows.set(0x04, value - latches * 2 ** 21)
    }

    /** Carries thresholds into the comparators: peaks are parts of full scale by 2^10 (tables 16, 17). */
    private configure(): void {
        for (let input = 1; input <= 2; input++) {
            const row = this.row(input === 1 ? 0x08 : 0x0c)
            const comparators = this.inputs[input - 1].comparators
            const fullV = 1 / this.voltagePart(input)
            const swell = (row >>> 12) & 0x3ff
            comparators.sagPeakV = ((row >>> 22) / 1024) * fullV
            comparators.swellPeakV =
                swell === 0x3ff ? Number.POSITIVE_INFINITY : (swell / 1024) * fullV
            comparators.sagAfterSteps = this.row(0x04) & 0x3fff
        }
    }

    private row(address: number): number {
        return this.rows.get(address) ?? 0
    }

    private visible(address: number): number {
        if (address < 0x2a) return this.row(address)
        const isAuto = ((this.row(0x04) >>> 23) & 1) === 1
        return isAuto ? this.measured(address) : (this.latched.get(address) ?? 0)
    }

    /** Part of full scale that a volt of mains makes, with the calibrator. */
    private voltagePart(input: number): number {
        const calibrator = 0.75 + ((this.row(input === 1 ? 0x08 : 0x0c) & 0xfff) / 4096) * 0.25
        const error = this.frontEnd.voltageError ?? 1
        return (calibrator * 2 * error) / (this.frontEnd.dividerRatio * REFERENCE_V)
    }

    private currentPart(input: number): number {
        const calibrator = 0.75 + ((this.row(input === 1 ? 0x0a : 0x0e) & 0xfff) / 4096) * 0.25
        const gain = 2 ** (1 + ((this.row(input === 1 ? 0x18 : 0x1a) >>> 26) & 3))
        const error = this.frontEnd.currentError ?? 1
        return (calibrator * gain * this.frontEnd.clampVPerA * error) / REFERENCE_V
    }

    /** By how much the current is behind, after clamp and phase correction (table 39). */
    private angle(input: number): number {
        const { angleDeg, frequencyHz } = this.inputs[input - 1].signal.at(this.nowUs)
        const fields = input === 1 ? this.row(0x06) >>> 12 : this.row(0x06) & 0xfff
        const lateS = ((fields & 0x3ff) - ((fields >>> 10) & 3) * 512) / SAMPLING_HZ
        const earlyS = (this.frontEnd.clampEarlyUs ?? 0) / 1e6
        return angleDeg + (lateS - earlyS) * frequencyHz * 360
    }

    private parts(input: number): { v: number; i: number; active: number; reactive: number } {
        const { voltageV, currentA } = this.inputs[input - 1].signal.at(this.nowUs)
        const v = voltageV * this.voltagePart(input)
        const i = currentA * this.currentPart(input)
        const angle = (this.angle(input) * Math.PI) / 180
        return { v, i, active: v * i * Math.cos(angle), reactive: v * i * Math.sin(angle) }
    }

    private advanceInput(input: number, toUs: number): void {
        const state = this.inputs[input - 1]
        state.comparators.advance(toUs)
        const endUs = toUs
        let fromUs = this.nowUs
        const beganUs = this.nowUs
        while (fromUs < endUs) {
            this.nowUs = fromUs
            const untilUs = Math.min(endUs, state.signal.changeAfter(fromUs))
            const { v, i, active, reactive } = this.parts(input)
            const keep = Math.exp(-(untilUs - fromUs) / RMS_TAU_US)
            state.squareV = v * v + (state.squareV - v * v) * keep
            state.squareA = i * i + (state.squareA - i * i) * keep
            // one sample of full power adds 2^17 (table 14)
            const samples = (untilUs - fromUs) / SAMPLE_US
            state.activeSum += active * 131072 * samples
            state.reactiveSum += reactive * 131072 * samples
            fromUs = untilUs
        }
        this.nowUs = beganUs
        state.signal.forget(toUs - MEMORY_US)
        const periodSteps = 1e6 / state.signal.at(toUs).frequencyHz / CLOCK_US
        // outside its limits the period keeps its last value (section 8.4.9)
        if (periodSteps >= 1536 && periodSteps <= 3840 && state.signal.at(toUs).voltageV > 0)
            state.period = Math.round(periodSteps)
    }

    private latch(channels: number): void {
        for (let address = 0x2a; address < 0x84; address += 2)
            if ((channels & channelsOf(address)) !== 0)
                this.latched.set(address, this.measured(address))
    }

    /** A result register as the DSP has it now. */
    private measured(address: number): number {
        if (address === 0x2e) return this.inputs[1].period * 65536 + this.inputs[0].period
        const second = channelsOf(address) === 2 ? 1 : 0
        const { comparators, squareV, squareA, activeSum, reactiveSum, period } =
            this.inputs[second]
        switch (address) {
            case 0x2a + second * 2:
                return comparators.sagBits * 2 ** 26 + comparators.swellBits * 2 ** 22
            case 0x30 + second * 4:
                return this.moment(second, 0)
            case 0x38 + second * 4:
                return this.moment(second, FILTER_US)
            case 0x48 + second * 2:
                return (
                    Math.floor(Math.sqrt(squareA) * 2 ** 17) * 32768 +
                    Math.floor(Math.sqrt(squareV) * 2 ** 15)
                )
            case 0x4c + second * 4:
                return comparators.sagTime() * 65536 + comparators.swellTime()
            case 0x4e + second * 4: {
                const turns = this.angle(second + 1) / 360
                return Math.floor((turns - Math.floor(turns)) * period) * 65536
            }
            case 0x54 + second * 24:
                return twos(activeSum, 32)
            case 0x58 + second * 24:
                return twos(reactiveSum, 32)
            case 0x5c + second * 24:
                return twos(this.parts(second + 1).active * 2 ** 28, 29)
            case 0x60 + second * 24:
                return twos(this.parts(second + 1).reactive * 2 ** 28, 29)
            default:
                return 0
        }
    }

    private moment(second: number, lateUs: number): number {
        const sampleUs = Math.floor(this.nowUs / SAMPLE_US) * SAMPLE_US - lateUs
        const part = this.inputs[second].signal.voltage(sampleUs) * this.voltagePart(second + 1)
        return twos(part * 2 ** 23, 24)
    }
}
