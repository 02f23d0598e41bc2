import type { Database } from "better-sqlite3"

/** Why the slots of a report whose counts are known have no place. */
export const UNPLACED_REASONS = ["not_dated", "clock_ahead", "count_went_back"] as const
export type UnplacedReason = (typeof UNPLACED_REASONS)[number]

export interface UnplacedReport {
    first: number
    end: number
    countFirst: number
    countEnd: number
    /** Unix seconds by the device's clock; null without one. */
    startS: number | null
    reason: UnplacedReason
}

export function prepareUnplaced(db: Database) {
    return {
        add: db.prepare<
            [number, number, number, number, number, number, number | null, UnplacedReason]
        >(
            `INSERT INTO unplaced_reports
                 (boot, channel, first, end_, count_first, count_end, start_s, reason)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (boot, channel, first, end_) DO NOTHING`
        ),
    }
}
