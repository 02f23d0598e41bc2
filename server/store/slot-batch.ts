import type { Database } from "better-sqlite3"
import { MISSING } from "../../src/wire/report.js"
import { HourCache } from "./hour-cache.js"
import { emptyHour, slotAt, withSlot } from "./slot-hour.js"
import { RESOLUTION_SECONDS } from "./store.js"
import { floorTo, type SumBatch } from "./sum-batch.js"

export const SLOT_S = RESOLUTION_SECONDS.slot
export const HOUR_S = RESOLUTION_SECONDS.hour
const MINUTE_S = RESOLUTION_SECONDS.minute

/** Most pulses that a stored slot can hold; more stay unplaced. */
export const MAX_SLOT_COUNT = 65_534

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

/** Gathers the 5 s slots of one transaction, so that each hour is written once. */
export class SlotBatch {
    private readonly hours: HourCache<Buffer>

    constructor(
        statements: ReturnType<typeof prepareSlots>,
        private readonly sums: SumBatch
    ) {
        this.hours = new HourCache({
            read: (channel, hour) => statements.hour.get(channel, hour) ?? emptyHour(),
            write: (channel, hour, counts) => void statements.saveHour.run(channel, hour, counts),
        })
    }

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
        this.hours.flush()
    }

    forget(): void {
        this.hours.forget()
    }

    private addWithinMinute(
        channel: number,
        fromS: number,
        slots: number[],
        from: number,
        end: number
    ): number {
        const hour = Math.floor(fromS / HOUR_S)
        const entry = this.hours.of(channel, hour)
        let inHour = (fromS - hour * HOUR_S) / SLOT_S
        let placed = 0
        let coveredS = 0
        for (let at = from; at < end; at++, inHour++) {
            const count = slots[at]
            if (count === MISSING) continue
            const before = slotAt(entry.content, inHour)
            const held = before === MISSING ? 0 : before
            const after = Math.min(held + count, MAX_SLOT_COUNT)
            entry.content = withSlot(entry.content, inHour, after)
            placed += after - held
            if (before === MISSING) coveredS += SLOT_S
            else if (after === before) continue
            this.hours.noteChange(entry)
        }
        this.sums.add(channel, fromS, MINUTE_S, placed, coveredS)
        return placed
    }
}
