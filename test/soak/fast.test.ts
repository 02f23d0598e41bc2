import { expect, test } from "vitest"
import { outcomeOf, summarize } from "../../soak/outcome.js"
import { makePlan } from "../../soak/plan.js"
import { startSoak } from "../../soak/run.js"
import { runPlan } from "../../soak/run-seed.js"

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

/** Without shortening, which would take longer than the test may. */
async function runOnce(seed: number, hours: number, devices: number) {
    const plan = makePlan(seed, { hours, devices })
    return outcomeOf(plan, await runPlan(plan, true))
}

test("whole homes keep every invariant under faults, natively", { timeout: 120_000 }, async () => {
    const outcomes = []
    for (const seed of SEEDS) outcomes.push(await runOnce(seed, 48, 2))
    const { failures, deviceDays, slots } = summarize(outcomes)
    expect(failures).toEqual([])
    expect(deviceDays).toBe(32)
    expect(slots).toBeGreaterThan(500_000)
})

test("a seed gives the same run again, in the command's processes too", {
    timeout: 60_000,
}, async () => {
    const once = [await runOnce(9, 24, 1), await runOnce(10, 24, 1)]
    let doneCount = 0
    const { outcomes } = startSoak([9, 10], { hours: 24, devices: 1, isFast: true }, () => {
        doneCount++
    })
    expect(await outcomes).toEqual(once)
    expect(doneCount).toBe(2)
})
