import { FRONT_END, Stpm34Model } from "../../../sim/chips/stpm34.js"
import type { WatchReading } from "../../../sim/chips/stpm34-comparators.js"
import type { ChipCircuit, ChipSettings } from "../../../src/measure/stpm34-circuit.js"
import type { VoltageEvent } from "../../../src/measure/voltage-watch.js"
import { Stpm34 } from "../../../src/sensors/stpm34.js"

export const CIRCUIT: ChipSettings = {
    input: 1,
    clampA: 50,
    phaseGroup: 0,
    isReversed: false,
    currentGain: 10000,
    voltageGain: 10000,
    phaseUs: 0,
    sagPercent: 90,
    swellPercent: 110,
    nominalV: 230,
}

/** A driver on a model, looked at as the firmware would. */
export class ChipHome {
    readonly model: Stpm34Model
    readonly driver: Stpm34
    readonly events: VoltageEvent[] = []
    sessions = 0

    constructor(circuits: ChipSettings[], frontEnd = FRONT_END, reading?: WatchReading, turns = 0) {
        this.model = new Stpm34Model(frontEnd, reading, turns)
        const transfer = async (_chip: number, write: Buffer) => {
            this.sessions++
            return Buffer.from(this.model.transfer(write))
        }
        this.driver = new Stpm34(
            { transfer },
            1,
            [0, 1],
            circuits,
            (code, _channel, beganMs, ...rest) => {
                const [durationMs, valueCv] = rest
                this.events.push({ code, beganMs, durationMs, valueCv })
            }
        )
    }

    /** The circuit on an input. */
    circuit(input: number): ChipCircuit {
        const found = this.driver.circuits.find(circuit => circuit.input === input)
        if (!found) throw new Error(`There is no circuit on input ${input}.`)
        return found
    }

    /** What it did since the last call. */
    takeSlot(input: number) {
        return this.circuit(input).closeSlot(5000)
    }

    /** Polls every second up to an instant. */
    async pollUntil(untilMs: number): Promise<void> {
        for (let ms = Math.ceil(this.model.nowUs / 1e6) * 1000; ms <= untilMs; ms += 1000) {
            this.advance(ms)
            await this.driver.poll(ms)
        }
    }

    /** Watches every 10 ms, each time up to `lateMs` late, and polls every second. */
    async watchUntil(untilMs: number, late: () => number = () => 0): Promise<void> {
        for (let ms = Math.ceil(this.model.nowUs / 1e4) * 10; ms <= untilMs; ms += 10) {
            this.advance(ms + late())
            const nowMs = Math.floor(this.model.nowUs / 1000)
            if (ms % 1000 === 0) await this.driver.poll(nowMs)
            await this.driver.watch(nowMs)
        }
    }

    private advance(ms: number): void {
        if (ms * 1000 > this.model.nowUs) this.model.advance(ms * 1000)
    }
}
