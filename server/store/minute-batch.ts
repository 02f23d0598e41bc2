import type { Database } from "better-sqlite3"
import { HourCache } from "./hour-cache.js"
import { MINUTES_PER_HOUR, MinuteHour } from "./minute-hour.js"
import { RESOLUTION_SECONDS } from "./store.js"

const HOUR_S = RESOLUTION_SECONDS.hour
const MINUTE_S = RESOLUTION_SECONDS.minute

export function prepareMinutes(db: Database) {
    return {
        hour: db
            .prepare<[number, number], Buffer>(
                "SELECT sums FROM minute_hours WHERE channel = ? AND hour = ?"
            )
            .pluck(),
        save: db.prepare<[number, number, Buffer]>(
            `INSERT INTO minute_hours (channel, hour, sums) VALUES (?, ?, ?)
             ON CONFLICT (channel, hour) DO UPDATE SET sums = excluded.sums`
        ),
        remove: db.prepare<[number, number]>(
            "DELETE FROM minute_hours WHERE channel = ? AND hour = ?"
        ),
    }
}

/** Gathers the sums of minutes of one transaction, so that each hour of them is written once. */
export class MinuteBatch {
    private readonly hours: HourCache<MinuteHour>

    constructor(statements: ReturnType<typeof prepareMinutes>) {
        this.hours = new HourCache({
            read: (channel, hour) => {
                const stored = statements.hour.get(channel, hour)
                return stored ? MinuteHour.decode(stored) : new MinuteHour()
            },
            write: (channel, hour, sums) => {
                if (sums.isEmpty) statements.remove.run(channel, hour)
                else statements.save.run(channel, hour, sums.encode())
            },
        })
    }

    add(channel: number, startS: number, count: number, coveredS: number): void {
        const hour = Math.floor(startS / HOUR_S)
        const entry = this.hours.of(channel, hour)
        entry.content.add(startS - hour * HOUR_S, count, coveredS)
        this.hours.noteChange(entry)
    }

    flush(): void {
        this.hours.flush()
    }

    forget(): void {
        this.hours.forget()
    }
}

/** Reads the sums of minutes that start in a range of Unix seconds, oldest first. */
export function readMinutes(db: Database) {
    const hours = db.prepare<[number, number, number], { hour: number; sums: Buffer }>(
        `SELECT hour, sums FROM minute_hours
         WHERE channel = ? AND hour >= ? AND hour < ? ORDER BY hour`
    )
    return (
        channelId: number,
        fromS: number,
        toS: number,
        visit: (startS: number, count: number, coveredS: number) => void
    ): void => {
        const rows = hours.iterate(channelId, Math.floor(fromS / HOUR_S), Math.ceil(toS / HOUR_S))
        for (const { hour, sums } of rows) {
            const { counts, coveredS } = MinuteHour.decode(sums)
            for (let at = 0; at < MINUTES_PER_HOUR; at++) {
                const startS = hour * HOUR_S + at * MINUTE_S
                if ((counts[at] === 0 && coveredS[at] === 0) || startS < fromS || startS >= toS)
                    continue
                visit(startS, counts[at], Math.min(MINUTE_S, coveredS[at]))
            }
        }
    }
}
