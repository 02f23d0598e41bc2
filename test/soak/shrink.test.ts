import { expect, test } from "vitest"
import { makePlan, type Plan } from "../../soak/plan.js"
import { describePlan, shrink } from "../../soak/shrink.js"

const PLAN = makePlan(3, { hours: 240, devices: 4 })

test("a scenario is shortened to the one fault that makes it fail", async () => {
    const wanted = PLAN.faults[Math.floor(PLAN.faults.length / 2)]
    let trials = 0
    const fails = async (plan: Plan) => {
        trials++
        return plan.faults.some(({ kind, atMs }) => kind === wanted.kind && atMs === wanted.atMs)
    }
    const short = await shrink(PLAN, fails)
    expect(short.faults).toHaveLength(1)
    expect(short.faults[0]).toMatchObject({ kind: wanted.kind, atMs: wanted.atMs })
    expect(short.devices).toHaveLength(1)
    expect(short.durationMs).toBeLessThan(PLAN.durationMs)
    expect(trials).toBeLessThanOrEqual(60)
    expect(describePlan(short)).toContain(wanted.kind)
})

test("it gives up after a bounded number of trials", async () => {
    let trials = 0
    const short = await shrink(PLAN, async () => ++trials % 2 === 0, 10)
    expect(trials).toBe(10)
    expect(short.faults.length).toBeLessThan(PLAN.faults.length)
})
