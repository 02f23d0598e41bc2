import { expect, test } from "vitest"
import { START_UNIX_MS } from "../../soak/plan.js"
import { END_MS, lifeOf, truthOf } from "./truth-of.js"

const MINUTE_MS = 60_000
const CUT_MS = 2 * 60 * MINUTE_MS
const at = (ms: number) => START_UNIX_MS + ms
const slotAt = (truth: ReturnType<typeof truthOf>, ms: number) =>
    truth.boundsOf(at(ms), at(ms) + 5000)

test("without faults a slot is known exactly and may not be missing", () => {
    expect(slotAt(truthOf(), CUT_MS)).toEqual({ low: 1, high: 1, mayMiss: false })
    expect(truthOf().totalAt(END_MS)).toEqual({ low: END_MS / 5000, high: END_MS / 5000 })
    expect(truthOf().mayBePoor(at(CUT_MS), at(CUT_MS) + 5000)).toBe(false)
})

/** Off for ten minutes, at two hours. */
function cutLife(isFlashHurt: boolean, offlineMs: number) {
    return lifeOf({
        counting: [
            [-MINUTE_MS, CUT_MS],
            [CUT_MS + 10 * MINUTE_MS, END_MS + 60 * MINUTE_MS],
        ],
        cuts: [{ atMs: CUT_MS, isFlashHurt }],
        disturbed: offlineMs > 0 ? [[CUT_MS - offlineMs, CUT_MS]] : [],
    })
}

test("online, a power cut may cost a minute before it, and the time without power", () => {
    const truth = truthOf([cutLife(false, 0)])
    expect(slotAt(truth, CUT_MS - 70_000).mayMiss).toBe(false)
    expect(slotAt(truth, CUT_MS - 50_000).mayMiss).toBe(true)
    expect(slotAt(truth, CUT_MS + 5 * MINUTE_MS).mayMiss).toBe(true)
    expect(slotAt(truth, CUT_MS + 10 * MINUTE_MS + 10_000).mayMiss).toBe(false)
})

test("offline, it may cost what was counted since the last flash record, and all when flash is wiped", () => {
    const kept = truthOf([cutLife(false, 60 * MINUTE_MS)])
    expect(slotAt(kept, CUT_MS - 13 * MINUTE_MS).mayMiss).toBe(false)
    expect(slotAt(kept, CUT_MS - 9 * MINUTE_MS).mayMiss).toBe(true)
    const wiped = truthOf([cutLife(true, 60 * MINUTE_MS)])
    expect(slotAt(wiped, CUT_MS - 59 * MINUTE_MS).mayMiss).toBe(true)
    expect(slotAt(wiped, CUT_MS - 63 * MINUTE_MS).mayMiss).toBe(false)
})

test("a link loss allows no missing slot, but poor ones", () => {
    const truth = truthOf([lifeOf({ disturbed: [[CUT_MS, CUT_MS + 60 * MINUTE_MS]] })])
    expect(slotAt(truth, CUT_MS + 30 * MINUTE_MS).mayMiss).toBe(false)
    expect(truth.mayBePoor(at(CUT_MS + 30 * MINUTE_MS), at(CUT_MS + 31 * MINUTE_MS))).toBe(true)
})

test("of two boards with one identity the counts add up, and one may fill in for the other", () => {
    const other = lifeOf({ counting: [[CUT_MS, CUT_MS + 60 * MINUTE_MS]] })
    const truth = truthOf([lifeOf(), other])
    expect(slotAt(truth, CUT_MS + 30 * MINUTE_MS)).toEqual({ low: 2, high: 2, mayMiss: false })
    expect(slotAt(truth, CUT_MS - 30 * MINUTE_MS)).toEqual({ low: 1, high: 2, mayMiss: false })
})

test("a step of the server's clock moves what comes after it and leaves a time that is unsure", () => {
    const truth = truthOf([lifeOf()], [{ atMs: CUT_MS, byMs: 30 * MINUTE_MS }])
    expect(slotAt(truth, CUT_MS + MINUTE_MS).mayMiss).toBe(true)
    expect(slotAt(truth, CUT_MS + 20 * MINUTE_MS)).toMatchObject({ high: 0 })
    expect(slotAt(truth, CUT_MS + 60 * MINUTE_MS)).toEqual({ low: 1, high: 1, mayMiss: false })
})
