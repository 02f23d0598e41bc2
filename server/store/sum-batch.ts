import type { Database } from "better-sqlite3"
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

export function prepareSums(db: Database) {
    return {
        addSum: db.prepare(
            `INSERT INTO sums (channel, seconds, start_s, count, covered_s)
             VALUES (@channel, @seconds, @startS, @count, min(@seconds, @coveredS))
             ON CONFLICT (channel, seconds, start_s) DO UPDATE SET
                 count = count + excluded.count,
                 covered_s = min(seconds, covered_s + excluded.covered_s)`
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

/** Gathers what one transaction adds to the sums, so that each is written once. */
export class SumBatch {
    private readonly sums = new Map<string, Sum>()

    constructor(private readonly statements: ReturnType<typeof prepareSums>) {}

    /** Adds to the steps around `atS` that are at least `fromSeconds` long. */
    add(channel: number, atS: number, fromSeconds: number, count: number, coveredS: number): void {
        if (count === 0 && coveredS === 0) return
        for (const seconds of SUM_SECONDS) {
            if (seconds < fromSeconds) continue
            const startS = floorTo(atS, seconds)
            const key = `${channel} ${seconds} ${startS}`
            const sum = this.sums.get(key)
            if (sum) {
                sum.count += count
                sum.coveredS += coveredS
            } else this.sums.set(key, { channel, seconds, startS, count, coveredS })
        }
    }

    flush(): void {
        for (const sum of this.sums.values()) this.statements.addSum.run(sum)
    }
}
