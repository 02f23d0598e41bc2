import type { DeviceNote } from "../../store/foreign-store.js"
import type { Store } from "../../store/store.js"
import { type DayBounds, endedDay, placeSet } from "./day.js"
import type { EspmeterPost, SlotSet } from "./post.js"

/** A clock that is further off does not tell which day it posts. */
const MAX_CLOCK_OFF_S = 43_200
const VOLTS_PER_STEP = (3.3 / 255) * 1.8

interface Place {
    deviceId: string
    channelId: number
    timeZone: string
}

/** Unix ms of what was stored; undefined when nothing was new. */
export type Delivered = { fromMs: number; toMs: number } | undefined

/** Stores a post and notes what was not taken, the clock and the battery. */
export function deliver(
    store: Store,
    { deviceId, channelId, timeZone }: Place,
    post: EspmeterPost,
    nowMs: number
): Delivered {
    const aheadS = post.atS - Math.floor(nowMs / 1000)
    const notes: DeviceNote[] = [{ what: "clock_ahead_s", atMs: nowMs, value: aheadS, text: null }]
    const refused = [...post.refused]
    const bounds = endedDay(post.atS * 1000, timeZone)
    const isClockOff = Math.abs(aheadS) > MAX_CLOCK_OFF_S
    let delivered: Delivered
    if (isClockOff) refused.push(`the device's clock is ${Math.abs(aheadS)} s off`)
    else if (!bounds && post.isDaily)
        refused.push("a day is not posted within two hours of midnight")
    else if (bounds) {
        for (const set of post.sets) {
            const readings = placeSet(set, bounds)
            const { stored, conflicting } = store.storeReadings(channelId, readings, nowMs)
            const startMs = bounds[set.slot] * 1000
            if (stored > 0)
                delivered = {
                    fromMs: Math.min(startMs, delivered?.fromMs ?? startMs),
                    toMs: bounds[set.slot + 1] * 1000,
                }
            if (conflicting > 0)
                refused.push(
                    `slot set ${set.slot}: ${conflicting} of its ${readings.length} counts are not what an earlier post said`
                )
            notes.push({ what: "battery_v", atMs: startMs, value: volts(set), text: null })
        }
        if (post.isDaily) refused.push(...missingSets(store, channelId, post, bounds))
    }
    if (refused.length > 0)
        notes.push({
            what: "refused",
            atMs: nowMs,
            value: refused.length,
            text: refused.join("; "),
        })
    store.addNotes(deviceId, notes)
    return delivered
}

/** The device leaves out a set whose checksum is wrong. One that an earlier post brought is not missed. */
function missingSets(
    store: Store,
    channelId: number,
    post: EspmeterPost,
    bounds: DayBounds
): string[] {
    return bounds
        .slice(0, -1)
        .map((_, slot) => slot)
        .filter(slot => post.sets.every(set => set.slot !== slot))
        .filter(slot => !post.refused.some(reason => reason.startsWith(`slot set ${slot}:`)))
        .filter(slot => {
            const [fromMs, toMs] = [bounds[slot] * 1000, bounds[slot + 1] * 1000]
            return store.readings(channelId, fromMs, toMs).length === 0
        })
        .map(slot => `slot set ${slot}: left out, since its checksum was wrong on the device`)
}

function volts({ battery }: SlotSet): number {
    return Math.round(battery * VOLTS_PER_STEP * 1000) / 1000
}
