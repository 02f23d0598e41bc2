import type { Database } from "better-sqlite3"
import type { FaultKind } from "./faults.js"
import type { BoardLife, ClockStep } from "./incidents.js"
import {
    type Breach,
    type Invariant,
    judgeRuns,
    judgeSlots,
    judgeSums,
    judgeTotals,
    missingSpans,
    type Tally,
} from "./invariants.js"
import { ChannelTruth } from "./oracle.js"
import { type Plan, START_UNIX_MS } from "./plan.js"
import type { StoredChannel } from "./stored.js"

/** A broken invariant is told so many times; the rest would say the same. */
const MOST_BREACHES = 20
const LEAD_MS = 120_000
const HOUR_MS = 3_600_000
/**
 * Rows that the server may keep of a channel and an hour: one of slots, one of minutes and six sums, 67 cells
 * of 60 s with what is marked, and as many reports that have no place.
 */
const ROWS_PER_HOUR = 8 + 67 * 2
/** And of a channel and a boot, whatever its length. */
const ROWS_PER_BOOT = 12
/** A worker's heap, with the truth of all homes in it. */
const MOST_HEAP_BYTES = 1_500_000_000

/** A home as the checks see it. */
export interface WatchedHome {
    deviceId: string
    lives: readonly BoardLife[]
    outboxBytes(): number
}

/** Follows one run: counts what fired, checks along the way, judges at the end. */
export class Watch {
    readonly breaches: Breach[] = []
    readonly firedCounts = new Map<FaultKind, number>()
    readonly tally: Tally = { slots: 0, cells: 0, missingSlots: 0, poorSlots: 0 }
    /** Missing time of each power cut, s; apart those that took something in flash with them. */
    readonly missingS: number[] = []
    readonly flashMissingS: number[] = []
    mostRows = 0
    mostOutboxBytes = 0
    readonly steps: ClockStep[] = []
    private readonly totals = new Map<string, number>()

    constructor(private readonly plan: Plan) {}

    fired(kind: FaultKind): void {
        this.firedCounts.set(kind, (this.firedCounts.get(kind) ?? 0) + 1)
    }

    clockStepped(step: ClockStep): void {
        this.steps.push(step)
    }

    failed(invariant: Invariant, detail: string): void {
        if (this.breaches.length < MOST_BREACHES) this.breaches.push({ invariant, detail })
    }

    /** Totals never go back, and never beyond what happened; outboxes stay within their bounds. */
    check(db: Database, homes: readonly WatchedHome[], atMs: number, outboxLimit: number): void {
        const rows = db
            .prepare("SELECT device_id || ' ' || number, total_count FROM channels")
            .raw()
            .all() as [string, number][]
        for (const [name, total] of rows) {
            const before = this.totals.get(name) ?? 0
            if (total < before)
                this.failed("totals-monotonic", `${name}: from ${before} back to ${total}`)
            this.totals.set(name, total)
        }
        this.checkRows(db, rows.length, atMs)
        if (process.memoryUsage().heapUsed > MOST_HEAP_BYTES)
            this.failed("bounded", `more than ${MOST_HEAP_BYTES} bytes of heap after ${atMs} ms`)
        for (const home of homes) {
            const bytes = home.outboxBytes()
            this.mostOutboxBytes = Math.max(this.mostOutboxBytes, bytes)
            if (bytes > outboxLimit)
                this.failed("bounded", `${home.deviceId}: ${bytes} bytes wait, after ${atMs} ms`)
        }
    }

    /** What the server keeps grows with time and boots, and with nothing else. */
    private checkRows(db: Database, channels: number, atMs: number): void {
        const tables = db
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .pluck()
            .all() as string[]
        const count = (table: string) =>
            db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number
        const rows = tables.reduce((sum, table) => sum + count(table), 0)
        this.mostRows = Math.max(this.mostRows, rows)
        const steppedMs = this.steps.reduce((sum, { byMs }) => sum + Math.abs(byMs), 0)
        const hours = Math.ceil((atMs + steppedMs) / HOUR_MS) + 1
        const boots = count("boots")
        const most = channels * (hours * ROWS_PER_HOUR + boots * ROWS_PER_BOOT) + tables.length * 10
        if (rows > most)
            this.failed(
                "bounded",
                `the server keeps ${rows} rows after ${atMs} ms, at most ${most}`
            )
    }

    /** Compares all that is stored with the truth. */
    judge(channels: readonly StoredChannel[], homes: readonly WatchedHome[], endMs: number): void {
        const { durationMs } = this.plan
        for (const stored of channels) {
            const home = homes.find(({ deviceId }) => deviceId === stored.deviceId)
            if (!home) continue
            const truth = new ChannelTruth(
                home.lives,
                stored.number,
                START_UNIX_MS,
                durationMs,
                this.steps
            )
            const range: [number, number] = [START_UNIX_MS + LEAD_MS, START_UNIX_MS + durationMs]
            const found = [
                ...judgeSlots(stored, truth, range, this.tally),
                ...judgeRuns(stored, truth, range),
                ...judgeTotals(stored, truth, endMs),
                ...judgeSums(stored),
            ]
            for (const { invariant, detail } of found) this.failed(invariant, detail)
            this.noteMissing(missingSpans(stored, ...range), home.lives)
        }
    }

    private noteMissing(spans: [number, number][], lives: readonly BoardLife[]): void {
        for (const { cuts, counting } of lives)
            for (const { atMs, isFlashHurt } of cuts) {
                const cutMs = START_UNIX_MS + atMs
                const span = spans.find(([from, to]) => from <= cutMs + 5000 && cutMs <= to + 5000)
                const life = counting.find(([from, to]) => from <= atMs && atMs <= to)
                if (!span || !life) continue
                // not the time before, when it had no power
                const fromMs = Math.max(span[0], START_UNIX_MS + life[0])
                const lostMs = Math.min(cutMs, span[1]) - fromMs
                const missing = isFlashHurt ? this.flashMissingS : this.missingS
                if (lostMs > 0) missing.push(lostMs / 1000)
            }
    }
}
