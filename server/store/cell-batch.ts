import type { Database } from "better-sqlite3"
import { MISSING } from "../../src/wire/report.js"
import type { Cell, CellChange } from "./coverage.js"
import { RESOLUTION_SECONDS } from "./store.js"
import { floorTo, SUM_SECONDS, type SumBatch } from "./sum-batch.js"

const SLOT_S = RESOLUTION_SECONDS.slot

interface CellRow {
    first: number
    seconds: number
    countFirst: number
    countEnd: number
    startS: number
    cellS: number
    count: number | null
}

export function prepareCells(db: Database) {
    const columns = `SELECT first, seconds, count_first AS countFirst, count_end AS countEnd,
        start_s AS startS, cell_s AS cellS, count FROM coarse_slots`
    const where = "WHERE boot = ? AND channel = ?"
    type Around = [number, number, number]
    return {
        upTo: db.prepare<Around, CellRow>(
            `${columns} ${where} AND first <= ? ORDER BY first DESC LIMIT 1`
        ),
        after: db.prepare<Around, CellRow>(`${columns} ${where} AND first > ? ORDER BY first`),
        insert: db.prepare<(number | null)[]>(
            `INSERT INTO coarse_slots
                 (channel, start_s, seconds, count, boot, first, count_first, count_end, cell_s)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
        ),
        remove: db.prepare<Around>(`DELETE FROM coarse_slots ${where} AND first = ?`),
    }
}

/** Slots longer than 5 s of one transaction. */
export class CellBatch {
    constructor(
        private readonly statements: ReturnType<typeof prepareCells>,
        private readonly sums: SumBatch
    ) {}

    /** The cells that overlap a stretch, with the nearest on either side of it. */
    around(boot: number, channel: number, { first, end }: { first: number; end: number }): Cell[] {
        const before = this.statements.upTo.get(boot, channel, first)
        const found = before ? [toCell(before)] : []
        for (const row of this.statements.after.iterate(boot, channel, first)) {
            found.push(toCell(row))
            if (row.first >= end) break
        }
        return found
    }

    /** Returns by how many pulses the cells hold more now. */
    apply(boot: number, channel: number, { removed, added }: CellChange): number {
        let placed = 0
        for (const cell of removed) {
            this.statements.remove.run(boot, channel, cell.first)
            placed -= this.addToSums(channel, cell, -1)
        }
        for (const cell of added) {
            const { first, countFirst, countEnd, startS, isSampled } = cell
            const seconds = (cell.end - first) * SLOT_S
            const count = isSampled ? countEnd - countFirst : null
            const cellS = cell.grade * SLOT_S
            this.statements.insert.run(
                channel,
                startS,
                seconds,
                count,
                boot,
                first,
                countFirst,
                countEnd,
                cellS
            )
            placed += this.addToSums(channel, cell, 1)
        }
        return placed
    }

    /**
     * Takes slots without a number, of version 1 or of foreign devices; returns how many pulses they hold.
     * `cellS` is longer than `seconds` where they are shares of something longer.
     */
    addUnnumbered(
        channel: number,
        startS: number,
        seconds: number,
        counts: number[],
        cellS = seconds
    ): number {
        const none = [null, null, null, null]
        let placed = 0
        counts.forEach((count, at) => {
            if (count === MISSING) return
            const fromS = startS + at * seconds
            this.statements.insert.run(channel, fromS, seconds, count, ...none, cellS)
            this.share(channel, fromS, seconds, count, 1)
            placed += count
        })
        return placed
    }

    private addToSums(channel: number, cell: Cell, sign: 1 | -1): number {
        if (!cell.isSampled) return 0
        const count = cell.countEnd - cell.countFirst
        this.share(channel, cell.startS, (cell.end - cell.first) * SLOT_S, count, sign)
        return count
    }

    /** A cell across a boundary is shared out by time, in whole pulses, so that sums stay exact. */
    private share(
        channel: number,
        startS: number,
        seconds: number,
        count: number,
        sign: 1 | -1
    ): void {
        const level = SUM_SECONDS.find(sum => sum >= seconds) ?? seconds
        const boundaryS = floorTo(startS, level) + level
        const firstS = Math.min(seconds, boundaryS - startS)
        const firstCount = Math.floor((count * firstS) / seconds)
        this.sums.add(channel, startS, level, sign * firstCount, sign * firstS)
        const restS = seconds - firstS
        if (restS > 0)
            this.sums.add(channel, boundaryS, level, sign * (count - firstCount), sign * restS)
    }
}

function toCell({ first, seconds, countFirst, countEnd, startS, cellS, count }: CellRow): Cell {
    return {
        first,
        end: first + seconds / SLOT_S,
        countFirst,
        countEnd,
        startS,
        grade: cellS / SLOT_S,
        isSampled: count !== null,
    }
}
