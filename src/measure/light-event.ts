const GRID_MS = 10

/** Something brighter than the idle light, from its begin to the point where it was worth most. */
export class LightEvent {
    /** Length so far, in samples of 10 ms; 0 while there is none. */
    units = 0
    area = 0
    beganMs = 0
    /** Length and area up to the last bright sample. */
    bestUnits = 0
    bestArea = 0
    bestMs = 0
    private score = 0
    private bestScore = 0

    /**
     * Takes a sample; `gateMv` above the base is the least that stands out. Returns true when the
     * event is over: when it lost more than `dropPart` of its level since it was worth most.
     */
    add(aboveMv: number, sinceMs: number, uptimeMs: number, gateMv: number, dropPart: number) {
        if (this.units === 0) {
            this.beganMs = uptimeMs
            this.area = 0
            this.score = 0
            this.bestScore = -1
        }
        // a sample stands for the time since the one before, so a late one does not shorten a flash
        const units = sinceMs < 15 ? 1 : sinceMs < 25 ? 2 : 3
        this.units += units
        this.area += aboveMv * units
        const halfMv = this.area / this.units / 2
        const driftMv = Math.max(halfMv, gateMv)
        this.score += (aboveMv - driftMv) * units
        if (this.score > this.bestScore) {
            this.bestScore = this.score
            this.bestArea = this.area
            this.bestUnits = this.units
            this.bestMs = uptimeMs
        }
        return this.score <= 0 || this.bestScore - this.score >= dropPart * driftMv
    }

    lengthMs(): number {
        return this.units * GRID_MS
    }
}
