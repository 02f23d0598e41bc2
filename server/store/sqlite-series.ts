import type { Database } from "better-sqlite3"
import { EMPTY_SLOT, HOUR_S, SLOT_S } from "./slot-batch.js"
import { type CountSeries, RESOLUTION_SECONDS, type Store } from "./store.js"
import { floorTo } from "./sum-batch.js"

interface CoarseSlot {
    startS: number
    seconds: number
    count: number
    /** Longer than `seconds` for a share of something longer. */
    cellS: number
}

type SeriesQueries = Pick<Store, "series" | "slots">

export function seriesQueries(db: Database): SeriesQueries {
    const sums = db.prepare<
        [number, number, number, number],
        { startS: number; count: number; coveredS: number }
    >(
        `SELECT start_s AS startS, count, min(seconds, covered_s) AS coveredS FROM sums
         WHERE channel = ? AND seconds = ? AND start_s >= ? AND start_s < ?`
    )
    const slots = readSlots(db)
    const coarse = readCoarse(db)
    return {
        series(channelId, fromMs, toMs, resolution) {
            const seconds = RESOLUTION_SECONDS[resolution]
            const fromS = floorTo(Math.floor(fromMs / 1000), seconds)
            const toS = -floorTo(-Math.ceil(toMs / 1000), seconds)
            const series = emptySeries(fromS, toS, seconds)
            const put = (startS: number, count: number, coveredS: number) => {
                const at = (startS - fromS) / seconds
                series.counts[at] = count
                series.coveredS[at] = coveredS
            }
            if (resolution === "slot")
                slots(channelId, fromS, toS, (startS, count) => put(startS, count, SLOT_S))
            else
                for (const sum of sums.iterate(channelId, seconds, fromS, toS))
                    put(sum.startS, sum.count, sum.coveredS)
            const cells = coarse(channelId, fromS, toS)
            const isInSums = (cell: CoarseSlot) => resolution !== "slot" && cell.seconds <= seconds
            spread(
                series,
                cells.filter(cell => !isInSums(cell)),
                fromS,
                seconds
            )
            return series
        },
        slots(channelId, fromMs, toMs) {
            const found: { startMs: number; count: number }[] = []
            slots(channelId, Math.ceil(fromMs / 1000), Math.ceil(toMs / 1000), (startS, count) =>
                found.push({ startMs: startS * 1000, count })
            )
            return found
        },
    }
}

function emptySeries(fromS: number, toS: number, seconds: number): CountSeries {
    const length = (toS - fromS) / seconds
    return {
        startMs: Array.from({ length }, (_, at) => (fromS + at * seconds) * 1000),
        counts: new Array(length).fill(null),
        coveredS: new Array(length).fill(0),
    }
}

/** Slots longer than a step become flat averages, only where nothing finer is. */
function spread(series: CountSeries, slots: CoarseSlot[], fromS: number, seconds: number): void {
    const freeS = series.coveredS.map(coveredS => seconds - coveredS)
    for (const slot of slots) {
        const endS = slot.startS + slot.seconds
        const first = Math.max(0, Math.floor((slot.startS - fromS) / seconds))
        const last = Math.min(freeS.length, Math.ceil((endS - fromS) / seconds))
        for (let at = first; at < last; at++) {
            const stepS = fromS + at * seconds
            const sharedS = Math.min(endS, stepS + seconds) - Math.max(slot.startS, stepS)
            if (sharedS > freeS[at]) continue
            series.counts[at] = (series.counts[at] ?? 0) + (slot.count * sharedS) / slot.seconds
            series.coveredS[at] = Math.min(seconds, series.coveredS[at] + sharedS)
        }
    }
}

/** Reads the sampled 5 s slots that start in a range of Unix seconds, oldest first: pulses, or energy drawn. */
export function readSlots(db: Database) {
    const hours = db.prepare<[number, number, number], { hour: number; counts: Buffer }>(
        `SELECT hour, counts FROM slot_hours
         WHERE channel = ? AND hour >= ? AND hour < ? ORDER BY hour`
    )
    const mains = db.prepare<[number, number, number], { startS: number; count: number }>(
        `SELECT start_s AS startS, energy_in AS count FROM mains_slots
         WHERE channel = ? AND start_s >= ? AND start_s < ?`
    )
    return (
        channelId: number,
        fromS: number,
        toS: number,
        visit: (startS: number, count: number) => void
    ): void => {
        const rows = hours.iterate(channelId, Math.floor(fromS / HOUR_S), Math.ceil(toS / HOUR_S))
        for (const { hour, counts } of rows) {
            const first = Math.max(0, Math.ceil((fromS - hour * HOUR_S) / SLOT_S))
            const last = Math.min(counts.length / 2, Math.ceil((toS - hour * HOUR_S) / SLOT_S))
            for (let at = first; at < last; at++) {
                const count = counts.readUInt16LE(at * 2)
                if (count !== EMPTY_SLOT) visit(hour * HOUR_S + at * SLOT_S, count)
            }
        }
        for (const { startS, count } of mains.iterate(channelId, fromS, toS)) visit(startS, count)
    }
}

/** Reads the coarse slots that touch a range of Unix seconds. */
export function readCoarse(db: Database) {
    const touching = db.prepare<[{ channel: number; fromS: number; toS: number }], CoarseSlot>(
        `SELECT start_s AS startS, seconds, count, cell_s AS cellS FROM coarse_slots
         WHERE channel = @channel AND start_s < @toS AND start_s + seconds > @fromS
             AND start_s > @fromS - (SELECT longest_cell_s FROM channels WHERE id = @channel)
             AND count IS NOT NULL
         ORDER BY start_s, seconds, count`
    )
    return (channel: number, fromS: number, toS: number): CoarseSlot[] =>
        touching.all({ channel, fromS, toS })
}
