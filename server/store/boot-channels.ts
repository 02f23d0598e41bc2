import type { Database } from "better-sqlite3"
import { type FineRange, joinRanges, joins } from "./coverage.js"

/** Unix seconds. */
export interface TimeS {
    startS: number
    endS: number
}

interface Counts {
    count: number
    out: number
    placed: number
}

/** So far the first slots on server time may reach into those before it, which began at any time. */
const JOINT_S = 10

/** What is stored of one channel since one boot. */
export interface BootChannel extends Counts {
    readonly boot: number
    readonly channel: number
    /** The last of the ranges whose slots are known one by one. */
    tail: FineRange | undefined
    /** The latest end of the ranges before the tail, Unix s. */
    priorS: number
    /** The number from which on nothing is stored. */
    top: number
    areCountsNew: boolean
    isTailNew: boolean
}

export function prepareBootChannels(db: Database) {
    const columns = `first, end_ AS "end", count_first AS countFirst, count_end AS countEnd,
        start_s AS startS, end_s AS endS`
    const where = "WHERE boot = ? AND channel = ?"
    type Around = [number, number, number]
    return {
        counts: db.prepare<[number, number], Counts>(
            `SELECT count_since_boot AS count, out_since_boot AS out, placed_count AS placed
             FROM boot_counts ${where}`
        ),
        saveCounts: db.prepare<[number, number, number, number, number]>(
            `INSERT INTO boot_counts (boot, channel, count_since_boot, out_since_boot, placed_count)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (boot, channel) DO UPDATE SET
                 count_since_boot = excluded.count_since_boot,
                 out_since_boot = excluded.out_since_boot,
                 placed_count = excluded.placed_count`
        ),
        last: db.prepare<[number, number], FineRange>(
            `SELECT ${columns} FROM coverage ${where} ORDER BY first DESC LIMIT 1`
        ),
        lastCellEnd: db
            .prepare<[number, number], number>(
                `SELECT first + seconds / 5 FROM coarse_slots ${where} ORDER BY first DESC LIMIT 1`
            )
            .pluck(),
        priorEnd: db
            .prepare<Around, number | null>(
                `SELECT max(end_s) FROM coverage ${where} AND first < ?`
            )
            .pluck(),
        laterTime: db.prepare<number[], { startS: number | null; endS: number | null }>(
            `SELECT min(start_s) AS startS, max(end_s) AS endS FROM coverage
             ${where} AND first > ? AND start_s < ?`
        ),
        upTo: db.prepare<Around, FineRange>(
            `SELECT ${columns} FROM coverage ${where} AND first <= ? ORDER BY first DESC LIMIT 1`
        ),
        after: db.prepare<Around, FineRange>(
            `SELECT ${columns} FROM coverage ${where} AND first > ? ORDER BY first`
        ),
        insert: db.prepare<number[]>(
            `INSERT INTO coverage (boot, channel, first, end_, count_first, count_end, start_s, end_s)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
        ),
        extend: db.prepare<number[]>(
            `UPDATE coverage SET end_ = ?, count_end = ?, end_s = ? ${where} AND first = ?`
        ),
        remove: db.prepare<Around>(`DELETE FROM coverage ${where} AND first = ?`),
    }
}

/** Counts since boot and the ranges of slots that are stored, kept in memory while they grow. */
export class BootChannels {
    private readonly known = new Map<string, BootChannel>()
    private readonly changed = new Set<BootChannel>()

    constructor(private readonly statements: ReturnType<typeof prepareBootChannels>) {}

    get(boot: number, channel: number): BootChannel {
        const key = `${boot} ${channel}`
        const known = this.known.get(key)
        if (known) return known
        const counts = this.statements.counts.get(boot, channel)
        const found: BootChannel = {
            boot,
            channel,
            ...(counts ?? { count: 0, out: 0, placed: 0 }),
            tail: undefined,
            priorS: 0,
            top: 0,
            areCountsNew: false,
            isTailNew: false,
        }
        this.readTail(found)
        this.known.set(key, found)
        return found
    }

    /** How many are in memory. */
    get size(): number {
        return this.known.size
    }

    raise(state: BootChannel, count: number, out: number): void {
        state.count = count
        state.out = out
        this.touchCounts(state)
    }

    addPlaced(state: BootChannel, placed: number): void {
        if (placed === 0) return
        state.placed += placed
        this.touchCounts(state)
    }

    /** Takes a range behind all that is stored, the common case; false when it is not that. */
    append(state: BootChannel, range: FineRange): boolean {
        const { tail, top } = state
        if (range.first < top || (tail ? tail.end !== top : top > Number.MIN_SAFE_INTEGER))
            return false
        if (range.countFirst < (tail ? tail.countEnd : 0)) return false
        if (tail && joins(tail, range)) {
            tail.end = range.end
            tail.countEnd = range.countEnd
            tail.endS = range.endS
            state.isTailNew = true
            this.changed.add(state)
        } else {
            this.writeTail(state)
            this.insert(state, range)
            if (tail) state.priorS = Math.max(state.priorS, tail.endS)
            state.tail = { ...range }
        }
        state.top = range.end
        return true
    }

    /**
     * Times that a stored stretch shares with others of its boot: the clock was set back between them.
     * Undefined when it shares none.
     */
    sharedTime(boot: number, channel: number, first: number, time: TimeS): TimeS | undefined {
        const { tail, priorS } = this.get(boot, channel)
        const isInTail = tail !== undefined && first >= tail.first
        const { priorEnd, laterTime } = this.statements
        const endS = isInTail ? priorS : (priorEnd.get(boot, channel, first) ?? 0)
        if (time.startS < endS - JOINT_S)
            return { startS: time.startS, endS: Math.min(time.endS, endS) }
        if (isInTail) return undefined
        const later = laterTime.get(boot, channel, first, time.endS - JOINT_S)
        return later?.startS == null || later.endS === null
            ? undefined
            : { startS: later.startS, endS: Math.min(time.endS, later.endS) }
    }

    /** The ranges that overlap `range`, with the nearest on either side of it. */
    around(state: BootChannel, { first, end }: { first: number; end: number }): FineRange[] {
        this.writeTail(state)
        const { upTo, after } = this.statements
        const before = upTo.get(state.boot, state.channel, first)
        const found = before ? [before] : []
        for (const range of after.iterate(state.boot, state.channel, first)) {
            found.push(range)
            if (range.first >= end) break
        }
        return found
    }

    /** Takes a range anywhere; `around` are its neighbours. */
    add(state: BootChannel, range: FineRange, around: FineRange[]): void {
        const touching = around.filter(known => joins(known, range))
        for (const { first } of touching)
            this.statements.remove.run(state.boot, state.channel, first)
        this.insert(state, joinRanges(range, touching))
        this.readTail(state)
    }

    raiseTop(state: BootChannel, end: number): void {
        state.top = Math.max(state.top, end)
    }

    flush(): void {
        for (const state of this.changed) {
            this.writeTail(state)
            if (!state.areCountsNew) continue
            const { boot, channel, count, out, placed } = state
            this.statements.saveCounts.run(boot, channel, count, out, placed)
            state.areCountsNew = false
        }
        this.changed.clear()
    }

    forget(): void {
        this.known.clear()
        this.changed.clear()
    }

    private touchCounts(state: BootChannel): void {
        state.areCountsNew = true
        this.changed.add(state)
    }

    private readTail(state: BootChannel): void {
        const { boot, channel } = state
        const { last, lastCellEnd } = this.statements
        state.tail = last.get(boot, channel)
        const first = state.tail?.first ?? 0
        state.priorS = this.statements.priorEnd.get(boot, channel, first) ?? 0
        const nothing = Number.MIN_SAFE_INTEGER
        state.top = Math.max(state.tail?.end ?? nothing, lastCellEnd.get(boot, channel) ?? nothing)
    }

    private writeTail(state: BootChannel): void {
        const { boot, channel, tail } = state
        if (tail === undefined || !state.isTailNew) return
        this.statements.extend.run(tail.end, tail.countEnd, tail.endS, boot, channel, tail.first)
        state.isTailNew = false
    }

    private insert({ boot, channel }: BootChannel, range: FineRange): void {
        const { first, end, countFirst, countEnd, startS, endS } = range
        this.statements.insert.run(boot, channel, first, end, countFirst, countEnd, startS, endS)
    }
}
