import type { Random } from "../random.js"
import type { Segment } from "./flow.js"

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Something people do a few times a day: ranges are [least, most]. */
export interface Habit {
    /** Hours of the day between which it begins. */
    hours: [number, number]
    times: [number, number]
    minutes: [number, number]
    /** W or ml/min. */
    rate: [number, number]
}

interface Use {
    fromMs: number
    toMs: number
    rate: number
}

/** What is always there: a base load and a fridge's compressor. */
export interface Background {
    baseW: number
    fridgeW: number
}

/** Days of a home's load or flow, for ever, each day seeded by its date; time 0 is `startUnixMs`. */
export function* daysOf(
    habits: Habit[],
    background: Background,
    pulsesPerMsPerRate: number,
    startUnixMs: number,
    random: Random
): Generator<Segment, undefined> {
    for (let day = Math.floor(startUnixMs / DAY_MS); ; day++) {
        const uses = usesOfDay(habits, background, random.fork(`day ${day}`))
        const offsetMs = day * DAY_MS - startUnixMs
        for (const { fromMs, toMs, rate } of summed(uses)) {
            if (toMs + offsetMs <= 0) continue
            yield {
                fromMs: Math.max(0, fromMs + offsetMs),
                toMs: toMs + offsetMs,
                pulsesPerMs: rate * pulsesPerMsPerRate,
            }
        }
    }
}

function usesOfDay(habits: Habit[], { baseW, fridgeW }: Background, random: Random): Use[] {
    const uses: Use[] = [{ fromMs: 0, toMs: DAY_MS, rate: Math.round(baseW) }]
    let fridgeMs = -random.between(0, 30) * MINUTE_MS
    while (fridgeW > 0 && fridgeMs < DAY_MS) {
        const toMs = fridgeMs + random.between(12, 18) * MINUTE_MS
        uses.push({ fromMs: fridgeMs, toMs, rate: fridgeW })
        fridgeMs = toMs + random.between(25, 40) * MINUTE_MS
    }
    for (const { hours, times, minutes, rate } of habits) {
        const count = times[0] + random.nextInt(times[1] - times[0] + 1)
        for (let i = 0; i < count; i++) {
            const fromMs = random.between(...hours) * HOUR_MS
            const toMs = fromMs + random.between(...minutes) * MINUTE_MS
            uses.push({ fromMs, toMs, rate: Math.round(random.between(...rate)) })
        }
    }
    return uses
}

/** Adds up what runs at the same time, within the day. */
function* summed(uses: Use[]): Generator<Use, undefined> {
    const changes = uses
        .flatMap(({ fromMs, toMs, rate }) => [
            { atMs: Math.max(0, fromMs), rate },
            { atMs: Math.min(DAY_MS, Math.max(0, toMs)), rate: -rate },
        ])
        .sort((one, other) => one.atMs - other.atMs)
    let rate = 0
    let fromMs = 0
    for (const change of changes) {
        if (change.atMs > fromMs && rate > 0) yield { fromMs, toMs: change.atMs, rate }
        fromMs = change.atMs
        rate += change.rate
    }
}
