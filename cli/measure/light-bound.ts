import { type LightConditions, SAMPLE_MS, SLOT_MS } from "./light-signal.js"
import { normalTail } from "./normal-tail.js"

const HALVINGS = 40
/** Logarithms of how much likelier a flash is than none, between which a slot is marked. */
const LOWEST_EVIDENCE = -13
const HIGHEST_EVIDENCE = 26
const EVIDENCE_STEP = 0.5

/** A flash that shows in so many samples: 25 ms show in two as often as in three. */
interface Look {
    /** Of all flashes. */
    share: number
    /** Height of a flash summed over its samples, in standard deviations of that sum. */
    clarity: number
    /** Places for such a flash in a slot that hold none. */
    empty: number
}

interface SlotKind {
    slots: number
    flashes: number
    looks: Look[]
}

interface Outcome {
    markedSlots: number
    silentSlots: number
}

/**
 * Least share of slots, in percent, that anyone has to mark under normal noise so that on average
 * only so many wrong ones in a million stay unmarked; contrast and daylight do not matter to it.
 * The observer of this bound knows height, lengths, noise and base line exactly, and the only places
 * at which a flash may lie, side by side. What is left to it is to tell from the sum of the samples
 * of each place whether one was there.
 */
export function leastMarkedPercent(
    conditions: LightConditions[],
    silentPerMillion: number
): number {
    // without noise nobody errs
    const noisy = conditions.filter(({ noise }) => noise > 0)
    const options = noisy.flatMap(slotKinds).map(outcomes)
    const slots = conditions.reduce((sum, { durationMs }) => sum + durationMs / SLOT_MS, 0)
    const silentSlots = (silentPerMillion * slots) / 1e6
    let low = 1e-3
    let high = 1e9
    for (let i = 0; i < HALVINGS; i++) {
        // what a silent slot costs in marked ones, where both together are least
        const price = Math.sqrt(low * high)
        if (cheapest(options, price).silentSlots > silentSlots) low = price
        else high = price
    }
    return (100 * cheapest(options, high).markedSlots) / slots
}

function slotKinds({ noise, flashMs, flashesPerHour, durationMs }: LightConditions): SlotKind[] {
    const slots = durationMs / SLOT_MS
    const flashesPerSlot = (flashesPerHour * SLOT_MS) / 3_600_000
    const litSlots = slots * Math.min(1, flashesPerSlot)
    const flashes = Math.max(1, flashesPerSlot)
    return [
        { slots: litSlots, flashes, looks: looksOf(noise, flashMs, flashes) },
        { slots: slots - litSlots, flashes: 0, looks: looksOf(noise, flashMs, 0) },
    ]
}

function looksOf(noise: number, flashMs: number, flashes: number): Look[] {
    const least = Math.floor(flashMs / SAMPLE_MS)
    const more = flashMs / SAMPLE_MS - least
    const shares = more === 0 ? [1] : [1 - more, more]
    return shares.map((share, at) => ({
        share,
        clarity: Math.sqrt(least + at) / noise,
        empty: Math.max(0, share * (SLOT_MS / SAMPLE_MS / (least + at) - flashes)),
    }))
}

/** All that such slots can come to: marked when the evidence of a place lies between two bounds. */
function outcomes({ slots, flashes, looks }: SlotKind): Outcome[] {
    const found: Outcome[] = []
    for (let low = LOWEST_EVIDENCE; low <= HIGHEST_EVIDENCE; low += EVIDENCE_STEP)
        for (let high = low; high <= HIGHEST_EVIDENCE; high += EVIDENCE_STEP) {
            let emptyRight = 1
            let emptyUnmarked = 1
            let flashRight = 0
            let flashUnmarked = 0
            for (const { share, clarity, empty } of looks) {
                const least = low / clarity + clarity / 2
                const most = high / clarity + clarity / 2
                const below = 1 - normalTail(least)
                const above = normalTail(most - clarity)
                emptyRight *= below ** empty
                emptyUnmarked *= (below + normalTail(most)) ** empty
                flashRight += share * above
                flashUnmarked += share * (above + normalTail(clarity - least))
            }
            const unmarked = emptyUnmarked * flashUnmarked ** flashes
            const right = emptyRight * flashRight ** flashes
            found.push({
                markedSlots: slots * (1 - unmarked),
                silentSlots: slots * (unmarked - right),
            })
        }
    return found
}

function cheapest(options: Outcome[][], price: number): Outcome {
    const sum = { markedSlots: 0, silentSlots: 0 }
    for (const found of options) {
        let best = found[0]
        for (const outcome of found)
            if (costOf(outcome, price) < costOf(best, price)) best = outcome
        sum.markedSlots += best.markedSlots
        sum.silentSlots += best.silentSlots
    }
    return sum
}

function costOf({ markedSlots, silentSlots }: Outcome, price: number): number {
    return markedSlots + price * silentSlots
}
