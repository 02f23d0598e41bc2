import { TAMPER_CLAMP_OPEN } from "../measure/detector.js"
import { MainsCircuit } from "../measure/mains-circuit.js"
import { LONGEST_BURST, MainsClock } from "../measure/mains-clock.js"
import { OpenClamps } from "../measure/open-clamps.js"
import { type VoltageEvent, VoltageWatch } from "../measure/voltage-watch.js"
import { type Channel, KIND_MAINS } from "../wire/channels.js"
import { EVENT_OVERLOAD } from "../wire/event.js"
import { Burst } from "./burst.js"
import type { BurstReader, Inputs, Poll } from "./inputs.js"

/** A main burst begins this often; circuits take turns. */
const TURN_MS = 50
/** Half a cycle of voltage between two main bursts, so that no short sag hides there. */
const WATCH_AFTER_MS = 30
/** Clock, circuit, watch: about equal in cost. */
const PARTS = 3
/** Pairs that a watch burst has beyond half a cycle. */
const WATCH_SPARE = 2
/** Every so many turns the next begins a tick later, or loads that change in step with the turns would hide. */
const STRAY_TURNS = 7
const STRAY_MS = 10

/** What befell a channel: a code of src/wire/event.ts, when, for how long, and its value. */
export type OnEvent = (
    code: number,
    channel: number,
    beganMs: number,
    durationMs: number,
    value: number
) => void

/** One current clamp, with or without a voltage input. */
export interface Circuit {
    channel: number
    voltagePin: number
    currentPin: number
    phaseGroup: number
    overloadMa: number
    isOverloaded: boolean
    measure: MainsCircuit
    /** Of its voltage pin, so that circuits may share one. */
    watch: VoltageWatch | undefined
}

let madeBurst: Burst | undefined

/** One for as long as the program runs: its 4 kB would not be found again in a heap in pieces. */
function theBurst(): Burst {
    if (madeBurst === undefined) madeBurst = new Burst()
    return madeBurst
}

/** Measures mains power on clamps: reads a burst of one circuit at a time, then does its maths. */
export class MainsMeter {
    /** When the next burst is due. A plain field, since the sampler asks at every wake. */
    nextMs = 0
    /** A burst was read and waits for its maths. */
    isPending = false
    readonly burst = theBurst()
    readonly clock = new MainsClock()
    private readonly reader: BurstReader
    private readonly openClamps: OpenClamps<Circuit>
    /** The maths takes so long here that ticks came late. */
    isSlow = false
    /** How much of the pending burst's maths is done, and the first wake after it was read. */
    private part = 0
    private endMs = 0
    private turn = 0
    private turns = 0
    private isMain = true
    private turnMs = 0
    /** Channel whose next main burst is to be kept as a waveform, and why; -1 for none. */
    private wantedChannel = -1
    private wantedCause = 0

    constructor(
        readonly circuits: Circuit[],
        inputs: Inputs,
        polls: Poll[],
        private readonly onEvent: OnEvent,
        private readonly onWaveform: (channel: number, cause: number, burst: Burst) => void
    ) {
        this.reader = inputs.burstReader(polls)
        this.openClamps = new OpenClamps(circuits)
        this.prepare()
    }

    /** Keeps the channel's next main burst, if it is one of these circuits'. */
    wantWaveform(channel: number, cause: number): void {
        if (!this.circuits.find(circuit => circuit.channel === channel)) return
        this.wantedChannel = channel
        this.wantedCause = cause
    }

    /** Reads the burst that is due. */
    read(nowMs: number): void {
        this.burst.startMs = nowMs
        this.reader.start(this.burst)
        this.isPending = true
    }

    /** Makes the pending burst's values stand; to be called at the first wake after it. */
    take(): void {
        this.reader.take(this.burst)
    }

    /** Time between two pairs of the pending burst, which ended by `nowMs`. */
    sampleMs(nowMs: number): number {
        return this.clock.sampleMs ?? (nowMs - this.burst.startMs) / this.burst.samples
    }

    /**
     * Does the pending burst's maths, on a slow board a part at each wake, so that ticks come in between.
     * `nowMs` is the wake's.
     */
    finish(nowMs: number): void {
        if (this.part === 0) this.endMs = nowMs
        const endPart = this.isSlow ? this.part + 1 : PARTS
        while (this.part < endPart) {
            this.doPart(this.part)
            this.part++
        }
        if (this.part < PARTS) return
        this.part = 0
        this.isPending = false
        this.planNext(nowMs)
    }

    /** Is the pending burst just read, and not yet taken? */
    isFresh(): boolean {
        return this.isPending && this.part === 0
    }

    private doPart(part: number): void {
        const burst = this.burst
        const { voltage, current, samples, startMs } = burst
        const circuit = this.circuits[this.turn]
        this.reader.spend(Math.floor(samples / PARTS))
        if (part === 0 && this.isMain) {
            if (circuit.voltagePin > 0) this.clock.addBurst(startMs, voltage, samples, this.endMs)
            else if (this.isClock(circuit))
                this.clock.addBurst(startMs, current, samples, this.endMs)
        } else if (part === 1 && this.isMain) {
            circuit.measure.addBurst(this.clock, voltage, current, samples)
            this.checkOverload(circuit, startMs)
        } else if (part === 2) {
            const event = circuit.watch?.addBurst(this.clock, startMs, voltage, samples)
            if (event) this.tell(event, circuit.channel)
            if (this.isMain && circuit.channel === this.wantedChannel) this.keepWaveform(circuit)
        }
    }

    private keepWaveform(circuit: Circuit): void {
        this.wantedChannel = -1
        this.burst.sampleMs = this.clock.sampleMs ?? 0
        this.onWaveform(circuit.channel, this.wantedCause, this.burst)
    }

    /** To be called once a slot: a clamp that was opened shows no current while its partners do. */
    checkClamps(nowMs: number): void {
        const found = this.openClamps.check()
        if (found)
            this.onEvent(TAMPER_CLAMP_OPEN, found.channel, nowMs, 0, found.measure.lastCurrentMa)
    }

    private tell(event: VoltageEvent, channel: number): void {
        this.onEvent(event.code, channel, event.beganMs, event.durationMs, event.valueCv)
        if (this.wantedChannel < 0) this.wantWaveform(channel, event.code)
    }

    /** Where no voltage is read, the strongest current is the clock. */
    private isClock(circuit: Circuit): boolean {
        for (const other of this.circuits) {
            if (other.voltagePin > 0) return false
            if (other.measure.lastCurrentMa > circuit.measure.lastCurrentMa) return false
        }
        return true
    }

    private checkOverload(circuit: Circuit, startMs: number): void {
        const currentMa = circuit.measure.lastCurrentMa
        const wasOverloaded = circuit.isOverloaded
        // a tenth of hysteresis, so that a load at the limit is one event
        circuit.isOverloaded = currentMa > circuit.overloadMa * (wasOverloaded ? 0.9 : 1)
        if (!circuit.isOverloaded || wasOverloaded) return
        this.onEvent(EVENT_OVERLOAD, circuit.channel, startMs, 0, currentMa)
        this.wantWaveform(circuit.channel, EVENT_OVERLOAD)
    }

    private planNext(nowMs: number): void {
        const watch = this.circuits[this.turn].watch
        if (this.isMain && watch) {
            this.isMain = false
            this.nextMs = this.turnMs + WATCH_AFTER_MS
        } else {
            this.isMain = true
            this.turn++
            if (this.turn === this.circuits.length) this.turn = 0
            this.nextMs = this.turnMs + TURN_MS
            this.turns++
            if (this.turns % STRAY_TURNS === 0) this.nextMs += STRAY_MS
        }
        // while a sag or swell lasts, its end is waited for as closely as can be
        if (watch?.isOpen || this.nextMs < nowMs) this.nextMs = nowMs + 1
        if (this.isMain) this.turnMs = this.nextMs
        this.prepare()
    }

    private prepare(): void {
        const circuit = this.circuits[this.turn]
        const burst = this.burst
        burst.voltagePin = circuit.voltagePin
        burst.currentPin = circuit.currentPin
        if (circuit.watch?.isOpen) burst.samples = LONGEST_BURST
        else if (this.isMain) burst.samples = this.clock.burstSamples()
        else burst.samples = Math.ceil(this.clock.cycleSamples() / 2) + WATCH_SPARE
    }
}

/** Measures a device's mains channels; undefined when it has none. */
export function mainsMeter(
    channels: Channel[],
    inputs: Inputs,
    polls: Poll[],
    onEvent: OnEvent,
    onWaveform: (channel: number, cause: number, burst: Burst) => void
): MainsMeter | undefined {
    const circuits = mainsCircuits(channels)
    if (circuits.length === 0) return undefined
    return new MainsMeter(circuits, inputs, polls, onEvent, onWaveform)
}

/** The circuits of a device's mains channels; those on one voltage pin share its watch. */
function mainsCircuits(channels: Channel[]): Circuit[] {
    const watches: VoltageWatch[] = []
    const circuits: Circuit[] = []
    for (let channel = 0; channel < channels.length; channel++) {
        const { kind, isEnabled, fields } = channels[channel]
        if (kind !== KIND_MAINS || !isEnabled) continue
        const voltagePin = fields["voltagePin"]
        if (voltagePin > 0 && !watches[voltagePin])
            watches[voltagePin] = new VoltageWatch({
                declaredV: fields["lineVoltageV"],
                voltageGain: fields["voltageGain"],
                sagPercent: fields["sagPercent"],
                swellPercent: fields["swellPercent"],
            })
        circuits.push({
            channel,
            voltagePin,
            currentPin: fields["pin"],
            phaseGroup: fields["phaseGroup"],
            overloadMa: (fields["overloadA"] || fields["clampA"]) * 1000,
            isOverloaded: false,
            measure: new MainsCircuit({
                clampA: fields["clampA"],
                hasVoltage: voltagePin > 0,
                lineVoltageV: fields["lineVoltageV"],
                isReversed: fields["isReversed"] === 1,
                currentGain: fields["currentGain"],
                voltageGain: fields["voltageGain"],
                phaseUs: fields["phaseUs"],
                noiseMa: fields["noiseMa"],
            }),
            watch: watches[voltagePin],
        })
    }
    return circuits
}
