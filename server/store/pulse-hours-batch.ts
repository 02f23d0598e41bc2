import type { Database } from "better-sqlite3"
import { HourCache } from "./hour-cache.js"
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
        hour: db
            .prepare<[number, number], Buffer>(
                "SELECT times FROM pulse_hours WHERE channel = ? AND hour = ?"
            )
            .pluck(),
        save: db.prepare<[number, number, Buffer]>(
            `INSERT INTO pulse_hours (channel, hour, times) VALUES (?, ?, ?)
             ON CONFLICT (channel, hour) DO UPDATE SET times = excluded.times`
        ),
    }
}

interface PulseHour {
    times: Buffer
    /** The last of them, ms since the hour's start; -1 without any. */
    lastMs: number
}

/** Gathers the times of single pulses of one transaction, so that each hour is written once. */
export class PulseTimeBatch {
    private readonly hours: HourCache<PulseHour>

    constructor(statements: ReturnType<typeof preparePulseHours>) {
        this.hours = new HourCache({
            read: (channel, hour) => {
                const times = statements.hour.get(channel, hour) ?? Buffer.alloc(0)
                return { times, lastMs: decodeTimes(times).at(-1) ?? -1 }
            },
            write: (channel, hour, { times }) => void statements.save.run(channel, hour, times),
        })
    }

    /** Unix ms; those of the same ms are one pulse. */
    add(channel: number, epochsMs: number[]): void {
        for (const atMs of epochsMs) {
            const hour = Math.floor(atMs / HOUR_MS)
            const entry = this.hours.of(channel, hour)
            if (addToHour(entry.content, atMs - hour * HOUR_MS)) this.hours.noteChange(entry)
        }
    }

    flush(): void {
        this.hours.flush()
    }

    forget(): void {
        this.hours.forget()
    }
}

/** False for a pulse that is there already. */
function addToHour(hour: PulseHour, inHourMs: number): boolean {
    if (inHourMs > hour.lastMs) {
        const step = encodeTimes([inHourMs - Math.max(0, hour.lastMs)])
        hour.times = Buffer.concat([hour.times, step])
        hour.lastMs = inHourMs
        return true
    }
    const times = decodeTimes(hour.times)
    if (times.includes(inHourMs)) return false
    hour.times = encodeTimes([...times, inHourMs].sort((a, b) => a - b))
    return true
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
    const inOrder = [...new Set(epochsMs)].sort((a, b) => a - b)
    const batch = new PulseTimeBatch(statements)
    let added = 0
    for (const pulses of byHour(inOrder)) {
        const startMs = Math.floor(pulses[0] / HOUR_MS) * HOUR_MS
        const known = new Set(readPulses(statements, channel, startMs, startMs + HOUR_MS))
        const fresh = pulses.filter(atMs => !known.has(atMs))
        if (fresh.length === 0) continue
        added += fresh.length
        batch.add(channel, fresh)
        const inSlots = countBySlot([...known, ...fresh])
        const timeline = readings.timeline(startMs / 1000, startMs / 1000 + HOUR_S)
        for (const startS of new Set(fresh.map(slotOf))) {
            const piece = timeline.holding(startS, SLOT_S)
            if (piece && (piece.seconds !== SLOT_S || piece.count === null)) continue
            const count = (inSlots.get(startS) ?? 0) - (piece?.count ?? 0)
            if (count > 0) readings.add({ startS, seconds: SLOT_S, count })
        }
    }
    batch.flush()
    return added
}

function byHour(inOrderMs: number[]): number[][] {
    const hours: number[][] = []
    for (const atMs of inOrderMs) {
        const hour = hours.at(-1)
        if (hour && Math.floor(hour[0] / HOUR_MS) === Math.floor(atMs / HOUR_MS)) hour.push(atMs)
        else hours.push([atMs])
    }
    return hours
}

function countBySlot(epochsMs: number[]): Map<number, number> {
    const counts = new Map<number, number>()
    for (const atMs of epochsMs) counts.set(slotOf(atMs), (counts.get(slotOf(atMs)) ?? 0) + 1)
    return counts
}

function slotOf(atMs: number): number {
    return floorTo(Math.floor(atMs / 1000), SLOT_S)
}
