import { ChipCircuit, type ChipSettings } from "../measure/stpm34-circuit.js"
import { clearFrame, controlRow, putControl, setupFrames } from "../measure/stpm34-config.js"
import { ChipVoltage, EARLIER_LOOKS } from "../measure/stpm34-events.js"
import { Excursion } from "../measure/stpm34-excursion.js"
import {
    FRAME_BYTES,
    fieldOf,
    isAnswerGood,
    readFrames,
    rowOf,
    signedOf,
} from "../measure/stpm34-frame.js"
import { rmsOfMoment } from "../measure/stpm34-moment.js"
import {
    addressOf,
    DSP_CR3,
    DSP_EV1,
    DSP_REG1,
    DSP_REG14,
    DSP_REG16,
    DSP_REG17,
    PH1_ACTIVE,
    PH1_ENERGY,
    PH1_REACTIVE,
    V1_FUND,
} from "../measure/stpm34-registers.js"
import { MOMENTS_PER_STEP, SAMPLE_S } from "../measure/stpm34-scale.js"
import { EVENT_FREQUENCY, type VoltageEvent } from "../measure/voltage-watch.js"
import { EVENT_OVERLOAD } from "../wire/event.js"
import type { ChipBus } from "./chip-bus.js"
import type { OnEvent } from "./mains.js"

const TRIES = 3
/** Rows of a poll: control and periods, then five of each circuit. */
const FIRST_POLL_ROW = 2
const POLL_ROWS = 5
/** Row of the first circuit's events in a look; the control row is before it. */
const EVENT_ROW = 1
const SAMPLES = 5
/** 24 bits. */
const MOMENT_SPAN = 16777216
const LOWEST_MHZ = 45000
const HIGHEST_MHZ = 70000
/** Above this the mains is one of 60 Hz. */
const MIDDLE_MHZ = 55000
const USUAL_HZ = 50

/**
 * Metering chip STPM34 (data sheet DS10272): two circuits. Its calls wait for the bus, so they belong
 * in a fiber of their own: `watch` every 10 ms, `poll` every second. Each throws if the chip is silent.
 */
export class Stpm34 {
    /** Answers that were not whole, since boot. */
    badAnswers = 0
    /** When it is to be polled next; undefined while it is not started. Kept by the round. */
    pollMs: number | undefined = undefined
    /** Until then it is not started. Kept by the round. */
    startMs = 0
    /** Did it not answer when it was last asked? Kept by the round. */
    isSilent = false
    readonly circuits: ChipCircuit[]
    private readonly setup: Buffer
    private readonly watchFrames: Buffer
    private is60Hz = false
    /** The last answers to a look, one after the other in a ring, since objects of their own take more. */
    private readonly recent: Buffer
    private looks = 0
    private frequency: Excursion | undefined = undefined

    /** `channels[i]` is the channel of `settings[i]`. */
    constructor(
        private readonly bus: ChipBus,
        readonly chip: number,
        channels: number[],
        settings: ChipSettings[],
        private readonly onEvent: OnEvent
    ) {
        this.circuits = settings.map((one, i) => new ChipCircuit(channels[i], one))
        this.setup = setupFrames(settings)
        const rows: number[] = [DSP_CR3]
        for (const circuit of this.circuits)
            rows.push(addressOf(DSP_EV1, circuit.input, 2), addressOf(DSP_REG16, circuit.input, 4))
        // both inputs take turns, so that samples of one are 128 us apart
        for (let i = 0; i < SAMPLES; i++) rows.push(V1_FUND, addressOf(V1_FUND, 2, 4))
        this.watchFrames = readFrames(rows)
        this.recent = Buffer.alloc(this.watchFrames.length * EARLIER_LOOKS)
    }

    /** Sets the chip up; also after it has lost its settings, or was silent. */
    async start(): Promise<void> {
        // what was seen before is too old to be the first moments of an event
        this.looks = 0
        for (let at = 0; at < this.setup.length; at += FRAME_BYTES)
            await this.bus.transfer(this.chip, this.setup.slice(at, at + FRAME_BYTES))
        for (const circuit of this.circuits) circuit.restart()
        const answer = await this.read([DSP_CR3])
        if (!this.isSetUp(answer)) throw this.silence()
    }

    /** Reads energies, powers, voltages and currents. */
    async poll(nowMs: number): Promise<void> {
        const circuits = this.circuits
        const answer = await this.read(pollRows(circuits))
        if (!this.isSetUp(answer)) return await this.start()
        for (let i = 0; i < circuits.length; i++) {
            const circuit = circuits[i]
            const period = fieldOf(answer, 1, circuit.input === 1 ? 1 : 65536, 4096)
            circuit.addReading(period, answer, FIRST_POLL_ROW + i * POLL_ROWS)
            const { channel, lastCurrentMa } = circuit
            const overload = circuit.overload ?? overloadOf(circuit)
            circuit.overload = this.follow(overload, channel, lastCurrentMa, nowMs)
        }
        const { channel, frequencyMhz } = circuits[0]
        this.frequency = this.follow(
            this.frequency ?? offFrequencyOf(frequencyMhz),
            channel,
            frequencyMhz,
            nowMs
        )
        await this.setMains(frequencyMhz)
    }

    /**
     * Looks for sags and swells. An answer in which nothing goes on is only kept, so that the voltages of
     * an event's first moments can be had once the chip has found it.
     */
    async watch(nowMs: number): Promise<void> {
        const answer = await this.bus.transfer(this.chip, this.watchFrames)
        if (!this.isQuiet(answer)) {
            if (isAnswerGood(answer, this.watchRows())) await this.look(answer, nowMs)
            else this.badAnswers++
        }
        // the first frame answers no question of this look: its place takes the time
        answer[0] = nowMs % 256
        this.recent.set(answer, (this.looks % EARLIER_LOOKS) * answer.length)
        this.looks++
    }

    /** Whether no event lasts or lasted. A spoiled answer may hide one until the next look. */
    private isQuiet(answer: Buffer): boolean {
        const circuits = this.circuits
        for (let i = 0; i < circuits.length; i++) {
            // bits 22 to 29 are the histories
            const at = (1 + EVENT_ROW + i * 2) * FRAME_BYTES + 2
            if (answer[at] > 63 || (answer[at + 1] & 63) !== 0) return false
            if (circuits[i].voltage) return false
        }
        return true
    }

    private async look(answer: Buffer, nowMs: number): Promise<void> {
        if (!this.isSetUp(answer)) return
        let row = EVENT_ROW
        for (const circuit of this.circuits) {
            const sagBits = fieldOf(answer, row, 67108864, 16)
            const swellBits = fieldOf(answer, row, 4194304, 16)
            const sagTime = fieldOf(answer, row + 1, 65536, 32768)
            row += 2
            if (!circuit.voltage && sagBits === 0 && swellBits === 0) continue
            const voltage = circuit.voltage ?? this.recall(circuit, nowMs)
            const voltageCv = this.momentCv(circuit, answer)
            const event = voltage.add({ nowMs, sagBits, swellBits, sagTime, voltageCv })
            if (event) this.tell(circuit.channel, event)
            if (voltage.wantsClear()) {
                await this.bus.transfer(this.chip, clearFrame(circuit.input))
                voltage.cleared()
            }
            circuit.voltage = voltage.isIdle() ? undefined : voltage
        }
    }

    /** Begins to follow a circuit's voltage, with what the last looks showed of it. */
    private recall(circuit: ChipCircuit, nowMs: number): ChipVoltage {
        const voltage = new ChipVoltage(circuit.sagFromCv, circuit.swellFromCv)
        const size = this.watchFrames.length
        for (let i = Math.max(0, this.looks - EARLIER_LOOKS); i < this.looks; i++) {
            const at = (i % EARLIER_LOOKS) * size
            const answer = this.recent.slice(at, at + size)
            const agoMs = (nowMs - answer[0]) % 256
            if (isAnswerGood(answer, this.watchRows()))
                voltage.remember(nowMs - agoMs, this.momentCv(circuit, answer))
        }
        return voltage
    }

    /** Vrms of a moment in 0.01 V, from the first, third and fifth sample of a voltage. */
    private momentCv(circuit: ChipCircuit, answer: Buffer): number | undefined {
        const { input, voltageV, nominalV, frequencyMhz } = circuit
        const row = EVENT_ROW + this.circuits.length * 2 + input - 1
        const samples: number[] = []
        for (let i = 0; i < SAMPLES; i += 2)
            samples.push((signedOf(answer, row + i * 2, MOMENT_SPAN) * voltageV) / MOMENTS_PER_STEP)
        const frequencyHz = frequencyMhz === 0 ? USUAL_HZ : frequencyMhz / 1000
        const rmsV = rmsOfMoment(samples, SAMPLE_S * 2, frequencyHz, nominalV)
        return rmsV === undefined ? undefined : Math.floor(rmsV * 100 + 0.5)
    }

    private watchRows(): number {
        return EVENT_ROW + this.circuits.length * 2 + SAMPLES * 2
    }

    /** Follows what is out of its range; returns it while it stays so. */
    private follow(
        excursion: Excursion | undefined,
        channel: number,
        value: number,
        nowMs: number
    ): Excursion | undefined {
        const event = excursion?.add(value, nowMs)
        if (!event) return excursion
        this.tell(channel, event)
        return undefined
    }

    private tell(channel: number, event: VoltageEvent): void {
        this.onEvent(event.code, channel, event.beganMs, event.durationMs, event.valueCv)
    }

    /** Tells the chip which of the two kinds of mains it is on, once that is known. */
    private async setMains(frequencyMhz: number): Promise<void> {
        const is60Hz = frequencyMhz > MIDDLE_MHZ
        const isKnown = frequencyMhz >= LOWEST_MHZ && frequencyMhz <= HIGHEST_MHZ
        if (!isKnown || is60Hz === this.is60Hz) return
        this.is60Hz = is60Hz
        const end = putControl(this.setup, is60Hz)
        await this.bus.transfer(this.chip, this.setup.slice(end - FRAME_BYTES, end))
    }

    private async read(rows: number[]): Promise<Buffer> {
        const frames = readFrames(rows)
        for (let i = 0; i < TRIES; i++) {
            const answer = await this.bus.transfer(this.chip, frames)
            if (isAnswerGood(answer, rows.length) && rowOf(answer, 0) !== 0) return answer
            this.badAnswers++
        }
        throw this.silence()
    }

    /** The first row of every answer is the control row: a chip that was reset has another. */
    private isSetUp(answer: Buffer): boolean {
        return rowOf(answer, 0) === controlRow(this.is60Hz)
    }

    private silence(): Error {
        return new Error(`metering chip ${this.chip} does not answer`)
    }
}

function pollRows(circuits: ChipCircuit[]): number[] {
    const rows: number[] = [DSP_CR3, DSP_REG1]
    for (const circuit of circuits) {
        const input = circuit.input
        rows.push(addressOf(DSP_REG14, input, 2), addressOf(DSP_REG17, input, 4))
        rows.push(addressOf(PH1_ENERGY, input, 24), addressOf(PH1_ACTIVE, input, 24))
        rows.push(addressOf(PH1_REACTIVE, input, 24))
    }
    return rows
}

function overloadOf({ lastCurrentMa, overloadMa }: ChipCircuit): Excursion | undefined {
    return lastCurrentMa > overloadMa ? new Excursion(EVENT_OVERLOAD, 0, overloadMa) : undefined
}

function offFrequencyOf(frequencyMhz: number): Excursion | undefined {
    if (frequencyMhz >= LOWEST_MHZ && frequencyMhz <= HIGHEST_MHZ) return undefined
    return new Excursion(EVENT_FREQUENCY, LOWEST_MHZ, HIGHEST_MHZ)
}
