import type { Database } from "better-sqlite3"
import { MISSING } from "../../src/wire/report.js"
import { CellBatch, prepareCells } from "./cell-batch.js"
import type { SlotRun } from "./foreign-store.js"
import { MAX_SLOT_COUNT, prepareSlots, SLOT_S, SlotBatch } from "./slot-batch.js"
import { readCoarse, readSlots } from "./sqlite-series.js"
import { RESOLUTION_SECONDS } from "./store.js"
import { floorTo, prepareSums, SumBatch } from "./sum-batch.js"
import { type CountedPiece, endOf, gapsIn, type Piece, sharedS, Timeline } from "./timeline.js"

const QUARTER_S = RESOLUTION_SECONDS.quarter

export function prepareReadings(db: Database) {
    return {
        slots: prepareSlots(db),
        cells: prepareCells(db),
        sums: prepareSums(db),
        readSlots: readSlots(db),
        readCoarse: readCoarse(db),
        goneBeforeS: db.prepare<[], number>("SELECT slots_gone_before_s FROM retention").pluck(),
        quarters: db.prepare<[number, number, number], { startS: number; coveredS: number }>(
            `SELECT start_s AS startS, covered_s AS coveredS FROM sums
             WHERE channel = ? AND seconds = ${QUARTER_S} AND start_s >= ? AND start_s < ?
             ORDER BY start_s`
        ),
        save: db.prepare(
            `UPDATE channels SET total_count = total_count + @count,
                 placed_count = placed_count + @count,
                 longest_cell_s = max(longest_cell_s, @longestS)
             WHERE id = @channel`
        ),
        saveNewest: db.prepare(
            `UPDATE channels SET last_slot_end_ms = @endMs,
                 last_pulse_ms = iif(@intervalMs IS NULL, last_pulse_ms, @endMs),
                 last_interval_ms = coalesce(@intervalMs, last_interval_ms)
             WHERE id = @channel AND coalesce(last_slot_end_ms, -1) < @endMs`
        ),
    }
}

/** What one transaction adds to a channel whose readings have absolute times. */
export class ReadingBatch {
    private readonly sums: SumBatch
    private readonly slots: SlotBatch
    private readonly cells: CellBatch
    private count = 0
    private longestS = 0
    private newest: CountedPiece | undefined = undefined

    constructor(
        private readonly statements: ReturnType<typeof prepareReadings>,
        private readonly channel: number
    ) {
        this.sums = new SumBatch(statements.sums)
        this.slots = new SlotBatch(statements.slots, this.sums)
        this.cells = new CellBatch(statements.cells, this.sums)
    }

    /** All that is stored of a range, after what the batch holds was written. */
    timeline(fromS: number, toS: number): Timeline {
        this.flush()
        const startS = floorTo(fromS, QUARTER_S)
        const endS = -floorTo(-toS, QUARTER_S)
        const pieces = readPieces(this.statements, this.channel, startS, endS)
        const gone = this.gone(pieces, startS, Math.min(endS, this.goneBeforeS()))
        return new Timeline(
            gone.length > 0 ? [...pieces, ...gone].sort((a, b) => a.startS - b.startS) : pieces
        )
    }

    add(piece: CountedPiece): void {
        const { startS, seconds, count, isPart = false } = piece
        if (seconds === SLOT_S && count <= MAX_SLOT_COUNT && !isPart)
            this.slots.add(this.channel, startS, [count], 0, 1)
        else {
            const cellS = isPart ? seconds + SLOT_S : seconds
            this.cells.addUnnumbered(this.channel, startS, seconds, [count], cellS)
        }
        this.count += count
        this.longestS = Math.max(this.longestS, seconds)
        if (!this.newest || endOf(piece) > endOf(this.newest)) this.newest = piece
    }

    /** Adds slots on top of what is there, in a row. */
    addRun({ startS, counts }: SlotRun): void {
        const told = counts.map(count => count ?? MISSING)
        this.slots.add(this.channel, startS, told, 0, told.length)
        const count = counts.reduce<number>((sum, each) => sum + (each ?? 0), 0)
        this.count += count
        const piece = { startS, seconds: counts.length * SLOT_S, count }
        if (counts.some(each => each !== null)) this.newest = piece
    }

    flush(): void {
        this.slots.flush()
        this.sums.flush()
        const { channel, count, longestS, newest } = this
        if (!newest) return
        this.statements.save.run({ channel, count, longestS })
        const endMs = endOf(newest) * 1000
        const intervalMs =
            newest.count > 0 ? Math.ceil((newest.seconds * 1000) / newest.count) : null
        this.statements.saveNewest.run({ channel, endMs, intervalMs })
        this.count = 0
        this.newest = undefined
    }

    private goneBeforeS(): number {
        return this.statements.goneBeforeS.get() ?? 0
    }

    /** Time whose slots were not kept for ever, as far as its sums tell; to the quarter. */
    private gone(pieces: Piece[], fromS: number, toS: number): Piece[] {
        if (toS <= fromS) return []
        const found: Piece[] = []
        for (const row of this.statements.quarters.iterate(this.channel, fromS, toS)) {
            const quarter = { startS: row.startS, seconds: QUARTER_S, count: null }
            const held = pieces.filter(piece => sharedS(piece, quarter) > 0)
            const inSumsS = held
                .filter(({ seconds }) => seconds <= QUARTER_S)
                .reduce((sum, piece) => sum + sharedS(piece, quarter), 0)
            if (row.coveredS > inSumsS) found.push(...gapsIn(quarter, held))
        }
        return found
    }
}

/** What is stored of a range of Unix seconds, in order. */
export function readPieces(
    { readCoarse, readSlots }: Pick<ReturnType<typeof prepareReadings>, "readCoarse" | "readSlots">,
    channel: number,
    fromS: number,
    toS: number
): Piece[] {
    const pieces: Piece[] = readCoarse(channel, fromS, toS).map(({ cellS, ...piece }) => ({
        ...piece,
        isPart: cellS > piece.seconds,
    }))
    readSlots(channel, fromS, toS, (startS, count) =>
        pieces.push({ startS, seconds: SLOT_S, count })
    )
    return pieces.sort((a, b) => a.startS - b.startS)
}
