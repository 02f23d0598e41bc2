/** Shares of a mark's depth to enter and to leave it by; drift, glitter and trembling stay below. */
const ENTER_SHARE = 0.6
const LEAVE_SHARE = 0.7
/** What enters and what leaves must overlap by this much, in standard deviations of the noise. */
const OVERLAP_SIGMAS = 6.5
/** A level this near to the signal, in depths, follows it; one that lies beyond is caught up with. */
const NEAR_SHARE = 0.35
const CATCH_UP = 1 / 100
/** A level follows within about a turn, in samples: slower than an edge, should the disc slow down. */
const QUICKEST_SAMPLES = 2000
const SLOWEST_SAMPLES = 12000
const MOST_MARK_TURN = 0.25
/** How much of a mark's difference in depth is learned: some are seen too short, or with glitter. */
const GROWTH = 0.3
const DECREASE = 0.2

/**
 * The two levels of a disc's signal, base line and mark, a learned depth apart. The one that the signal
 * is at follows it; the other lies where the depth says.
 */
export class MarkLevels {
    /** Depth of the last mark. */
    lastDepthMv = 0
    /** How often the signal came back after nearly as much as it takes to enter or leave. */
    shallow = 0
    /** How often the base line turned out to have moved as far as a mark. */
    moved = 0
    /** The signal has left its level for none of the two. */
    isAway = false
    private furthestMv = 0
    private samples = 0
    private leak = 1 / SLOWEST_SAMPLES

    /** Both sides: 1 for the upper level, -1 for the lower one; the signal is at `side`. */
    constructor(
        public readonly markSide: number,
        private side: number,
        public levelMv: number,
        public depthMv: number
    ) {}

    /** Returns the side that the signal goes over to with this value, else 0. */
    add(valueMv: number, sigmaMv: number): number {
        const side = this.side
        const levelMv = this.levelMv
        const depthMv = this.depthMv
        const awayMv = (levelMv - valueMv) * side
        const nearMv = NEAR_SHARE * depthMv
        this.samples++
        if (awayMv < this.furthestMv) this.furthestMv = awayMv
        if (awayMv < nearMv) {
            if (awayMv < -ENTER_SHARE * depthMv && this.isNoMark()) return this.takeForBase()
            const share = awayMv > -nearMv ? this.leak : CATCH_UP
            this.levelMv = levelMv - (levelMv - valueMv) * share
            if (this.isAway) this.comeBack()
            return 0
        }
        const share = this.isAtMark() ? LEAVE_SHARE : ENTER_SHARE
        const overlapMv = OVERLAP_SIGMAS * sigmaMv
        if (awayMv >= share * depthMv && awayMv * 2 >= depthMv + overlapMv)
            return this.turn(depthMv - awayMv)
        if (awayMv * 2 >= depthMv) this.isAway = true
        return 0
    }

    isAtMark(): boolean {
        return this.side === this.markSide
    }

    /** No mark lasts for a quarter of a turn and then goes on to a deeper one: the base line has moved. */
    private isNoMark(): boolean {
        return this.isAtMark() && this.samples * this.leak > MOST_MARK_TURN
    }

    private takeForBase(): number {
        this.levelMv += this.side * this.depthMv
        this.moved++
        this.samples = 0
        this.furthestMv = 0
        return this.side
    }

    private comeBack(): void {
        this.isAway = false
        this.shallow++
    }

    private turn(awayMv: number): number {
        const side = -this.side
        this.levelMv += side * this.depthMv
        if (side === this.markSide) {
            const samples = Math.max(QUICKEST_SAMPLES, Math.min(SLOWEST_SAMPLES, this.samples))
            this.leak = 1 / samples
            this.samples = 0
        } else this.learn(this.depthMv - this.furthestMv)
        this.side = side
        this.furthestMv = awayMv
        this.isAway = false
        return side
    }

    private learn(lastDepthMv: number): void {
        const depthMv = this.depthMv
        const differenceMv = Math.min(depthMv, lastDepthMv - depthMv)
        this.lastDepthMv = lastDepthMv
        this.depthMv = depthMv + differenceMv * (differenceMv > 0 ? GROWTH : DECREASE)
    }
}
