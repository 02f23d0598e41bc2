import * as ds from "@devicescript/core"
import { TAMPER_CLAMP_OPEN } from "./measure/detector.js"
import { OpenClamps } from "./measure/open-clamps.js"
import type { ChipCircuit } from "./measure/stpm34-circuit.js"
import type { Recorder } from "./outbox/recorder.js"
import { TICK_MS } from "./sampler.js"
import type { ChipBus } from "./sensors/chip-bus.js"
import { ChipRound } from "./sensors/chip-round.js"
import { chipsOf } from "./sensors/chips.js"
import type { Stpm34 } from "./sensors/stpm34.js"
import type { Channel } from "./wire/channels.js"
import { SLOT_MS } from "./wire/limits.js"

/** The metering chips at work, in a fiber of their own that lasts while there are any. */
export class MeteringChips {
    private readonly round: ChipRound
    private isRunning = false
    private openClamps = new OpenClamps<ChipCircuit>([])
    private nextCheckMs = 0

    /** Without a bus every chip is silent. */
    constructor(
        private readonly bus: ChipBus | undefined,
        private readonly recorder: Recorder
    ) {
        this.round = new ChipRound(this.tell)
    }

    /** From now on these channels' circuits are measured. */
    use(channels: Channel[]): void {
        this.round.chips = chipsOf(channels, this.bus, this.recorder.addEvent)
        this.openClamps = new OpenClamps(this.circuits())
        if (this.isRunning || this.round.chips.length === 0) return
        this.isRunning = true
        this.run.start()
    }

    /** Circuits of the chips that are not silent; of all, before the first step. */
    circuits(): ChipCircuit[] {
        const circuits: ChipCircuit[] = []
        for (const chip of this.round.chips)
            if (!chip.isSilent) for (const circuit of chip.circuits) circuits.push(circuit)
        return circuits
    }

    /** Takes the round every 10 ms. */
    private async run(): Promise<void> {
        const round = this.round
        while (round.chips.length > 0) {
            const nowMs = ds.millis()
            await round.step(nowMs)
            if (nowMs >= this.nextCheckMs) this.checkClamps(nowMs)
            await ds.sleep(Math.max(1, nowMs + TICK_MS - ds.millis()))
        }
        this.isRunning = false
    }

    private checkClamps(nowMs: number): void {
        this.nextCheckMs = nowMs + SLOT_MS
        // what a silent chip's circuits carry is not known
        for (const chip of this.round.chips) if (chip.isSilent) return
        const found = this.openClamps.check()
        if (found)
            this.recorder.addEvent(TAMPER_CLAMP_OPEN, found.channel, nowMs, 0, found.lastCurrentMa)
    }

    private tell(chip: Stpm34, reason?: string): void {
        for (const circuit of chip.circuits)
            if (reason === undefined) console.log(`channel ${circuit.channel} is measured again`)
            else console.log(`channel ${circuit.channel} is not measured: ${reason}`)
    }
}
