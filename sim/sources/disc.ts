import { gaussianAt, hash32, type Random } from "../random.js"
import type { EventTimes } from "./event-times.js"
import { FULL_SCALE_MV } from "./light.js"
import type { Source } from "./source.js"
import type { DiscLook } from "./source-schema.js"
import { type Rest, Turns } from "./turns.js"

const DRIFT_MS = 3_600_000
const GLITTER_MS = 10
const GLITTER_CHANCE = 0.005
/** How much of the mark's share each of its edges takes. */
const EDGE_SHARE = 0.25

/** A reflective sensor at a Ferraris disc or a gas meter's digit: each pulse is a mark's passage. */
export class DiscSource implements Source {
    readonly endMs: number
    private readonly turns: Turns
    private readonly noiseKey: number
    private readonly glitterKey: number

    constructor(
        private readonly marks: EventTimes,
        private readonly look: DiscLook,
        random: Random,
        rest?: Rest
    ) {
        const lastMs = marks.lastMs()
        this.turns = new Turns(marks, rest)
        this.endMs = lastMs === undefined ? 0 : lastMs + look.fastestTurnMs
        this.noiseKey = random.nextBits()
        this.glitterKey = random.nextBits()
    }

    get notes(): string[] {
        return this.marks.notes
    }

    signalAt(atMs: number): number {
        const { look } = this
        let mv = look.baseMv + look.markMv * this.shareOfMark(this.turns.phaseAt(atMs))
        mv += look.driftMv * Math.sin((2 * Math.PI * atMs) / DRIFT_MS)
        if (look.glitterMv > 0) mv += look.glitterMv * this.glitterAt(atMs)
        if (look.noiseMv > 0) mv += look.noiseMv * gaussianAt(this.noiseKey, atMs)
        return Math.min(FULL_SCALE_MV, Math.max(0, mv)) / FULL_SCALE_MV
    }

    countBetween(fromMs: number, toMs: number): number {
        return this.marks.countBetween(fromMs, toMs)
    }

    /** How much of the mark the sensor sees: none, its slopes, all of it. */
    private shareOfMark(phase: number): number {
        const { markShare } = this.look
        const edge = markShare * EDGE_SHARE
        const inside = Math.min(phase, markShare - phase)
        return Math.min(1, Math.max(0, inside / edge))
    }

    /** A flash of metal now and then, brighter or darker, for one instant of 10 ms. */
    private glitterAt(atMs: number): number {
        const bits = hash32(this.glitterKey, Math.floor(atMs / GLITTER_MS))
        if (bits / 0x1_0000_0000 >= GLITTER_CHANCE) return 0
        return (hash32(bits, this.glitterKey) / 0x1_0000_0000) * 2 - 1
    }
}
