import { expect, test } from "vitest"
import type { Fault, FaultKind } from "../../soak/faults.js"
import { makePlan, type Plan, START_UNIX_MS } from "../../soak/plan.js"
import { runPlan, runWorld } from "../../soak/run-seed.js"
import { SLOT_EMPTY, type StoredChannel } from "../../soak/stored.js"

const HOUR_MS = 3_600_000

function fault(kind: FaultKind, atH: number, durationH: number, amount = 0): Fault {
    const device = kind === "server-crash" || kind === "disk-full" ? -1 : 0
    return { kind, device, atMs: atH * HOUR_MS, durationMs: durationH * HOUR_MS, amount }
}

function planWith(seed: number, hours: number, faults: Fault[]): Plan {
    const plan = makePlan(seed, { hours, devices: 1, kinds: [] })
    for (const channel of plan.devices[0].channels) channel.isOffEdges = true
    return { ...plan, faults }
}

test("a home keeps every invariant under faults, on the firmware image", {
    timeout: 240_000,
}, async () => {
    const faults = [
        fault("cut-frame", 0.2, 0),
        fault("link-loss", 0.3, 0.3),
        fault("server-crash", 0.8, 0.01, 9),
        fault("power-cut", 1.2, 0.05),
    ]
    const watch = await runPlan(planWith(5, 2, faults), false)
    expect(watch.breaches).toEqual([])
    expect([...watch.firedCounts.keys()].sort()).toEqual(faults.map(({ kind }) => kind).sort())
})

test("a home whose flash a cut has torn is provisioned again, identity and totals kept", {
    timeout: 240_000,
}, async () => {
    const faults = [fault("link-loss", 0.3, 0.4), fault("flash-torn", 0.3, 0.01)]
    const plan = planWith(1, 1.8, faults)
    const { watch, stored } = await runWorld(plan, false)
    expect(watch.breaches).toEqual([])
    expect(watch.firedCounts.get("flash-torn")).toBe(1)
    expect(new Set(stored.map(({ deviceId }) => deviceId)).size).toBe(1)
    // those of the time after the repair are there
    const newest = Math.max(...stored[0].hours.map(({ hour }) => hour))
    expect(stored[0].hours.at(-1)?.counts.at(0)).toBeLessThan(SLOT_EMPTY)
    expect(newest * HOUR_MS).toBeGreaterThan(START_UNIX_MS)
})

/** Rows that both worlds must have alike: not what tells when or how often a message came. */
function rowsOf(stored: StoredChannel[]) {
    return stored.map(({ number, totalCount, placedCount, hours, coarse, poor, sums }) => ({
        number,
        totalCount,
        placedCount,
        hours: hours.map(({ hour, counts }) => ({ hour, counts: [...counts] })),
        coarse,
        poor,
        sums,
    }))
}

test("both worlds give the same stored rows for the same seed", { timeout: 240_000 }, async () => {
    const plan = planWith(11, 2, [fault("link-loss", 0.3, 0.5), fault("latency", 1.2, 0.2, 800)])
    const plain = await runWorld(plan, false)
    const fast = await runWorld(plan, true)
    expect(plain.watch.breaches).toEqual([])
    expect(fast.watch.breaches).toEqual([])
    expect(rowsOf(plain.stored)).toEqual(rowsOf(fast.stored))
    expect(plain.stored[0].totalCount).toBeGreaterThan(0)
})
