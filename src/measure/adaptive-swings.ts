import { FirstSwings } from "./first-swings.js"
import { SwingTracker } from "./swing-tracker.js"

/** A swing so many times the usual one shows that what was learned from was something smaller. */
const OVERTHROW = 2.5

/** Returned by `AdaptiveSwings.add` once the size is known: `takeFirst` tells what was seen so far. */
export const LEARNED = 2

export interface SwingOptions {
    /** Share of its usual size from which on a swing has begun. */
    beginShare: number
    /** The rarer level takes at most this share of the other's time; 1 when that does not matter. */
    rareShare: number
    /** How much of the difference to the last swing is learned, when it was larger and smaller. */
    growth: number
    decrease: number
    /** After so long without a swing, smaller ones are learned, if they come. */
    forgetMs: number
}

/** Finds the swings of a signal whose size is learned from its first ones, and followed from then on. */
export class AdaptiveSwings {
    /** Usual size of a swing, 0 until it is known. */
    sizeMv = 0
    tracker: SwingTracker
    /** The swings that are being learned from. */
    private first: FirstSwings | undefined
    private learning: SwingTracker | undefined
    private lastSwingMs = 0

    constructor(private readonly options: SwingOptions) {
        this.tracker = new SwingTracker()
        this.learning = this.tracker
        this.first = new FirstSwings(options.beginShare, options.rareShare)
    }

    /**
     * Takes one value, and the least swings that its noise allows to be told: of a known size, and of
     * an unknown one. Returns the direction of the swing that begins, 0 without one, or LEARNED.
     */
    add(valueMv: number, leastMv: number, leastFirstMv: number, uptimeMs: number): number {
        const learning = this.learning
        const sizeMv = this.sizeMv
        if (learning) {
            const began = learning.add(valueMv, leastFirstMv)
            if (began !== 0 && this.learn(learning, uptimeMs)) return LEARNED
            if (sizeMv === 0) return 0
        }
        const tracker = this.tracker
        const neededMv = sizeMv * this.options.beginShare
        const began = tracker.add(valueMv, Math.max(neededMv, leastMv))
        if (began !== 0) this.follow(tracker.completedMv, uptimeMs)
        else if (!learning && uptimeMs - this.lastSwingMs > this.options.forgetMs) this.relearn()
        return began
    }

    /** The swings that the size was learned from; undefined but for the first time. */
    takeFirst(): FirstSwings | undefined {
        const first = this.first
        this.first = undefined
        return first
    }

    private learn(learning: SwingTracker, uptimeMs: number): boolean {
        const sizeMv = this.first?.add(learning.fromMv, uptimeMs)
        if (sizeMv === undefined) return false
        // judged by the size that is now known, the swing under way has not begun yet
        learning.undoTurn()
        this.tracker = learning
        this.learning = undefined
        this.sizeMv = sizeMv
        this.lastSwingMs = uptimeMs
        return true
    }

    private follow(completedMv: number, uptimeMs: number): void {
        const options = this.options
        const differenceMv = completedMv - this.sizeMv
        if (completedMv > this.sizeMv * OVERTHROW) this.sizeMv = completedMv / OVERTHROW
        else this.sizeMv += differenceMv * (differenceMv > 0 ? options.growth : options.decrease)
        this.lastSwingMs = uptimeMs
        this.learning = undefined
        this.first = undefined
    }

    private relearn(): void {
        const options = this.options
        this.learning = new SwingTracker()
        this.first = new FirstSwings(options.beginShare, options.rareShare)
    }
}
