import type { MainsRecordingSpec } from "./mains-schema.js"
import type { OpenContext } from "./source.js"

/** Recorded voltage and current, looped from one rising crossing of the voltage to another. */
export class MainsRecording {
    readonly notes: string[] = []
    readonly cycles: number
    private readonly voltages: Float64Array
    private readonly currents: Float64Array
    private readonly stepMs: number
    /** Rows, with a fraction, at which the loop begins and ends. */
    private readonly firstRow: number
    private readonly endRow: number

    constructor(spec: MainsRecordingSpec, { openTable, label }: OpenContext) {
        const name = `${label}.recording`
        const table = openTable(spec.file)
        const timesMs = table.timesMs(spec.timeColumn, "s", `${name}.timeColumn`)
        this.voltages = table.numbers(spec.voltageColumn, `${name}.voltageColumn`)
        this.currents = table.numbers(spec.currentColumn, `${name}.currentColumn`)
        for (const [column, values] of [
            [spec.voltageColumn, this.voltages],
            [spec.currentColumn, this.currents],
        ] as const) {
            const empty = values.findIndex(value => Number.isNaN(value))
            if (empty >= 0) throw table.errorAt(empty, `the cell in column "${column}" is empty`)
        }
        const last = timesMs.length - 1
        this.stepMs = (timesMs[last] - timesMs[0]) / last
        const rows = risingCrossings(this.voltages)
        const fromRow = (spec.fromS * 1000 - timesMs[0]) / this.stepMs
        const toRow = (spec.toS * 1000 - timesMs[0]) / this.stepMs
        const first = rows.findIndex(row => row >= fromRow)
        const end = nearest(rows, first < 0 ? toRow : toRow - fromRow + rows[first])
        if (first < 0 || end <= first)
            throw new Error(`${name} has no whole cycle from ${spec.fromS} s to ${spec.toS} s.`)
        this.firstRow = rows[first]
        this.endRow = rows[end]
        this.cycles = end - first
    }

    voltageAt(atMs: number): number {
        return cubicAt(this.voltages, this.rowAt(atMs))
    }

    currentAt(atMs: number): number {
        return cubicAt(this.currents, this.rowAt(atMs))
    }

    get loopMs(): number {
        return (this.endRow - this.firstRow) * this.stepMs
    }

    get frequencyHz(): number {
        return (1000 * this.cycles) / this.loopMs
    }

    private rowAt(atMs: number): number {
        const inLoopMs = atMs - Math.floor(atMs / this.loopMs) * this.loopMs
        return this.firstRow + inLoopMs / this.stepMs
    }
}

/** Rows, with a fraction, at which a voltage goes up through 0; noise at a crossing makes no second one. */
function risingCrossings(values: Float64Array): number[] {
    const highest = values.reduce((most, value) => Math.max(most, value), 0)
    const rows: number[] = []
    let wasLow = false
    for (let i = 1; i < values.length; i++) {
        if (values[i - 1] < -highest / 2) wasLow = true
        if (!wasLow || values[i - 1] >= 0 || values[i] < 0) continue
        rows.push(i - values[i] / (values[i] - values[i - 1]))
        wasLow = false
    }
    return rows
}

function nearest(rows: number[], row: number): number {
    let best = -1
    for (let i = 0; i < rows.length; i++)
        if (best < 0 || Math.abs(rows[i] - row) < Math.abs(rows[best] - row)) best = i
    return best
}

/** A cubic through four rows: a straight line would take a part of each peak away. */
function cubicAt(values: Float64Array, row: number): number {
    const at = Math.min(Math.max(1, Math.floor(row)), values.length - 3)
    const t = row - at
    const [a, b, c, d] = [values[at - 1], values[at], values[at + 1], values[at + 2]]
    return (
        (-a * t * (t - 1) * (t - 2)) / 6 +
        (b * (t + 1) * (t - 1) * (t - 2)) / 2 -
        (c * (t + 1) * t * (t - 2)) / 2 +
        (d * (t + 1) * t * (t - 1)) / 6
    )
}
