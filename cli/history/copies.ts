import Sqlite, { type Database } from "better-sqlite3"

const HOUR_S = 3600
const DAY_S = 86_400

interface Source {
    channel: number
    fromS: number
    toS: number
}

/**
 * Copies of one channel's slots and sums, row by row as ingest would have left them: for histories that
 * would take hours to send.
 */
export function copyHistory(
    file: string,
    { channel, fromS, toS }: Source,
    { years, days }: { years: number; days: number }
): void {
    const db = new Sqlite(file)
    try {
        db.transaction(() => {
            for (let year = 1; year < years; year++)
                copyBack(db, { channel, fromS, toS }, year * (toS - fromS))
        })()
        db.transaction(() => copyToOthers(db, { channel, fromS: toS - days * DAY_S, toS }))()
        db.prepare("UPDATE channels SET last_slot_end_ms = ?").run(toS * 1000)
    } finally {
        db.close()
    }
}

function copyBack(db: Database, { channel, fromS }: Source, byS: number): void {
    for (const [table, packed] of [
        ["slot_hours", "counts"],
        ["minute_hours", "sums"],
    ])
        db.prepare(
            `INSERT INTO ${table} SELECT channel, hour - @hours, ${packed} FROM ${table}
             WHERE channel = @channel AND hour >= @fromHour ORDER BY hour`
        ).run({ channel, hours: byS / HOUR_S, fromHour: fromS / HOUR_S })
    db.prepare(
        `INSERT INTO sums SELECT channel, seconds, start_s - @byS, count, covered_s FROM sums
         WHERE channel = @channel AND start_s >= @fromS ORDER BY seconds, start_s`
    ).run({ channel, byS, fromS })
}

/** In the order of time, as all devices together send. */
function copyToOthers(db: Database, { channel, fromS, toS }: Source): void {
    const range = { channel, fromHour: fromS / HOUR_S, toHour: toS / HOUR_S }
    for (const [table, packed] of [
        ["slot_hours", "counts"],
        ["minute_hours", "sums"],
    ])
        db.prepare(
            `INSERT INTO ${table} SELECT channels.id, hour, ${packed} FROM ${table}, channels
             WHERE channel = @channel AND channels.id <> @channel
                 AND hour >= @fromHour AND hour < @toHour
             ORDER BY hour, channels.id`
        ).run(range)
    db.prepare(
        `INSERT INTO sums SELECT channels.id, seconds, start_s, count, covered_s FROM sums, channels
         WHERE channel = @channel AND channels.id <> @channel AND start_s >= @fromS AND start_s < @toS
         ORDER BY channels.id, seconds, start_s`
    ).run({ channel, fromS, toS })
}
