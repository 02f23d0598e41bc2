import { localDayStartMs, nextLocalDayStartMs, offsetSpans, utcOffsetMs } from "../../local-days.js"
import type { Reading } from "../../store/foreign-store.js"
import type { SlotSet } from "./post.js"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SETS_A_DAY = 8
const SET_HOURS = 3
const FRAME_S = 300
const FRAMES = 36
/** A day is posted at its end; what comes further from midnight is of no day. */
const MAX_FROM_MIDNIGHT_MS = 2 * HOUR_MS
/** How far the counter's own clock may be off before its time is believed to be another. */
const CLOCK_TOLERANCE = 0.12

/** Unix seconds at which the eight slot sets of a local day begin, and its end. */
export type DayBounds = number[]

/** The local day that ended when a device posted; undefined when none did. */
export function endedDay(atMs: number, timeZone: string): DayBounds | undefined {
    const midnights = [localDayStartMs(atMs, timeZone), nextLocalDayStartMs(atMs, timeZone)]
    const endMs = midnights.find(ms => Math.abs(ms - atMs) <= MAX_FROM_MIDNIGHT_MS)
    if (endMs === undefined) return undefined
    const startMs = localDayStartMs(endMs - 1, timeZone)
    // where clocks skip midnight, the day begins at one
    const midnightMs = Math.floor((startMs + utcOffsetMs(startMs, timeZone)) / DAY_MS) * DAY_MS
    const bounds = [startMs]
    for (let slot = 1; slot < SETS_A_DAY; slot++)
        bounds.push(clockShowsMs(midnightMs + slot * SET_HOURS * HOUR_MS, timeZone))
    return [...bounds, endMs].map(ms => ms / 1000)
}

/**
 * When the pulses of a slot set were. It holds what came since the counter was read before, which is
 * its three hours, or two or four where clocks change, or less or more when a reading failed.
 */
export function placeSet(set: SlotSet, bounds: DayBounds): Reading[] {
    const endS = bounds[set.slot + 1]
    const lengthS = endS - bounds[set.slot]
    const isWhole = Math.abs(set.seconds - lengthS) <= lengthS * CLOCK_TOLERANCE
    const heldS = Math.max(FRAME_S, Math.round(set.seconds / FRAME_S) * FRAME_S)
    const startS = endS - (isWhole ? lengthS : heldS)
    const frames = Math.min(FRAMES, (endS - startS) / FRAME_S)
    return set.counts.slice(0, frames).map((count, frame) => {
        const fromS = startS + frame * FRAME_S
        if (frame < frames - 1) return { startS: fromS, seconds: FRAME_S, count }
        // a counter whose clock is fast has gone on to frames that are no more of its time
        const rest = set.counts.slice(frames).reduce((sum, each) => sum + each, count)
        return { startS: fromS, seconds: endS - fromS, count: rest }
    })
}

/** When clocks show a time, the second time where they show it twice; where they skip it, when they do. */
function clockShowsMs(wallMs: number, timeZone: string): number {
    const spans = offsetSpans(wallMs - DAY_MS, wallMs + DAY_MS, timeZone)
    const shown = spans.filter(({ startMs, endMs, offsetMs }) => {
        const atMs = wallMs - offsetMs
        return atMs >= startMs && atMs < endMs
    })
    const last = shown.at(-1)
    if (last) return wallMs - last.offsetMs
    return spans.find(({ startMs, offsetMs }) => wallMs - offsetMs < startMs)?.startMs ?? wallMs
}
