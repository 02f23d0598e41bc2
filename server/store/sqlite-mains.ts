import type { Database } from "better-sqlite3"
import { fromRow, MAINS_SLOT_COLUMNS, type MainsSlotRow } from "./mains-batch.js"
import { type MainsSums, sumsOf } from "./mains-sums.js"
import { readMinutes } from "./minute-batch.js"
import { type MainsStep, RESOLUTION_SECONDS, type Store } from "./store.js"
import { floorTo } from "./sum-batch.js"

const MINUTE_S = RESOLUTION_SECONDS.minute

const MAINS_SUM_COLUMNS = `energy_out AS energyOut,
    reactive_dvar AS reactiveDvar, apparent_cvma AS apparentCvma,
    voltage_square AS voltageSquare, current_square AS currentSquare,
    frequency_mhz AS frequencyMhz, frequency_slots AS frequencySlots,
    share_tenths AS shareTenths, apparent_slots AS apparentSlots`

export function mainsQueries(db: Database): Pick<Store, "mainsSeries"> {
    const slots = db.prepare<[number, number, number], MainsSlotRow & { startS: number }>(
        `SELECT start_s AS startS, ${MAINS_SLOT_COLUMNS} FROM mains_slots
         WHERE channel = ? AND start_s >= ? AND start_s < ?`
    )
    const minutes = readMinutes(db)
    const minuteSums = db.prepare<[number, number, number], MainsSums & { startS: number }>(
        `SELECT start_s AS startS, slots, 0 AS energyIn, ${MAINS_SUM_COLUMNS} FROM mains_sums
         WHERE channel = ? AND seconds = ${MINUTE_S} AND start_s >= ? AND start_s < ?`
    )
    const sums = db.prepare<[number, number, number, number], MainsSums & { startS: number }>(
        `SELECT start_s AS startS, slots, count AS energyIn, ${MAINS_SUM_COLUMNS}
         FROM mains_sums JOIN sums USING (channel, seconds, start_s)
         WHERE channel = ? AND seconds = ? AND start_s >= ? AND start_s < ?`
    )
    return {
        mainsSeries(channelId, fromMs, toMs, resolution) {
            const seconds = RESOLUTION_SECONDS[resolution]
            const fromS = floorTo(Math.floor(fromMs / 1000), seconds)
            const toS = -floorTo(-Math.ceil(toMs / 1000), seconds)
            const length = (toS - fromS) / seconds
            const steps: (MainsStep | null)[] = new Array(length).fill(null)
            const put = (startS: number, step: MainsStep) => {
                steps[(startS - fromS) / seconds] = step
            }
            if (resolution === "slot")
                for (const row of slots.iterate(channelId, fromS, toS))
                    put(row.startS, { ...sumsOf(fromRow(row)), angleDdeg: row.angleDdeg })
            else if (resolution === "minute") {
                const drawn = new Map<number, number>()
                minutes(channelId, fromS, toS, (startS, count) => drawn.set(startS, count))
                for (const row of minuteSums.iterate(channelId, fromS, toS))
                    put(row.startS, { ...row, energyIn: drawn.get(row.startS) ?? 0 })
            } else
                for (const row of sums.iterate(channelId, seconds, fromS, toS)) put(row.startS, row)
            const startMs = steps.map((_step, at) => (fromS + at * seconds) * 1000)
            return { startMs, steps }
        },
    }
}
