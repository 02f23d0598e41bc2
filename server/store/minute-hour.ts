import { fromZigzag, putVarint, toZigzag, VarintReader, varintSize } from "../../src/wire/bytes.js"

export const MINUTES_PER_HOUR = 60
const MINUTE_S = 60

/**
 * The sums of an hour's minutes. Each is stored as two zigzag varints, covered seconds and count, which are
 * both 0 where nothing was sampled. What is taken back later than the rest was deleted leaves less than 0.
 */
export class MinuteHour {
    readonly counts: number[] = new Array(MINUTES_PER_HOUR).fill(0)
    readonly coveredS: number[] = new Array(MINUTES_PER_HOUR).fill(0)

    static decode(bytes: Buffer): MinuteHour {
        const hour = new MinuteHour()
        const reader = new VarintReader(bytes, 0)
        for (let at = 0; at < MINUTES_PER_HOUR; at++) {
            hour.coveredS[at] = fromZigzag(reader.next())
            hour.counts[at] = fromZigzag(reader.next())
        }
        if (reader.failed || !reader.isAtEnd())
            throw new Error("an hour of minutes is not as long as its contents")
        return hour
    }

    encode(): Buffer {
        const values: number[] = []
        let size = 0
        for (let at = 0; at < MINUTES_PER_HOUR; at++)
            for (const value of [this.coveredS[at], this.counts[at]]) {
                const unsigned = toZigzag(value)
                values.push(unsigned)
                size += varintSize(unsigned)
            }
        const bytes = Buffer.allocUnsafe(size)
        let at = 0
        for (const value of values) at = putVarint(bytes, at, value)
        return bytes
    }

    /** Adds to the minute that starts `inHourS` into the hour. */
    add(inHourS: number, count: number, coveredS: number): void {
        const at = inHourS / MINUTE_S
        this.counts[at] += count
        this.coveredS[at] += coveredS
    }

    isHeld(at: number): boolean {
        return this.counts[at] !== 0 || this.coveredS[at] !== 0
    }

    get isEmpty(): boolean {
        return !this.counts.some((_count, at) => this.isHeld(at))
    }
}
