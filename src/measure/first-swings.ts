/** As many completed swings of like size tell how far the signal swings. */
const ENOUGH_SWINGS = 3
const MOST_SWINGS = 8

/**
 * The turning points of a signal whose swing is not known yet. Swings much smaller than the largest
 * are forgotten as noise or drift, and what they had interrupted becomes one swing again.
 */
export class FirstSwings {
    /** Swing i goes from extreme i to extreme i + 1; the last one is still under way. */
    readonly extremesMv: number[] = []
    /** When each swing began. */
    readonly beginsMs: number[] = []

    /**
     * `smallShare` of the largest swing is the least that is taken for a swing. The rarer of the two
     * levels must take at most `rareShare` of the time of the other, or nothing is known yet.
     */
    constructor(
        private readonly smallShare: number,
        private readonly rareShare: number
    ) {}

    /** Takes a swing that begins; returns the mean size of the completed ones once they are enough. */
    add(fromMv: number, uptimeMs: number): number | undefined {
        this.extremesMv.push(fromMv)
        this.beginsMs.push(uptimeMs)
        let isSmall = this.forgetSmall()
        while (isSmall) isSmall = this.forgetSmall()
        const swings = this.extremesMv.length - 1
        if (swings < ENOUGH_SWINGS) return undefined
        const afterFirstMs = this.meanMs(0)
        const beforeNextMs = this.meanMs(1)
        const rarerMs = Math.min(afterFirstMs, beforeNextMs)
        if (rarerMs > this.rareShare * Math.max(afterFirstMs, beforeNextMs)) {
            if (swings > MOST_SWINGS) this.forget(0)
            return undefined
        }
        let sumMv = 0
        for (let i = 0; i < swings; i++) sumMv += this.sizeMv(i)
        return sumMv / swings
    }

    /** Direction of the swings that lead to the level which takes less of the time. */
    rarerDirection(): number {
        const direction = this.extremesMv[1] > this.extremesMv[0] ? 1 : -1
        return this.meanMs(0) < this.meanMs(1) ? direction : -direction
    }

    /** Mean time on the level to which every other swing leads, `swing` and so on. */
    private meanMs(swing: number): number {
        const beginsMs = this.beginsMs
        let sumMs = 0
        let times = 0
        for (let i = swing; i + 1 < beginsMs.length; i += 2) {
            sumMs += beginsMs[i + 1] - beginsMs[i]
            times++
        }
        return sumMs / times
    }

    /** Forgets the smallest completed swing if it is much smaller than the largest. */
    private forgetSmall(): boolean {
        const swings = this.extremesMv.length - 1
        let smallest = 0
        let largestMv = 0
        for (let i = 0; i < swings; i++) {
            const sizeMv = this.sizeMv(i)
            if (sizeMv > largestMv) largestMv = sizeMv
            if (sizeMv < this.sizeMv(smallest)) smallest = i
        }
        if (swings < 1 || this.sizeMv(smallest) >= largestMv * this.smallShare) return false
        this.forget(smallest)
        return true
    }

    /** The swing before and the one after become one; the very first has none before it. */
    private forget(swing: number): void {
        const extremesMv = this.extremesMv
        const beginsMs = this.beginsMs
        const forgotten = swing === 0 ? 1 : 2
        for (let i = swing + forgotten; i < extremesMv.length; i++) {
            extremesMv[i - forgotten] = extremesMv[i]
            beginsMs[i - forgotten] = beginsMs[i]
        }
        for (let i = 0; i < forgotten; i++) {
            extremesMv.pop()
            beginsMs.pop()
        }
    }

    private sizeMv(swing: number): number {
        return Math.abs(this.extremesMv[swing + 1] - this.extremesMv[swing])
    }
}
