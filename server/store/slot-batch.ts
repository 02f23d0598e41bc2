import type { Database } from "better-sqlite3"
import { MISSING } from "../../src/wire/report.js"
import { emptyHour, slotAt, withSlot } from "./slot-hour.js"
import { RESOLUTION_SECONDS } from "./store.js"
import { floorTo, type SumBatch } from "./sum-batch.js"

export const SLOT_S = RESOLUTION_SECONDS.slot
export const HOUR_S = RESOLUTION_SECONDS.hour
const MINUTE_S = RESOLUTION_SECONDS.minute

/** Most pulses that a stored slot can hold; more stay unplaced. */
export const MAX_SLOT_COUNT = 65_534

/** Hours kept in memory between transactions, 0.7 kB each, or 1.4. */
const MAX_HOURS = 8192

export function prepareSlots(db: Database) {
    return {
        hour: db
            .prepare<[number, number], Buffer>(
                "SELECT counts FROM slot_hours WHERE channel = ? AND hour = ?"
            )
            .pluck(),
        saveHour: db.prepare<[number, number, Buffer]>(
            `INSERT INTO slot_hours (channel, hour, counts) VALUES (?, ?, ?)
             ON CONFLICT (channel, hour) DO UPDATE SET counts = excluded.counts`
        ),
    }
}

interface Hour {
    channel: number
    hour: number
    counts: Buffer
    isChanged: boolean
}

/** Gathers the 5 s slots of one transaction, so that each hour is written once. */
export class SlotBatch {
    private readonly hours = new Map<number, Hour>()
    private readonly changed: Hour[] = []

    constructor(
        private readonly statements: ReturnType<typeof prepareSlots>,
        private readonly sums: SumBatch
    ) {}

    /** Takes `slots` from index `from` up to `end`, the first at `startS`; returns how many pulses found room. */
    add(channel: number, startS: number, slots: number[], from: number, end: number): number {
        let placed = 0
        let at = from
        while (at < end) {
            const fromS = startS + (at - from) * SLOT_S
            const endS = floorTo(fromS, MINUTE_S) + MINUTE_S
            const untilAt = Math.min(end, at + (endS - fromS) / SLOT_S)
            placed += this.addWithinMinute(channel, fromS, slots, at, untilAt)
            at = untilAt
        }
        return placed
    }

    flush(): void {
        for (const hour of this.changed) {
            this.statements.saveHour.run(hour.channel, hour.hour, hour.counts)
            hour.isChanged = false
        }
        this.changed.length = 0
        if (this.hours.size > MAX_HOURS) this.hours.clear()
    }

    forget(): void {
        this.hours.clear()
        this.changed.length = 0
    }

    private addWithinMinute(
        channel: number,
        fromS: number,
        slots: number[],
        from: number,
        end: number
    ): number {
        const hour = Math.floor(fromS / HOUR_S)
        const entry = this.hourOf(channel, hour)
        let inHour = (fromS - hour * HOUR_S) / SLOT_S
        let placed = 0
        let coveredS = 0
        for (let at = from; at < end; at++, inHour++) {
            const count = slots[at]
            if (count === MISSING) continue
            const before = slotAt(entry.counts, inHour)
            const held = before === MISSING ? 0 : before
            const after = Math.min(held + count, MAX_SLOT_COUNT)
            entry.counts = withSlot(entry.counts, inHour, after)
            placed += after - held
            if (before === MISSING) coveredS += SLOT_S
            else if (after === before) continue
            if (entry.isChanged) continue
            entry.isChanged = true
            this.changed.push(entry)
        }
        this.sums.add(channel, fromS, MINUTE_S, placed, coveredS)
        return placed
    }

    private hourOf(channel: number, hour: number): Hour {
        const key = channel * 2 ** 24 + hour
        const known = this.hours.get(key)
        if (known) return known
        const counts = this.statements.hour.get(channel, hour) ?? emptyHour()
        const found = { channel, hour, counts, isChanged: false }
        this.hours.set(key, found)
        return found
    }
}
