import type { Database } from "better-sqlite3"
import { MINUTES_PER_HOUR, MinuteHour } from "./minute-hour.js"
import { RESOLUTION_SECONDS } from "./store.js"

const HOUR_S = RESOLUTION_SECONDS.hour
const MINUTE_S = RESOLUTION_SECONDS.minute

/** Hours kept in memory between transactions, about 1 kB each. */
const MAX_HOURS = 8192

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

interface Entry {
    channel: number
    hour: number
    sums: MinuteHour
    isChanged: boolean
}

/** Gathers the sums of minutes of one transaction, so that each hour of them is written once. */
export class MinuteBatch {
    private readonly hours = new Map<number, Entry>()
    private readonly changed: Entry[] = []

    constructor(private readonly statements: ReturnType<typeof prepareMinutes>) {}

    add(channel: number, startS: number, count: number, coveredS: number): void {
        const hour = Math.floor(startS / HOUR_S)
        const entry = this.entryOf(channel, hour)
        entry.sums.add(startS - hour * HOUR_S, count, coveredS)
        if (entry.isChanged) return
        entry.isChanged = true
        this.changed.push(entry)
    }

    flush(): void {
        for (const entry of this.changed) {
            const { channel, hour, sums } = entry
            if (sums.isEmpty) this.statements.remove.run(channel, hour)
            else this.statements.save.run(channel, hour, sums.encode())
            entry.isChanged = false
        }
        this.changed.length = 0
        if (this.hours.size > MAX_HOURS) this.hours.clear()
    }

    forget(): void {
        this.hours.clear()
        this.changed.length = 0
    }

    private entryOf(channel: number, hour: number): Entry {
        const key = channel * 2 ** 24 + hour
        const known = this.hours.get(key)
        if (known) return known
        const stored = this.statements.hour.get(channel, hour)
        const sums = stored ? MinuteHour.decode(stored) : new MinuteHour()
        const entry = { channel, hour, sums, isChanged: false }
        this.hours.set(key, entry)
        return entry
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
