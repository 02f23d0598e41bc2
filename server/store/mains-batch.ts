import type { Database } from "better-sqlite3"
import type { MainsSlot } from "../../src/wire/mains-slots.js"
import {
    addDifference,
    type MainsSums,
    mergeSlots,
    NO_SUMS,
    splitSlot,
    sumsOf,
} from "./mains-sums.js"
import { RESOLUTION_SECONDS } from "./store.js"
import { floorTo, SUM_SECONDS, type SumBatch } from "./sum-batch.js"

const SLOT_S = RESOLUTION_SECONDS.slot

export const MAINS_SLOT_COLUMNS = `energy_in AS energyIn, energy_out AS energyOut,
    reactive_dvar AS reactiveDvar, voltage_cv AS voltageCv, current_ma AS currentMa,
    frequency_mhz AS frequencyMhz, angle_ddeg AS angleDdeg, share_tenths AS shareTenths,
    is_apparent AS isApparent`

/** A slot as the database holds it. */
export type MainsSlotRow = Omit<MainsSlot, "isApparent"> & { isApparent: number }

export function fromRow(row: MainsSlotRow): MainsSlot {
    return { ...row, isApparent: row.isApparent === 1 }
}

export function prepareMains(db: Database) {
    return {
        slot: db.prepare<[number, number], MainsSlotRow>(
            `SELECT ${MAINS_SLOT_COLUMNS} FROM mains_slots WHERE channel = ? AND start_s = ?`
        ),
        saveSlot: db.prepare(
            `INSERT OR REPLACE INTO mains_slots (channel, start_s, energy_in, energy_out,
                 reactive_dvar, voltage_cv, current_ma, frequency_mhz, angle_ddeg, share_tenths,
                 is_apparent)
             VALUES (@channel, @startS, @energyIn, @energyOut, @reactiveDvar, @voltageCv,
                 @currentMa, @frequencyMhz, @angleDdeg, @shareTenths, @isApparent)`
        ),
        addSums: db.prepare(
            `INSERT INTO mains_sums (channel, seconds, start_s, slots, energy_out, reactive_dvar,
                 apparent_cvma, voltage_square, current_square, frequency_mhz, frequency_slots,
                 share_tenths, apparent_slots)
             VALUES (@channel, @seconds, @startS, @slots, @energyOut, @reactiveDvar,
                 @apparentCvma, @voltageSquare, @currentSquare, @frequencyMhz, @frequencySlots,
                 @shareTenths, @apparentSlots)
             ON CONFLICT (channel, seconds, start_s) DO UPDATE SET
                 slots = slots + excluded.slots,
                 energy_out = energy_out + excluded.energy_out,
                 reactive_dvar = reactive_dvar + excluded.reactive_dvar,
                 apparent_cvma = apparent_cvma + excluded.apparent_cvma,
                 voltage_square = voltage_square + excluded.voltage_square,
                 current_square = current_square + excluded.current_square,
                 frequency_mhz = frequency_mhz + excluded.frequency_mhz,
                 frequency_slots = frequency_slots + excluded.frequency_slots,
                 share_tenths = share_tenths + excluded.share_tenths,
                 apparent_slots = apparent_slots + excluded.apparent_slots`
        ),
    }
}

interface Step {
    channel: number
    seconds: number
    startS: number
    sums: MainsSums
}

/** Takes the mains slots of one transaction; each sum is written once. */
export class MainsBatch {
    private readonly steps = new Map<string, Step>()

    constructor(
        private readonly statements: ReturnType<typeof prepareMains>,
        private readonly sums: SumBatch
    ) {}

    /** Takes slots of `seconds` from `startS` on; returns the energy drawn that they hold. */
    add(
        channel: number,
        startS: number,
        seconds: number,
        slots: (MainsSlot | undefined)[]
    ): number {
        let placed = 0
        slots.forEach((slot, at) => {
            if (slot === undefined) return
            placed += slot.energyIn
            const parts = splitSlot(slot, seconds / SLOT_S)
            parts.forEach((part, partAt) => {
                this.addSlot(channel, startS + at * seconds + partAt * SLOT_S, part)
            })
        })
        return placed
    }

    flush(): void {
        for (const { sums, ...step } of this.steps.values())
            this.statements.addSums.run({ ...step, ...sums })
        this.steps.clear()
    }

    forget(): void {
        this.steps.clear()
    }

    private addSlot(channel: number, startS: number, slot: MainsSlot): void {
        const row = this.statements.slot.get(channel, startS)
        const before = row && fromRow(row)
        const after = before ? mergeSlots(before, slot) : slot
        const isApparent = after.isApparent ? 1 : 0
        this.statements.saveSlot.run({ ...after, channel, startS, isApparent })
        const { minute } = RESOLUTION_SECONDS
        this.sums.add(channel, startS, minute, slot.energyIn, before ? 0 : SLOT_S)
        for (const seconds of SUM_SECONDS) {
            const { sums } = this.stepOf(channel, seconds, floorTo(startS, seconds))
            addDifference(sums, sumsOf(after), before ? sumsOf(before) : NO_SUMS)
        }
    }

    private stepOf(channel: number, seconds: number, startS: number): Step {
        const key = `${channel} ${seconds} ${startS}`
        const known = this.steps.get(key)
        if (known) return known
        const step = { channel, seconds, startS, sums: { ...NO_SUMS } }
        this.steps.set(key, step)
        return step
    }
}
