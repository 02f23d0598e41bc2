import type { Database } from "better-sqlite3"
import { unpackMinutes, unpackSlots } from "./stored-hours.js"

const SLOT_S = 5
const HOUR_S = 3600
const EMPTY = 0xffff

/** Pulses in a stretch, as the server holds them. */
interface Cell {
    fromS: number
    seconds: number
    count: number
}

export interface Sum {
    seconds: number
    startS: number
    count: number
    coveredS: number
}

/** All that a database holds of one channel, read row by row and not through the server. */
export interface StoredChannel {
    deviceId: string
    number: number
    totalCount: number
    placedCount: number
    /** 5 s slots by hour; 720 counts, 0xffff where there is none. */
    hours: { hour: number; counts: Uint16Array }[]
    /** Of 60 and 300 s, and what is left of them beside finer detail; only where something was sampled. */
    coarse: Cell[]
    /** Unix ms. */
    poor: [number, number][]
    sums: Sum[]
}

export const SLOT_EMPTY = EMPTY

export function readStored(db: Database): StoredChannel[] {
    const channels = db
        .prepare(
            `SELECT id, device_id AS deviceId, number, total_count AS totalCount,
                 placed_count AS placedCount FROM channels ORDER BY device_id, number`
        )
        .all() as (StoredChannel & { id: number })[]
    return channels.map(channel => ({
        ...channel,
        hours: readHours(db, channel.id),
        coarse: db
            .prepare(
                `SELECT start_s AS fromS, seconds, count FROM coarse_slots WHERE channel = ? AND count IS NOT NULL
                 ORDER BY start_s, seconds`
            )
            .all(channel.id) as Cell[],
        poor: db
            .prepare("SELECT from_s * 1000, to_s * 1000 FROM poor_spans WHERE channel = ?")
            .raw()
            .all(channel.id) as [number, number][],
        sums: readSums(db, channel.id),
    }))
}

/** The sums of all resolutions. */
export function readSums(db: Database, channel: number): Sum[] {
    const minutes = db
        .prepare("SELECT hour, sums FROM minute_hours WHERE channel = ? ORDER BY hour")
        .all(channel) as { hour: number; sums: Buffer }[]
    const longer = db
        .prepare(
            `SELECT seconds, start_s AS startS, count, covered_s AS coveredS FROM sums
             WHERE channel = ? ORDER BY seconds, start_s`
        )
        .all(channel) as Sum[]
    return [...minutes.flatMap(({ hour, sums }) => unpackMinutes(hour, sums)), ...longer]
}

function readHours(db: Database, channel: number): StoredChannel["hours"] {
    const rows = db
        .prepare("SELECT hour, counts FROM slot_hours WHERE channel = ? ORDER BY hour")
        .all(channel) as { hour: number; counts: Buffer }[]
    return rows.map(({ hour, counts }) => ({
        hour,
        counts: unpackSlots(counts),
    }))
}

/** Every 5 s slot between two times, null where none is stored. */
export function* slotsOf(
    channel: StoredChannel,
    fromS: number,
    toS: number
): Generator<{ fromS: number; count: number | null }> {
    const byHour = new Map(channel.hours.map(({ hour, counts }) => [hour, counts]))
    for (let hour = Math.floor(fromS / HOUR_S); hour * HOUR_S < toS; hour++) {
        const counts = byHour.get(hour)
        for (let slot = 0; slot < HOUR_S / SLOT_S; slot++) {
            const atS = hour * HOUR_S + slot * SLOT_S
            if (atS < fromS || atS >= toS) continue
            const count = counts ? counts[slot] : EMPTY
            yield { fromS: atS, count: count === EMPTY ? null : count }
        }
    }
}
