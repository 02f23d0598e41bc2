/** So far off a clock may be for a while. */
export interface Tolerance {
    fromMs: number
    toMs: number
    errorMs: number
}

/** The largest clock error of any stretch, from overlapping tolerances. */
export class ToleranceMap {
    private readonly edgesMs: number[]
    private readonly errorsMs: number[]
    private hint = 0

    constructor(
        private readonly leastMs: number,
        tolerances: readonly Tolerance[]
    ) {
        const edges = new Set(tolerances.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))
        this.edgesMs = [...edges].sort((a, b) => a - b)
        this.errorsMs = this.edgesMs.map(edgeMs =>
            Math.max(
                leastMs,
                ...tolerances
                    .filter(({ fromMs, toMs }) => fromMs <= edgeMs && edgeMs < toMs)
                    .map(({ errorMs }) => errorMs)
            )
        )
    }

    most(fromMs: number, toMs: number): number {
        const { edgesMs, errorsMs } = this
        while (this.hint > 0 && edgesMs[this.hint] > fromMs) this.hint--
        while (this.hint + 1 < edgesMs.length && edgesMs[this.hint + 1] <= fromMs) this.hint++
        let mostMs = this.leastMs
        for (let at = this.hint; at < edgesMs.length && edgesMs[at] < toMs; at++)
            if (at + 1 >= edgesMs.length || edgesMs[at + 1] > fromMs)
                mostMs = Math.max(mostMs, errorsMs[at])
        return mostMs
    }
}
