import type { Reading } from "./calibration.js"
import { AppError } from "./errors.js"
import { type Quantity, quantityOf } from "./mains-quantities.js"
import { addDifference, type MainsSums, NO_SUMS } from "./store/mains-sums.js"
import { type MainsStep, RESOLUTION_SECONDS, type Store } from "./store/store.js"

const SLOT_MS = RESOLUTION_SECONDS.slot * 1000
const OLDEST_MS = 60_000
/** Averaged, since one slot alone is noisier. */
const SLOTS = 6
/** Share by which the current of a steady load may change from slot to slot. */
const MOST_CHANGE = 0.05
/** Below this change a current is as good as steady: noise does that. */
const LEAST_CHANGE_MA = 50

/**
 * What a channel showed in its newest stored slots, on average. Throws AppError `bad_request` when the
 * newest is too old, when none began after `sinceMs`, or when the load was not steady.
 */
export function newestReading(
    store: Store,
    channelId: number,
    { nowMs, sinceMs }: { nowMs: number; sinceMs: number }
): Reading {
    const fromMs = nowMs - OLDEST_MS - SLOTS * SLOT_MS
    const { startMs, steps } = store.mainsSeries(channelId, fromMs, nowMs, "slot")
    const newest = steps.findLastIndex(step => step !== null)
    const endMs = newest < 0 ? 0 : startMs[newest] + SLOT_MS
    if (nowMs - endMs > OLDEST_MS)
        throw refusal(`the channel's newest slot is older than ${OLDEST_MS / 1000} s`)
    const slots: MainsStep[] = []
    for (let at = newest; at > newest - SLOTS && startMs[at] >= sinceMs; at--) {
        const step = steps[at]
        if (step) slots.push(step)
    }
    if (slots.length === 0)
        throw refusal("no slot has come yet that was measured with the newest settings")
    checkSteady(slots)
    return readingOf(slots)
}

function checkSteady(slots: MainsStep[]): void {
    const currentsMa = slots.map(({ currentSquare }) => Math.sqrt(currentSquare))
    const lowest = Math.min(...currentsMa)
    const highest = Math.max(...currentsMa)
    if (highest - lowest > Math.max(LEAST_CHANGE_MA, MOST_CHANGE * highest))
        throw refusal(
            `the load was not steady: ${lowest / 1000} to ${highest / 1000} A within ${slots.length} slots`
        )
}

function readingOf(slots: MainsStep[]): Reading {
    const sums: MainsSums = { ...NO_SUMS }
    for (const slot of slots) addDifference(sums, slot, NO_SUMS)
    const read = (quantity: Quantity) => quantityOf(quantity, sums) ?? undefined
    return {
        voltageV: read("voltage"),
        currentA: read("current"),
        powerW: sums.apparentSlots > 0 ? undefined : read("power"),
        reactiveVar: read("reactive"),
        frequencyHz: read("frequency"),
    }
}

function refusal(sentence: string): AppError {
    return new AppError("bad_request", `measured: ${sentence}`)
}
