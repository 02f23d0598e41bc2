import { type AdcChip, adcChip, adcCode, adcModelSchema } from "../../sim/adc-model.js"
import { Random } from "../../sim/random.js"
import { type MainsSource, openMains } from "../../sim/sources/mains.js"
import { type MainsSpec, mainsSchema } from "../../sim/sources/mains-schema.js"
import { Tables } from "../../sim/sources/table.js"
import {
    type CircuitOptions,
    type CircuitSlot,
    MainsCircuit,
} from "../../src/measure/mains-circuit.js"
import { LONGEST_BURST, MainsClock } from "../../src/measure/mains-clock.js"

/** How a board's bursts lie in time; the defaults are the simulator's costs. */
export interface BurstTiming {
    /** From one pair of samples to the next. */
    sampleMs: number
    /** From the wake to the first sample, and by how much that varies. */
    startMs: number
    startJitterMs: number
    /** From one main burst to the next. */
    everyMs: number
    /** Circuits that take turns. */
    circuits: number
    /** Every so many main bursts the next comes 10 ms later, so that no load keeps step with them; 0 never. */
    laterEvery: number
}

export const USUAL_TIMING: BurstTiming = {
    sampleMs: 0.16,
    startMs: 0.3,
    startJitterMs: 1.7,
    everyMs: 50,
    circuits: 8,
    laterEvery: 0,
}

/** Between two main bursts half a cycle is read for voltage events. */
const WATCH_AFTER_MS = 30
const WATCH_SPARE_SAMPLES = 2
const SLOT_MS = 5000

export interface Burst {
    startMs: number
    endMs: number
    samples: number
    voltage: number[]
    current: number[]
}

/** One circuit of a device on the host: signal, ADC and bursts as on a board, without firmware. */
export class MainsBench {
    readonly clock = new MainsClock()
    readonly source: MainsSource
    readonly circuit: MainsCircuit
    /** Time that the next main burst begins, on the 10 ms grid. */
    nowMs = 0
    private readonly chip: AdcChip
    private readonly random: Random
    private turn = 0
    private bursts = 0

    constructor(
        spec: MainsSpec,
        readonly options: CircuitOptions,
        seed: number,
        private readonly timing: BurstTiming = USUAL_TIMING
    ) {
        this.random = new Random(seed)
        this.chip = adcChip(adcModelSchema.parse({}), seed)
        this.source = openMains(spec, options.clampA, {
            durationMs: Number.POSITIVE_INFINITY,
            random: this.random.fork("source"),
            startUnixMs: 0,
            label: "source",
            openTable: file => TABLES.open(file),
        })
        this.circuit = new MainsCircuit(options)
    }

    /** Runs slots of 5 s; a slot in which nothing was measured is undefined. */
    runSlots(count: number): (CircuitSlot | undefined)[] {
        return Array.from({ length: count }, () => {
            const endMs = this.nowMs + SLOT_MS
            while (this.nowMs < endMs) this.runBurst()
            return this.circuit.closeSlot(SLOT_MS)
        })
    }

    /** Reads `samples` pairs from the wake at `wakeMs` on. */
    read(wakeMs: number, samples: number, hasCurrent: boolean): Burst {
        const { sampleMs, startMs, startJitterMs } = this.timing
        const voltage: number[] = []
        const current: number[] = []
        const beginMs = wakeMs + startMs + startJitterMs * this.random.next()
        for (let k = 0; k < samples; k++) {
            const atMs = beginMs + k * sampleMs
            voltage.push(adcCode(this.source.voltageMvAt(atMs), atMs, this.chip))
            if (!hasCurrent) continue
            const currentAtMs = atMs + sampleMs / 2
            current.push(adcCode(this.source.currentMvAt(currentAtMs), currentAtMs, this.chip))
        }
        const endMs = Math.floor(beginMs + samples * sampleMs + this.random.next())
        return { startMs: Math.floor(wakeMs), endMs, samples, voltage, current }
    }

    /**
     * A main burst whose current nobody asks for, then the half cycle in the gap behind it; or, in
     * haste, bursts that are as long as can be.
     */
    runVoltageBurst(isHasty: boolean, onBurst: (burst: Burst) => void): void {
        const mainSamples = isHasty ? LONGEST_BURST : this.clock.burstSamples()
        const main = this.read(this.nowMs, mainSamples, false)
        this.clock.addBurst(main.startMs, main.voltage, main.samples, main.endMs)
        onBurst(main)
        if (!isHasty && this.clock.frequencyHz !== undefined) {
            const samples = Math.ceil(this.clock.cycleSamples() / 2) + WATCH_SPARE_SAMPLES
            onBurst(this.read(this.nowMs + WATCH_AFTER_MS, samples, false))
        }
        this.nowMs += isHasty ? WATCH_AFTER_MS : this.timing.everyMs
    }

    private runBurst(): void {
        const { clock, timing, options } = this
        const isOwnTurn = this.turn === 0
        this.turn = (this.turn + 1) % timing.circuits
        const burst = this.read(this.nowMs, clock.burstSamples(), isOwnTurn || !options.hasVoltage)
        const { startMs, endMs, samples, voltage, current } = burst
        clock.addBurst(startMs, options.hasVoltage ? voltage : current, samples, endMs)
        if (isOwnTurn) this.circuit.addBurst(clock, voltage, current, samples)
        this.bursts++
        const isLater = timing.laterEvery > 0 && this.bursts % timing.laterEvery === 0
        this.nowMs += timing.everyMs + (isLater ? 10 : 0)
    }
}

const TABLES = new Tables()

export const USUAL_OPTIONS: CircuitOptions = {
    clampA: 50,
    hasVoltage: true,
    lineVoltageV: 230,
    isReversed: false,
    currentGain: 10000,
    voltageGain: 10000,
    phaseUs: 0,
    noiseMa: 0,
}

/** A mains spec with everything left out given its default. */
export function mainsSpec(spec: object): MainsSpec {
    return mainsSchema.parse({ type: "mains", ...spec })
}
