import type { Database } from "better-sqlite3"

interface Range {
    first: number
    last: number
}

/** Remembers which report numbers are stored, as merged ranges per boot and channel. */
export class Sequences {
    private readonly upTo
    private readonly startingAt
    private readonly insert
    private readonly setLast
    private readonly remove

    constructor(db: Database) {
        const where = "WHERE boot = ? AND channel = ? AND first"
        this.upTo = db.prepare<[number, number, number], Range>(
            `SELECT first, last FROM seq_ranges ${where} <= ? ORDER BY first DESC LIMIT 1`
        )
        this.startingAt = db.prepare<[number, number, number], Range>(
            `SELECT first, last FROM seq_ranges ${where} = ?`
        )
        this.insert = db.prepare(
            "INSERT INTO seq_ranges (boot, channel, first, last) VALUES (?, ?, ?, ?)"
        )
        this.setLast = db.prepare<[number, number, number, number]>(
            `UPDATE seq_ranges SET last = ? ${where} = ?`
        )
        this.remove = db.prepare<[number, number, number]>(`DELETE FROM seq_ranges ${where} = ?`)
    }

    /** Returns false when this number was there already. */
    add(boot: number, channel: number, sequence: number): boolean {
        const before = this.upTo.get(boot, channel, sequence)
        if (before && before.last >= sequence) return false
        const after = this.startingAt.get(boot, channel, sequence + 1)
        if (after) this.remove.run(boot, channel, after.first)
        const last = after ? after.last : sequence
        if (before?.last === sequence - 1) this.setLast.run(last, boot, channel, before.first)
        else this.insert.run(boot, channel, sequence, last)
        return true
    }
}
