import type { BoardLife, ClockStep } from "../../soak/incidents.js"
import { ChannelTruth } from "../../soak/oracle.js"
import { START_UNIX_MS } from "../../soak/plan.js"
import { SLOT_EMPTY, type StoredChannel } from "../../soak/stored.js"

const HOUR_MS = 3_600_000

/** Six hours with a pulse in the middle of every slot. */
export const END_MS = 6 * HOUR_MS
const EVENTS = Array.from({ length: END_MS / 5000 }, (_, i) => i * 5000 + 2500)

/** A board that was on and online for all of it, but for what `change` says. */
export function lifeOf(change: Partial<BoardLife> = {}): BoardLife {
    return {
        events: [EVENTS],
        counting: [[-60_000, END_MS + HOUR_MS]],
        cuts: [],
        disturbed: [],
        skewed: [],
        blind: [],
        ppm: 0,
        ...change,
    }
}

export function truthOf(lives: BoardLife[] = [lifeOf()], steps: ClockStep[] = []): ChannelTruth {
    return new ChannelTruth(lives, 0, START_UNIX_MS, END_MS, steps)
}

/** What a server without fault holds of those six hours. */
export function storedTruth(): StoredChannel {
    const hours = []
    for (let i = 0; i < END_MS / HOUR_MS; i++)
        hours.push({
            hour: START_UNIX_MS / HOUR_MS + i,
            counts: new Uint16Array(720).fill(1),
        })
    const sums: StoredChannel["sums"] = []
    for (const seconds of [60, 900, 3600, 86_400]) {
        const endS = START_UNIX_MS / 1000 + END_MS / 1000
        for (let startS = START_UNIX_MS / 1000; startS < endS; startS += seconds) {
            const coveredS = Math.min(seconds, END_MS / 1000)
            sums.push({ seconds, startS, count: coveredS / 5, coveredS })
        }
    }
    return {
        deviceId: "0000000000000000",
        number: 0,
        totalCount: EVENTS.length,
        placedCount: EVENTS.length,
        hours,
        coarse: [],
        poor: [],
        sums,
    }
}

/** Sets a slot, by its number since the start; undefined makes it missing. */
export function setSlot(stored: StoredChannel, slot: number, count: number | undefined): void {
    const { counts } = stored.hours[Math.floor(slot / 720)]
    counts[slot % 720] = count ?? SLOT_EMPTY
}
