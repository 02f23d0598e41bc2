import type { Database } from "better-sqlite3"
import { MinuteBatch, prepareMinutes } from "./minute-batch.js"
import { RESOLUTION_SECONDS } from "./store.js"

/** Lengths of the steps for which sums are kept. */
export const SUM_SECONDS = [
    RESOLUTION_SECONDS.minute,
    RESOLUTION_SECONDS.quarter,
    RESOLUTION_SECONDS.hour,
    RESOLUTION_SECONDS.day,
]

/** The largest multiple of `step` that is not above `value`. */
export function floorTo(value: number, step: number): number {
    return Math.floor(value / step) * step
}

const MINUTE_S = RESOLUTION_SECONDS.minute

export function prepareSums(db: Database) {
    return {
        minutes: prepareMinutes(db),
        add: db.prepare<[number, number, number, number, number]>(
            `INSERT INTO sums (channel, seconds, start_s, count, covered_s) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (channel, seconds, start_s) DO UPDATE SET
                 count = count + excluded.count, covered_s = covered_s + excluded.covered_s`
        ),
        removeEmpty: db.prepare<[number, number, number]>(
            `DELETE FROM sums WHERE channel = ? AND seconds = ? AND start_s = ?
                 AND count = 0 AND covered_s = 0`
        ),
    }
}

interface Sum {
    channel: number
    seconds: number
    startS: number
    count: number
    coveredS: number
}

/**
 * Gathers what one transaction adds to the sums, so that each is written once. Seconds covered add up
 * too, past the step's length where boots overlap; so what is taken back leaves what there was.
 */
export class SumBatch {
    private readonly sums = new Map<number, Sum>()
    private readonly minutes: MinuteBatch

    constructor(private readonly statements: ReturnType<typeof prepareSums>) {
        this.minutes = new MinuteBatch(statements.minutes)
    }

    /** Adds to the steps around `atS` that are at least `fromSeconds` long. */
    add(channel: number, atS: number, fromSeconds: number, count: number, coveredS: number): void {
        if (count === 0 && coveredS === 0) return
        for (let level = 0; level < SUM_SECONDS.length; level++) {
            const seconds = SUM_SECONDS[level]
            if (seconds < fromSeconds) continue
            const startS = floorTo(atS, seconds)
            if (seconds === MINUTE_S) {
                this.minutes.add(channel, startS, count, coveredS)
                continue
            }
            const key = keyOf(channel, level, startS)
            const sum = this.sums.get(key)
            if (sum) {
                sum.count += count
                sum.coveredS += coveredS
            } else this.sums.set(key, { channel, seconds, startS, count, coveredS })
        }
    }

    flush(): void {
        const { add, removeEmpty } = this.statements
        for (const { channel, seconds, startS, count, coveredS } of this.sums.values()) {
            if (count === 0 && coveredS === 0) continue
            add.run(channel, seconds, startS, count, coveredS)
            if (coveredS < 0) removeEmpty.run(channel, seconds, startS)
        }
        this.sums.clear()
        this.minutes.flush()
    }

    forget(): void {
        this.sums.clear()
        this.minutes.forget()
    }
}

/** One number for a step: minutes since 1970 take 28 bits, the level 2. */
function keyOf(channel: number, level: number, startS: number): number {
    return (channel * 4 + level) * 2 ** 28 + startS / 60
}
