import type { Database } from "better-sqlite3"
import { MISSING } from "../../src/wire/report.js"
import { RESOLUTION_SECONDS } from "./store.js"
import { floorTo, SUM_SECONDS, type SumBatch } from "./sum-batch.js"

export const SLOT_S = RESOLUTION_SECONDS.slot
export const HOUR_S = RESOLUTION_SECONDS.hour
const SLOTS_PER_HOUR = HOUR_S / SLOT_S

/** A stored slot in which nothing was sampled. */
export const EMPTY_SLOT = 0xffff
/** Most pulses that a stored slot can hold; more stay unplaced. */
export const MAX_SLOT_COUNT = EMPTY_SLOT - 1

export function prepareSlots(db: Database) {
    return {
        hour: db.prepare<[number, number], { counts: Buffer }>(
            "SELECT counts FROM slot_hours WHERE channel = ? AND hour = ?"
        ),
        saveHour: db.prepare(
            `INSERT INTO slot_hours (channel, hour, counts) VALUES (?, ?, ?)
             ON CONFLICT (channel, hour) DO UPDATE SET counts = excluded.counts`
        ),
        coarse: db.prepare<[number, number, number]>(
            "SELECT 1 FROM coarse_slots WHERE channel = ? AND start_s = ? AND seconds = ?"
        ),
        addCoarse: db.prepare(
            `INSERT INTO coarse_slots (channel, start_s, seconds, count) VALUES (?, ?, ?, ?)
             ON CONFLICT (channel, start_s, seconds) DO UPDATE SET count = count + excluded.count`
        ),
    }
}

/** Gathers the slots of one transaction, so that each hour is written once. */
export class SlotBatch {
    private readonly hours = new Map<string, { channel: number; hour: number; counts: Buffer }>()

    constructor(
        private readonly statements: ReturnType<typeof prepareSlots>,
        private readonly sums: SumBatch
    ) {}

    /** Takes 5 s slots from `startS` on; returns how many pulses found room. */
    addFine(channel: number, startS: number, slots: number[]): number {
        let placed = 0
        let at = 0
        while (at < slots.length) {
            const fromS = startS + at * SLOT_S
            const endS = floorTo(fromS, 60) + 60
            let count = 0
            let coveredS = 0
            for (; at < slots.length && startS + at * SLOT_S < endS; at++) {
                if (slots[at] === MISSING) continue
                const added = this.addSlot(channel, startS + at * SLOT_S, slots[at])
                count += added.count
                coveredS += added.coveredS
            }
            placed += count
            this.sums.add(channel, fromS, RESOLUTION_SECONDS.minute, count, coveredS)
        }
        return placed
    }

    /** Takes slots of 60 or 300 s; returns how many pulses they hold. */
    addCoarse(channel: number, startS: number, seconds: number, slots: number[]): number {
        let placed = 0
        for (let i = 0; i < slots.length; i++) {
            if (slots[i] === MISSING) continue
            this.addCoarseSlot(channel, startS + i * seconds, seconds, slots[i])
            placed += slots[i]
        }
        return placed
    }

    flush(): void {
        for (const { channel, hour, counts } of this.hours.values())
            this.statements.saveHour.run(channel, hour, counts)
    }

    private addSlot(channel: number, startS: number, count: number) {
        const hour = Math.floor(startS / HOUR_S)
        const counts = this.countsOf(channel, hour)
        const offset = ((startS - hour * HOUR_S) / SLOT_S) * 2
        const before = counts.readUInt16LE(offset)
        const held = before === EMPTY_SLOT ? 0 : before
        const after = Math.min(held + count, MAX_SLOT_COUNT)
        counts.writeUInt16LE(after, offset)
        return { count: after - held, coveredS: before === EMPTY_SLOT ? SLOT_S : 0 }
    }

    private countsOf(channel: number, hour: number): Buffer {
        const key = `${channel} ${hour}`
        const known = this.hours.get(key)
        if (known) return known.counts
        const counts =
            this.statements.hour.get(channel, hour)?.counts ??
            Buffer.alloc(SLOTS_PER_HOUR * 2, EMPTY_SLOT & 0xff)
        this.hours.set(key, { channel, hour, counts })
        return counts
    }

    /** A slot across a boundary is shared out by time, in whole pulses, so that sums stay exact. */
    private addCoarseSlot(channel: number, startS: number, seconds: number, count: number): void {
        const isNew = !this.statements.coarse.get(channel, startS, seconds)
        this.statements.addCoarse.run(channel, startS, seconds, count)
        const level = SUM_SECONDS.find(sum => sum >= seconds) ?? seconds
        const boundaryS = floorTo(startS, level) + level
        const firstS = Math.min(seconds, boundaryS - startS)
        const firstCount = Math.floor((count * firstS) / seconds)
        this.sums.add(channel, startS, level, firstCount, isNew ? firstS : 0)
        const restS = seconds - firstS
        this.sums.add(channel, boundaryS, level, count - firstCount, isNew ? restS : 0)
    }
}
