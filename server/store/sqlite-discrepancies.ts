import type { Database } from "better-sqlite3"
import type { Stretch } from "./coverage.js"
import { type BootStory, discrepanciesOf, nowhere, overlapsOf, sumOf } from "./discrepancies.js"
import type { Store } from "./store.js"
import type { UnplacedReport } from "./unplaced.js"

/** What is told one by one, newest first: one request is some milliseconds of work, whatever is stored. */
export const MAX_TOLD_BOOTS = 200
export const MAX_TOLD_STRETCHES = 2000
export const MAX_TOLD_UNPLACED = 200

interface BootRow {
    id: number
    bootId: number
    bootedMs: number | null
    countSinceBoot: number
    placedCount: number
}

interface StoredStretch extends Stretch {
    boot: number
    endS: number | null
}

type StoredUnplaced = UnplacedReport & { boot: number }

/** Where the oldest row that was read lies: what is older is not told one by one. */
interface Cut {
    boot: number
    number: number
}

export function discrepancyQueries(db: Database): Pick<Store, "discrepancies"> {
    const totals = db.prepare<[number], { totalCount: number; placedCount: number }>(
        "SELECT total_count AS totalCount, placed_count AS placedCount FROM channels WHERE id = ?"
    )
    const newestBoots = db.prepare<[number], BootRow>(
        `SELECT boots.id, boot_id AS bootId, uptime_base_ms AS bootedMs,
             coalesce(count_since_boot, 0) AS countSinceBoot,
             coalesce(boot_counts.placed_count, 0) AS placedCount
         FROM channels JOIN boots USING (device_id)
         LEFT JOIN boot_counts ON boot = boots.id AND channel = channels.id
         WHERE channels.id = ? ORDER BY boots.id DESC LIMIT ${MAX_TOLD_BOOTS}`
    )
    const olderBoots = db.prepare<[number, number], { boots: number; count: number }>(
        `SELECT count(*) AS boots,
             coalesce(sum(max(count_since_boot - boot_counts.placed_count, 0)), 0) AS count
         FROM channels JOIN boots USING (device_id)
         LEFT JOIN boot_counts ON boot = boots.id AND channel = channels.id
         WHERE channels.id = ? AND boots.id < ?`
    )
    const ofBoots = "channel = @channelId AND boot IN (SELECT value FROM json_each(@boots))"
    const stretches = db.prepare<{ channelId: number; boots: string }, StoredStretch>(
        `SELECT boot, first, end_ AS "end", count_first AS countFirst, count_end AS countEnd,
             start_s AS startS, end_s AS endS FROM coverage
         WHERE ${ofBoots}
         UNION ALL
         SELECT boot, first, first + seconds / 5, count_first, count_end, start_s, start_s + seconds
         FROM coarse_slots WHERE ${ofBoots}
         ORDER BY boot DESC, first DESC LIMIT ${MAX_TOLD_STRETCHES}`
    )
    const unplaced = db.prepare<{ channelId: number; boots: string }, StoredUnplaced>(
        `SELECT boot, first, end_ AS "end", count_first AS countFirst, count_end AS countEnd,
             start_s AS startS, reason FROM unplaced_reports
         WHERE ${ofBoots}
         ORDER BY boot DESC, first DESC, end_ DESC LIMIT ${MAX_TOLD_UNPLACED}`
    )
    const toldStories = (channelId: number): { stories: BootStory[]; oldestBoot: number } => {
        const boots = newestBoots.all(channelId)
        const told = { channelId, boots: JSON.stringify(boots.map(({ id }) => id)) }
        const stored = stretches.all(told)
        const reports = unplaced.all(told)
        const cut = laterOf(
            cutAfter(stored, MAX_TOLD_STRETCHES, ({ end }) => end),
            cutAfter(reports, MAX_TOLD_UNPLACED, ({ first }) => first)
        )
        const stretchesOf = oldestFirstByBoot(stored)
        const unplacedOf = oldestFirstByBoot(reports)
        const whole = boots.filter(({ id }) => id >= cut.boot).reverse()
        const stories = whole.map(({ id, ...boot }) => {
            const rows = stretchesOf.get(id) ?? []
            return {
                ...boot,
                ...timesOf(rows),
                stretches: rows.filter(({ first }) => first >= 0),
                unplaced: unplacedOf.get(id) ?? [],
                toldFrom: id === cut.boot ? cut.number : 0,
                isNumbered: !rows.some(({ first }) => first < 0),
            }
        })
        return { stories, oldestBoot: whole[0]?.id ?? 0 }
    }
    return {
        discrepancies(channelId) {
            const total = totals.get(channelId)
            if (!total) return undefined
            const { stories, oldestBoot } = toldStories(channelId)
            const found = stories.flatMap(discrepanciesOf)
            const older = olderBoots.get(channelId, oldestBoot) ?? { boots: 0, count: 0 }
            if (older.count > 0) found.unshift({ ...nowhere(null, "older"), count: older.count })
            const left = total.totalCount - total.placedCount - sumOf(found)
            const reason = left > 0 ? "earlier_version" : "count_went_back"
            if (left !== 0) found.push({ ...nowhere(null, reason), count: left })
            return {
                ...total,
                discrepancies: [...found, ...overlapsOf(stories)],
                boots: stories.map(
                    ({ bootId, bootedMs, fromMs, toMs, countSinceBoot, placedCount }) => ({
                        bootId,
                        bootedMs,
                        fromMs,
                        toMs,
                        countSinceBoot,
                        placedCount,
                    })
                ),
                olderBoots: older.boots,
            }
        },
    }
}

/** `rows` are newest first; when as many came as were asked for, there may be more. */
function cutAfter<Row extends { boot: number }>(
    rows: Row[],
    limit: number,
    numberOf: (row: Row) => number
): Cut {
    const last = rows.length < limit ? undefined : rows.at(-1)
    return last ? { boot: last.boot, number: numberOf(last) } : { boot: 0, number: 0 }
}

function laterOf(one: Cut, other: Cut): Cut {
    if (one.boot === other.boot) return one.number > other.number ? one : other
    return one.boot > other.boot ? one : other
}

/** Rows that came newest first. */
function oldestFirstByBoot<Row extends { boot: number }>(rows: Row[]): Map<number, Row[]> {
    const byBoot = new Map<number, Row[]>()
    for (const row of rows.toReversed()) {
        const others = byBoot.get(row.boot)
        if (others) others.push(row)
        else byBoot.set(row.boot, [row])
    }
    return byBoot
}

function timesOf(rows: StoredStretch[]): { fromMs: number | null; toMs: number | null } {
    const dated = rows.flatMap(({ startS, endS }) =>
        startS === null || endS === null ? [] : [{ startS, endS }]
    )
    if (dated.length === 0) return { fromMs: null, toMs: null }
    const span = dated.reduce((all, row) => ({
        startS: Math.min(all.startS, row.startS),
        endS: Math.max(all.endS, row.endS),
    }))
    return { fromMs: span.startS * 1000, toMs: span.endS * 1000 }
}
