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

/** The times of a channel's single pulses. */
export class PulseHours {
    constructor(
        private readonly statements: ReturnType<typeof preparePulseHours>,
        private readonly channel: number
    ) {}

    /** Keeps times, Unix ms, and has slots count them; returns how many were new. */
    add(epochsMs: number[], readings: ReadingBatch): number {
        const byHour = new Map<number, number[]>()
        for (const atMs of epochsMs) {
            const hour = Math.floor(atMs / HOUR_MS)
            const times = byHour.get(hour)
            if (times) times.push(atMs)
            else byHour.set(hour, [atMs])
        }
        let added = 0
        for (const [hour, times] of byHour) added += this.addToHour(hour, times, readings)
        return added
    }

    between(fromMs: number, toMs: number): number[] {
        const hours = [Math.floor(fromMs / HOUR_MS), Math.floor(toMs / HOUR_MS)] as const
        return this.statements.between
            .all(this.channel, ...hours)
            .flatMap(({ hour, times }) => decodeTimes(times).map(ms => hour * HOUR_MS + ms))
            .filter(atMs => atMs >= fromMs && atMs < toMs)
    }

    private addToHour(hour: number, epochsMs: number[], readings: ReadingBatch): number {
        const startMs = hour * HOUR_MS
        const known = new Set(this.between(startMs, startMs + HOUR_MS))
        const fresh = new Set(epochsMs.filter(atMs => !known.has(atMs)))
        if (fresh.size === 0) return 0
        const all = [...known, ...fresh].sort((a, b) => a - b)
        this.statements.save.run(this.channel, hour, encodeTimes(all.map(atMs => atMs - startMs)))
        const slotsS = new Set([...fresh].map(slotOf))
        const timeline = readings.timeline(hour * HOUR_S, (hour + 1) * HOUR_S)
        for (const startS of slotsS) {
            const piece = timeline.holding(startS, SLOT_S)
            if (piece && (piece.seconds !== SLOT_S || piece.count === null)) continue
            const pulses = all.filter(atMs => slotOf(atMs) === startS).length
            const count = pulses - (piece?.count ?? 0)
            if (count > 0) readings.add({ startS, seconds: SLOT_S, count })
        }
        return fresh.size
    }
}

function slotOf(atMs: number): number {
    return floorTo(Math.floor(atMs / 1000), SLOT_S)
}
