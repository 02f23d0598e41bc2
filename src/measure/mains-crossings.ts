/** Where a burst's waveform goes through its middle. */
export class Crossings {
    /** Positions in samples since the burst's start, rising and falling in turn. */
    positions: number[] = []
    isFirstRising = false
    highestCode = 0
    lowestCode = 0

    /**
     * Finds them in `samples` codes around `middle`. Each is the mean of where the waveform leaves
     * `level` below the middle and reaches `level` above it, or the other way round, so noise around
     * the middle makes none, and a current that rests at zero has one in the middle of its rest.
     */
    find(codes: number[], samples: number, middle: number, level: number): void {
        const positions: number[] = []
        const high = middle + level
        const low = middle - level
        let lastHigh = -1
        let lastLow = -1
        let highest = middle
        let lowest = middle
        for (let k = 0; k < samples; k++) {
            const code = codes[k]
            if (code > high) {
                if (lastLow > lastHigh) {
                    if (positions.length === 0) this.isFirstRising = true
                    positions.push(between(codes, lastLow, low, k, high))
                }
                lastHigh = k
                if (code > highest) highest = code
            } else if (code < low) {
                if (lastHigh > lastLow) {
                    if (positions.length === 0) this.isFirstRising = false
                    positions.push(between(codes, lastHigh, high, k, low))
                }
                lastLow = k
                if (code < lowest) lowest = code
            }
        }
        this.positions = positions
        this.highestCode = highest
        this.lowestCode = lowest
    }

    /** Samples of a cycle by this burst alone; undefined with fewer than two crossings. */
    cycleSamples(): number | undefined {
        const positions = this.positions
        const last = positions.length - 1
        return last < 1 ? undefined : (2 * (positions[last] - positions[0])) / last
    }

    /** Cycles that the waveform had gone through at the burst's start, up to a whole number. */
    startPhase(cycleSamples: number): number {
        const positions = this.positions
        const count = positions.length
        let sum = 0
        for (let k = 0; k < count; k++) sum += k / 2 - positions[k] / cycleSamples
        return (this.isFirstRising ? 0 : 0.5) + sum / count
    }
}

function between(codes: number[], left: number, from: number, right: number, to: number): number {
    const leaves = left + (from - codes[left]) / (codes[left + 1] - codes[left])
    const before = codes[right - 1]
    const reaches = right - 1 + (to - before) / (codes[right] - before)
    return (leaves + reaches) / 2
}
