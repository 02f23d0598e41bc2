import type { Database } from "better-sqlite3"
import { POOR_QUALITY } from "../../src/wire/limits.js"
import { QUALITY_UNKNOWN } from "../../src/wire/report.js"
import type { Store, TimeSpan } from "./store.js"

/** No report covers more, and no row. */
const LONGEST_SPAN_S = 60_000

export function isPoor(quality: number): boolean {
    return quality < POOR_QUALITY && quality !== QUALITY_UNKNOWN
}

export function preparePoorSpans(db: Database) {
    return {
        add: db.prepare<[number, number, number, number]>(
            `INSERT INTO poor_spans (channel, from_s, to_s, quality) VALUES (?, ?, ?, ?)
             ON CONFLICT (channel, from_s, to_s) DO UPDATE SET
                 quality = min(quality, excluded.quality)`
        ),
    }
}

/** Notes a stretch in which counts may be wrong, of any length. */
export function addPoorSpan(
    { add }: ReturnType<typeof preparePoorSpans>,
    channelId: number,
    { startS, endS }: { startS: number; endS: number },
    quality: number
): void {
    for (let fromS = startS; fromS < endS; fromS += LONGEST_SPAN_S)
        add.run(channelId, fromS, Math.min(endS, fromS + LONGEST_SPAN_S), quality)
}

export function poorSpanQueries(db: Database): Pick<Store, "poorSpans"> {
    const touching = db.prepare<[number, number, number, number], { fromS: number; toS: number }>(
        `SELECT from_s AS fromS, to_s AS toS FROM poor_spans
         WHERE channel = ? AND from_s > ? AND from_s < ? AND to_s > ? ORDER BY from_s`
    )
    return {
        poorSpans(channelId, fromMs, toMs) {
            const fromS = fromMs / 1000
            const rows = touching.all(channelId, fromS - LONGEST_SPAN_S, toMs / 1000, fromS)
            const spans: TimeSpan[] = []
            for (const row of rows) {
                const last = spans.at(-1)
                if (last && row.fromS * 1000 <= last[1]) last[1] = Math.max(last[1], row.toS * 1000)
                else spans.push([row.fromS * 1000, row.toS * 1000])
            }
            return spans
        },
    }
}
