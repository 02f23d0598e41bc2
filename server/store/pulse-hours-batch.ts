import type { Database } from "better-sqlite3"
import { decodeTimes, encodeTimes } from "./pulse-hours.js"
import type { ReadingBatch } from "./reading-batch.js"
import { HOUR_S, SLOT_S } from "./slot-batch.js"
import { floorTo } from "./sum-batch.js"

const HOUR_MS = HOUR_S * 1000

export function preparePulseHours(db: Database) {
    return {
        between: db.prepare<[number, number, number], { hour: number; times: Buffer }>(
            `SELECT hour, times FROM pulse_hours
             WHERE channel = ? AND hour >= ? AND hour <= ? ORDER BY hour`
        ),
        save: db.prepare<[number, number, Buffer]>(
            `INSERT INTO pulse_hours (channel, hour, times) VALUES (?, ?, ?)
             ON CONFLICT (channel, hour) DO UPDATE SET times = excluded.times`
        ),
    }
}

/** Gathers the times of single pulses of one transaction, so that each hour is written once. */
export class PulseTimeBatch {
    private readonly hours = new Map<number, PulseHour>()

    constructor(private readonly statements: ReturnType<typeof preparePulseHours>) {}

    /** Unix ms; those of the same ms are one pulse. */
    add(channel: number, epochsMs: number[]): void {
        for (const atMs of epochsMs) {
            const hour = Math.floor(atMs / HOUR_MS)
            const key = channel * 2 ** 24 + hour
            const known = this.hours.get(key)
            if (known) known.epochsMs.push(atMs)
            else this.hours.set(key, { channel, hour, epochsMs: [atMs] })
        }
    }

    /** Returns the times of each hour that something was new in. */
    flush(): { all: number[]; fresh: Set<number>; hour: number }[] {
        const changed: { all: number[]; fresh: Set<number>; hour: number }[] = []
        for (const { channel, hour, epochsMs } of this.hours.values()) {
            const startMs = hour * HOUR_MS
            const known = new Set(readPulses(this.statements, channel, startMs, startMs + HOUR_MS))
            const fresh = new Set(epochsMs.filter(atMs => !known.has(atMs)))
            if (fresh.size === 0) continue
            const all = [...known, ...fresh].sort((a, b) => a - b)
            this.statements.save.run(channel, hour, encodeTimes(all.map(atMs => atMs - startMs)))
            changed.push({ all, fresh, hour })
        }
        this.hours.clear()
        return changed
    }

    forget(): void {
        this.hours.clear()
    }
}

interface PulseHour {
    channel: number
    hour: number
    epochsMs: number[]
}

/** The times of a channel's single pulses in a range, Unix ms, in order. */
export function readPulses(
    { between }: Pick<ReturnType<typeof preparePulseHours>, "between">,
    channel: number,
    fromMs: number,
    toMs: number
): number[] {
    return between
        .all(channel, Math.floor(fromMs / HOUR_MS), Math.floor(toMs / HOUR_MS))
        .flatMap(({ hour, times }) => decodeTimes(times).map(ms => hour * HOUR_MS + ms))
        .filter(atMs => atMs >= fromMs && atMs < toMs)
}

/** Keeps times of single pulses, Unix ms, and has slots count them; returns how many were new. */
export function addCountedPulses(
    statements: ReturnType<typeof preparePulseHours>,
    channel: number,
    epochsMs: number[],
    readings: ReadingBatch
): number {
    const batch = new PulseTimeBatch(statements)
    batch.add(channel, epochsMs)
    let added = 0
    for (const { all, fresh, hour } of batch.flush()) {
        added += fresh.size
        const timeline = readings.timeline(hour * HOUR_S, (hour + 1) * HOUR_S)
        for (const startS of new Set([...fresh].map(slotOf))) {
            const piece = timeline.holding(startS, SLOT_S)
            if (piece && (piece.seconds !== SLOT_S || piece.count === null)) continue
            const pulses = all.filter(atMs => slotOf(atMs) === startS).length
            const count = pulses - (piece?.count ?? 0)
            if (count > 0) readings.add({ startS, seconds: SLOT_S, count })
        }
    }
    return added
}

function slotOf(atMs: number): number {
    return floorTo(Math.floor(atMs / 1000), SLOT_S)
}
