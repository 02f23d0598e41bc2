import { gaussianAt, type Random } from "../random.js"
import type { EventTimes } from "./event-times.js"
import { FULL_SCALE_MV } from "./light.js"
import type { Source } from "./source.js"
import type { MagnetLook } from "./source-schema.js"
import { type Rest, Turns } from "./turns.js"

const DRIFT_MS = 3_600_000

/** An analog Hall sensor or magnetometer axis at a turning magnet: each pulse is a rise through the middle. */
export class MagnetSource implements Source {
    readonly endMs: number
    private readonly turns: Turns
    private readonly noiseKey: number

    constructor(
        private readonly pulses: EventTimes,
        private readonly look: MagnetLook,
        random: Random,
        rest?: Rest
    ) {
        const lastMs = pulses.lastMs()
        this.turns = new Turns(pulses, rest)
        this.endMs = lastMs === undefined ? 0 : lastMs + look.fastestTurnMs
        this.noiseKey = random.nextBits()
    }

    get notes(): string[] {
        return this.pulses.notes
    }

    signalAt(atMs: number): number {
        const { look } = this
        const angle = 2 * Math.PI * this.turns.phaseAt(atMs)
        let mv = look.offsetMv + (look.swingMv / 2) * Math.sin(angle)
        mv += look.driftMv * Math.sin((2 * Math.PI * atMs) / DRIFT_MS)
        if (look.noiseMv > 0) mv += look.noiseMv * gaussianAt(this.noiseKey, atMs)
        return Math.min(FULL_SCALE_MV, Math.max(0, mv)) / FULL_SCALE_MV
    }

    countBetween(fromMs: number, toMs: number): number {
        return this.pulses.countBetween(fromMs, toMs)
    }
}

/** A reed contact at the same magnet: closed for half a turn, and trembling where the magnet rests. */
export class ReedSource implements Source {
    readonly endMs: number
    private readonly turns: Turns

    constructor(
        private readonly pulses: EventTimes,
        private readonly activeLevel: number,
        rest: Rest
    ) {
        const lastMs = pulses.lastMs()
        this.turns = new Turns(pulses, rest)
        this.endMs = lastMs === undefined ? 0 : lastMs + rest.turnMs
    }

    get notes(): string[] {
        return this.pulses.notes
    }

    signalAt(atMs: number): number {
        const phase = this.turns.phaseAt(atMs)
        return phase >= 0 && phase < 0.5 ? this.activeLevel : 1 - this.activeLevel
    }

    countBetween(fromMs: number, toMs: number): number {
        return this.pulses.countBetween(fromMs, toMs)
    }
}
