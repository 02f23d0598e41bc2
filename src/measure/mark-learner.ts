import { FirstSwings } from "./first-swings.js"
import { MarkLevels } from "./mark-levels.js"
import { Spread } from "./spread.js"
import { SwingTracker } from "./swing-tracker.js"

const LEAST_MARK_MV = 20
/** A mark stands out by so many times what the base line strays; Ferraris discs shimmer by ten. */
const SPREADS = 14
const STRAY_SPREADS = 2
/** The least share of the largest swing that is one too. */
const SMALL_SHARE = 0.55
/** A mark takes at most so much of the time that the base line takes. */
const RARE_SHARE = 0.5
/** A second, to learn how far the base line strays. */
const FIRST_SAMPLES = 100

/** Finds a disc's first marks, of whatever depth, in a signal of which nothing is known. */
export class MarkLearner {
    /** When the marks began that were seen before they were known as such. */
    readonly marksMs: number[] = []
    isDone = false
    private readonly spread = new Spread()
    private readonly tracker = new SwingTracker()
    private readonly first = new FirstSwings(SMALL_SHARE, RARE_SHARE)

    /** `markSide` is 1 or -1 for marks above or below the base line, 0 when that is to be found out. */
    constructor(private readonly markSide: number) {}

    /** Returns the levels once they are known; the swing under way is theirs to tell. */
    add(valueMv: number, uptimeMs: number): MarkLevels | undefined {
        const spread = this.spread
        spread.add(valueMv)
        if (spread.samples < FIRST_SAMPLES) return undefined
        const neededMv = Math.max(LEAST_MARK_MV, SPREADS * spread.spreadMv)
        const began = this.tracker.add(valueMv, neededMv)
        if (began === 0) return undefined
        // not by truth: on the device a number with a fraction counts as false
        if (this.first.add(this.tracker.fromMv, uptimeMs) === undefined) return undefined
        this.isDone = true
        return this.levels(-began)
    }

    private levels(side: number): MarkLevels {
        const first = this.first
        const markSide = this.markSide === 0 ? first.rarerDirection() : this.markSide
        const extremesMv = first.extremesMv
        const beginsMs = first.beginsMs
        const last = extremesMv.length - 1
        let markMv = 0
        let marks = 0
        let baseMv = 0
        let bases = 0
        // the last extreme is the one on the side that the signal is just leaving
        for (let i = last; i >= 0; i--) {
            if ((last - i) % 2 === 0 ? side !== markSide : side === markSide) {
                baseMv += extremesMv[i]
                bases++
                continue
            }
            markMv += extremesMv[i]
            marks++
            if (i > 0) this.marksMs.push(beginsMs[i - 1])
        }
        markMv /= marks
        // an extreme of the base line is as far as it strays
        baseMv = baseMv / bases + markSide * STRAY_SPREADS * this.spread.spreadMv
        const levelMv = side === markSide ? markMv : baseMv
        return new MarkLevels(markSide, side, levelMv, Math.abs(markMv - baseMv))
    }
}
