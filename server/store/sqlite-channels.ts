import type { Database } from "better-sqlite3"
import { isClampKind } from "../../src/wire/channels.js"
import { MISSING } from "../../src/wire/report.js"
import { AppError } from "../errors.js"
import { HOUR_S, SLOT_S } from "./slot-batch.js"
import { slotAt } from "./slot-hour.js"
import { type Channel, type ChannelInfo, RESOLUTION_SECONDS, type Store } from "./store.js"

export const CHANNEL_COLUMNS =
    "id, device_id AS deviceId, number, name, kind, type, per_pulse AS perPulse, direction"

const SUM_MS = RESOLUTION_SECONDS.quarter * 1000

type ChannelQueries = Pick<Store, "channels" | "channel" | "updateChannel">
type ChannelRow = ChannelInfo & { lastSlotEndMs: number | null }

export function channelQueries(db: Database): ChannelQueries {
    const columns = `${CHANNEL_COLUMNS}, last_slot_end_ms AS lastSlotEndMs`
    const all = db.prepare<[], ChannelRow>(`SELECT ${columns} FROM channels ORDER BY id`)
    const one = db.prepare<[number], ChannelRow>(`SELECT ${columns} FROM channels WHERE id = ?`)
    const update = db.prepare(
        `UPDATE channels SET name = @name, type = @type, per_pulse = @perPulse,
             direction = @direction
         WHERE id = @id`
    )
    const firstSlotMs = firstSlotQuery(db)
    const firstSumMs = firstSumQuery(db)
    const toChannel = (row: ChannelRow): Channel => {
        const slotMs = firstSlotMs(row.id)
        const sumMs = firstSumMs(row.id)
        // slots that were not kept for ever still have their sums
        const isGone = sumMs !== null && (slotMs === null || sumMs + SUM_MS <= slotMs)
        return { ...row, firstSlotMs: isGone ? sumMs : slotMs }
    }
    const channel = (id: number) => {
        const row = one.get(id)
        return row && toChannel(row)
    }
    return {
        channels: () => all.all().map(toChannel),
        channel,
        updateChannel(id, change) {
            const known = channel(id)
            if (!known) return undefined
            const isFixed = change.type !== undefined || change.perPulse !== undefined
            if (isClampKind(known.kind) && isFixed)
                throw new AppError(
                    "bad_request",
                    "A mains channel measures electricity by itself: it takes no type and no perPulse."
                )
            const changed = { ...known, ...change }
            update.run(changed)
            return changed
        },
    }
}

function firstSumQuery(db: Database): (channelId: number) => number | null {
    const first = db
        .prepare<[number, number], number>(
            "SELECT start_s FROM sums WHERE channel = ? AND seconds = ? ORDER BY start_s LIMIT 1"
        )
        .pluck()
    return channelId => {
        const startS = first.get(channelId, RESOLUTION_SECONDS.quarter)
        return startS === undefined ? null : startS * 1000
    }
}

/** Three look-ups by primary key, however long the history. */
function firstSlotQuery(db: Database): (channelId: number) => number | null {
    const firstHour = db.prepare<[number], { hour: number; counts: Buffer }>(
        "SELECT hour, counts FROM slot_hours WHERE channel = ? ORDER BY hour LIMIT 1"
    )
    const firstCoarse = db.prepare<[number], { startS: number }>(
        `SELECT start_s AS startS FROM coarse_slots WHERE channel = ? AND count IS NOT NULL
         ORDER BY start_s LIMIT 1`
    )
    const firstMains = db.prepare<[number], { startS: number }>(
        "SELECT start_s AS startS FROM mains_slots WHERE channel = ? ORDER BY start_s LIMIT 1"
    )
    return channelId => {
        const startsS: number[] = []
        const fine = firstHour.get(channelId)
        if (fine) startsS.push(fine.hour * HOUR_S + firstSampled(fine.counts) * SLOT_S)
        for (const row of [firstCoarse.get(channelId), firstMains.get(channelId)])
            if (row) startsS.push(row.startS)
        return startsS.length > 0 ? Math.min(...startsS) * 1000 : null
    }
}

/** Index of the first slot that was sampled; an hour is stored only once one was. */
function firstSampled(counts: Buffer): number {
    let at = 0
    while (slotAt(counts, at) === MISSING) at++
    return at
}
