import { expect, test } from "vitest"
import {
    type Breach,
    judgeRuns,
    judgeSlots,
    judgeSums,
    judgeTotals,
    type Tally,
} from "../../soak/invariants.js"
import { summarize } from "../../soak/outcome.js"
import { START_UNIX_MS } from "../../soak/plan.js"
import type { StoredChannel } from "../../soak/stored.js"
import { END_MS, setSlot, storedTruth, truthOf } from "./truth-of.js"

const RANGE: [number, number] = [START_UNIX_MS, START_UNIX_MS + END_MS]

function judge(stored: StoredChannel): string[] {
    const tally: Tally = { slots: 0, cells: 0, missingSlots: 0, poorSlots: 0 }
    const truth = truthOf()
    const breaches: Breach[] = [
        ...judgeSlots(stored, truth, RANGE, tally),
        ...judgeRuns(stored, truth, RANGE),
        ...judgeTotals(stored, truth, END_MS),
        ...judgeSums(stored),
    ]
    return [...new Set(breaches.map(({ invariant }) => invariant))]
}

function spoilt(spoil: (stored: StoredChannel) => void): string[] {
    const stored = storedTruth()
    spoil(stored)
    return judge(stored)
}

test("what is true breaks nothing", () => {
    expect(judge(storedTruth())).toEqual([])
})

test("a slot with a pulse too few or too many is caught", () => {
    expect(spoilt(stored => setSlot(stored, 700, 0))).toContain("slots-true-or-marked")
    expect(spoilt(stored => setSlot(stored, 700, 2))).toContain("slots-true-or-marked")
})

test("pulses that are short over a run are caught", () => {
    expect(spoilt(stored => setSlot(stored, 700, 0))).toContain("unmarked-sums-equal")
    const isShort = (stored: StoredChannel) => {
        stored.totalCount -= 1
    }
    expect(spoilt(isShort)).toContain("unmarked-sums-equal")
})

test("a mark without a fault is caught", () => {
    expect(spoilt(stored => setSlot(stored, 700, undefined))).toContain("no-marks-without-fault")
    const from = START_UNIX_MS + 3_600_000
    expect(spoilt(stored => stored.poor.push([from, from + 5000]))).toContain(
        "no-marks-without-fault"
    )
})

test("a pulse that is stored twice is caught", () => {
    expect(
        spoilt(stored => {
            setSlot(stored, 700, 2)
            stored.placedCount += 1
        })
    ).toContain("nothing-twice")
    expect(
        spoilt(stored => {
            stored.totalCount += 1
        })
    ).toContain("nothing-twice")
    const startS = START_UNIX_MS / 1000 + 3600
    expect(
        spoilt(stored => stored.coarse.push({ fromS: startS, seconds: 300, count: 60 }))
    ).toContain("nothing-twice")
})

test("a sum that does not agree with its slots is caught, at every resolution", () => {
    for (const seconds of [60, 900, 3600, 86_400])
        expect(
            spoilt(stored => {
                const sum = stored.sums.find(each => each.seconds === seconds)
                if (sum) sum.count++
            })
        ).toEqual(["sums-equal-slots"])
    expect(spoilt(stored => stored.sums.pop())).toEqual(["sums-equal-slots"])
})

test("a kind of fault that never takes effect fails the run", () => {
    const outcome = {
        seed: 1,
        deviceDays: 1,
        planned: ["link-loss" as const, "clone" as const],
        fired: { "link-loss": 2 },
        tally: { slots: 1, cells: 0, missingSlots: 0, poorSlots: 0 },
        missingS: [3, 5],
        flashMissingS: [],
        mostRows: 0,
        mostOutboxBytes: 0,
        breaches: [],
    }
    const { failures, worstMissingS, meanMissingS } = summarize([outcome])
    expect(failures.map(({ breaches }) => breaches[0].detail)).toEqual([
        "clone was planned and never took effect",
    ])
    expect([worstMissingS, meanMissingS]).toEqual([5, 4])
})
