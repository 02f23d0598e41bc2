import {
    type Detector,
    TAMPER_BLINDED,
    TAMPER_NONE,
    TAMPER_SHORTED,
    TAMPER_TORN_OFF,
} from "./detector.js"
import { MarkLearner } from "./mark-learner.js"
import type { MarkLevels } from "./mark-levels.js"
import { NoiseLevel } from "./noise-level.js"
import { StrayWatch } from "./stray-watch.js"

/** A mark of so many standard deviations of the noise or less may be missed. */
const POOR_SIGMAS = 8
const SAMPLE_MS = 10
/** After so long without a mark others are looked for: the sensor may have been moved. */
const FORGET_MS = 6 * 3600000
const LEAST_NEW_SHARE = 0.25

/** A signal so far from its base line for so long is no disc's. */
const STRAY_DEPTHS = 3
const LEAST_STRAY_MV = 200
const STRAY_MS = 30000
const RAIL_MV = 15
const FULL_SCALE_MV = 3300

export interface DiscOptions {
    /** The mark lowers the reading (0), raises it (1), or is the rarer of two levels (2). */
    isPeak: number
    /** What is seen for less is glitter: two samples so far apart must show the mark. */
    shortestMs: number
}

/**
 * Counts the passages of a Ferraris disc's mark or of a gas meter's reflecting digit: excursions of
 * like depth from a base line that wanders. The first ones are told once the second or third is over.
 */
export class DiscDetector implements Detector {
    rejected = 0

    private readonly noise = new NoiseLevel()
    private readonly stray = new StrayWatch(STRAY_MS)
    private learner: MarkLearner | undefined
    private levels: MarkLevels | undefined
    /** 1 or -1: marks are above or below the base line. */
    private markSide = 0
    private beforeLastMv = -1
    private lastMv = -1
    private lastTurnMs = 0
    /** Begin of a passage that has still to last, -1 without one. */
    private openMs = -1
    private slotDoubts = 0
    private rejectedBefore = 0
    private shallowBefore = 0
    private movedBefore = 0
    private wasBetween = false

    constructor(private readonly options: DiscOptions) {
        if (options.isPeak !== 2) this.markSide = options.isPeak === 1 ? 1 : -1
        this.learner = new MarkLearner(this.markSide)
    }

    add(value: number, uptimeMs: number): number | undefined {
        const noise = this.noise
        const lastMv = this.lastMv
        // a sensor may be slower and hold its value, which says nothing
        if (value !== lastMv) noise.add(value)
        const beforeLastMv = this.beforeLastMv
        this.beforeLastMv = lastMv
        this.lastMv = value
        if (beforeLastMv < 0) return undefined
        // one sample alone tells nothing
        const valueMv = medianOf(beforeLastMv, lastMv, value)
        const learner = this.learner
        if (learner) {
            this.learn(learner, valueMv, uptimeMs)
            const firstMs = this.learner?.marksMs.pop()
            if (firstMs !== undefined) return firstMs - SAMPLE_MS
        }
        const levels = this.levels
        if (!levels || this.stray.add(valueMv, uptimeMs)) return undefined
        const side = levels.add(valueMv, noise.sigmaMv)
        if (side !== 0) this.turn(levels, side, uptimeMs)
        else if (!learner && uptimeMs - this.lastTurnMs > FORGET_MS)
            this.learner = new MarkLearner(this.markSide)
        return this.openMs < 0 ? undefined : this.takeOpen(uptimeMs)
    }

    takeQuality(): number {
        const glitter = this.rejected - this.rejectedBefore
        const doubts = this.slotDoubts
        this.rejectedBefore = this.rejected
        this.slotDoubts = 0
        const levels = this.levels
        if (!levels) return 100
        const shallow = levels.shallow - this.shallowBefore
        this.shallowBefore = levels.shallow
        const isNoisy = POOR_SIGMAS * this.noise.sigmaMv > levels.depthMv
        const isMoved = levels.moved > this.movedBefore
        this.movedBefore = levels.moved
        const isBetween = levels.isAway && this.wasBetween
        this.wasBetween = levels.isAway
        if (this.stray.isAway) return 0
        if (doubts > 0 || isNoisy || isMoved || isBetween) return 40
        return Math.max(60, 100 - 10 * (glitter + shallow))
    }

    takeTamper(): number {
        if (!this.stray.takeFinding()) return TAMPER_NONE
        if (this.lastMv >= FULL_SCALE_MV - RAIL_MV) return TAMPER_BLINDED
        return this.lastMv <= RAIL_MV ? TAMPER_SHORTED : TAMPER_TORN_OFF
    }

    signal(): number[] {
        const levels = this.levels
        const noise = this.noise.sigmaMv * 10
        if (!levels) return [this.lastMv, 0, noise, this.rejected]
        const heightMv = levels.markSide * levels.depthMv
        const idleMv = levels.isAtMark() ? levels.levelMv - heightMv : levels.levelMv
        return [idleMv, heightMv, noise, this.rejected]
    }

    private learn(learner: MarkLearner, valueMv: number, uptimeMs: number): void {
        if (learner.isDone) {
            if (learner.marksMs.length === 0) this.learner = undefined
            return
        }
        const levels = learner.add(valueMv, uptimeMs)
        if (!levels) return
        // a disc that trembles as it rests shows marks of a kind too
        if (this.levels && levels.depthMv < LEAST_NEW_SHARE * this.levels.depthMv) {
            this.learner = undefined
            return
        }
        this.levels = levels
        this.markSide = levels.markSide
        this.lastTurnMs = uptimeMs
    }

    private turn(levels: MarkLevels, side: number, uptimeMs: number): void {
        this.lastTurnMs = uptimeMs
        this.learner = undefined
        if (side === levels.markSide) {
            this.openMs = uptimeMs - SAMPLE_MS
            return
        }
        // a mark's passage was right, so its levels are too
        const reachMv = STRAY_DEPTHS * levels.depthMv + LEAST_STRAY_MV
        this.stray.expect(levels.levelMv - reachMv, levels.levelMv + reachMv)
        const shareOfUsual = levels.lastDepthMv / levels.depthMv
        if (shareOfUsual < 0.7 || shareOfUsual > 1.5) this.slotDoubts++
        if (this.openMs < 0) return
        this.rejected++
        this.openMs = -1
    }

    private takeOpen(uptimeMs: number): number | undefined {
        const openMs = this.openMs
        if (uptimeMs - SAMPLE_MS - openMs < this.options.shortestMs) return undefined
        this.openMs = -1
        return openMs
    }
}

function medianOf(a: number, b: number, c: number): number {
    if (a > b) return b > c ? b : Math.min(a, c)
    return a > c ? a : Math.min(b, c)
}
