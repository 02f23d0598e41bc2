import { beforeAll, describe, expect, test } from "vitest"
import { drain } from "../../cli/drain.js"
import { runScenario } from "../../cli/simulate.js"
import { type Result, resultOf } from "../../cli/simulation-result.js"
import { withVirtualWorld } from "../../cli/virtual-world.js"
import { loadScenario } from "../../sim/scenario.js"
import { KIND_MAINS } from "../../src/wire/channels.js"
import { ENERGY_UNIT_WH } from "../../src/wire/mains-slots.js"
import { silentRuns } from "./silent-runs.js"

const SCENARIO = "scenarios/whole-board.json"
/** Of an ADC without a gain error, but not calibrated: bent at its ends, noisy. */
const UNCALIBRATED = 0.01
/** What a board is thought to need for each wake, read and sum. */
const COSTS = { wakeUs: 300, adcReadUs: 60, burstUsPerPair: 40, mathUsPerPair: 30 }
/** The fastest train drifts through all phases of the grid, where a late tick can hide a pulse. */
const DRIFTING_OFF_MS = 30.03

function pulseChannels(result: Result) {
    return result.channels.filter(({ kind }) => kind !== "mains")
}

describe("six contacts, a light, and eight clamps with a voltage on one board", () => {
    let result: Result
    /** Of each mains channel in the second minute: a board that starts does not see its first second. */
    let powersW: number[]

    beforeAll(async () => {
        const scenario = loadScenario(SCENARIO)
        const durationMs = (scenario.durationS ?? 0) * 1000
        await withVirtualWorld(scenario, {}, async ({ world, view, server, seed, startUnixMs }) => {
            await world.runTo(durationMs)
            for (const { registration } of world.devices) await view.describeChannels(registration)
            await drain(world, view, durationMs)
            result = await resultOf(world, view, { seed, startUnixMs, durationMs })
            const minuteMs = startUnixMs + 60_000
            powersW = server.store
                .channels()
                .filter(({ kind }) => kind === KIND_MAINS)
                .map(({ id }) => {
                    const [count] = server.store.series(
                        id,
                        minuteMs,
                        minuteMs + 60_000,
                        "minute"
                    ).counts
                    return (count ?? 0) * ENERGY_UNIT_WH * 60
                })
        })
    }, 300_000)

    test("count every pulse, the fastest that S0 allows and its bounce included", () => {
        expect(pulseChannels(result)).toHaveLength(7)
        for (const channel of pulseChannels(result)) {
            expect(channel.trueCount).toBeGreaterThan(50)
            expect(channel.countedCount).toBe(channel.trueCount)
            expect(channel.storedCount).toBe(channel.trueCount)
        }
    })

    test("take no tick 5 ms late", () => {
        expect(result.channels.map(({ late }) => late)).toEqual(result.channels.map(() => 0))
        expect(result.panics).toBe(0)
    })

    test("measure the power of every load, and none where there is none", () => {
        const loadsW = [2000, 100, 500, 1000, 50, 0, 3000, 750]
        expect(powersW).toHaveLength(loadsW.length)
        for (const [at, loadW] of loadsW.entries()) {
            if (loadW === 0) expect(powersW[at]).toBe(0)
            else expect(Math.abs(powersW[at] / loadW - 1)).toBeLessThan(UNCALIBRATED)
        }
    })
})

test.each([
    [3, 0],
    [4, 10],
    [5, 20],
])(
    "a board of %i times the costs marks every slot in which it missed a pulse",
    {
        timeout: 300_000,
    },
    async (times, least) => {
        const scenario = loadScenario(SCENARIO)
        for (const [name, cost] of Object.entries(COSTS))
            Object.assign(scenario.costs, { [name]: cost * times })
        Object.assign(scenario.devices[0].channels[0].source, { offMs: DRIFTING_OFF_MS })
        const durationMs = (scenario.durationS ?? 0) * 1000
        await withVirtualWorld(scenario, {}, async ({ world, view, server, seed, startUnixMs }) => {
            await world.runTo(durationMs)
            const [{ registration, sources }] = world.devices
            await view.describeChannels(registration)
            await drain(world, view, durationMs)
            const result = await resultOf(world, view, { seed, startUnixMs, durationMs })
            expect(result.panics).toBe(0)
            let lost = 0
            for (const { trueCount, countedCount, storedCount, late } of pulseChannels(result)) {
                expect(storedCount).toBe(countedCount)
                expect(late).toBeGreaterThan(0)
                lost += (trueCount ?? 0) - (countedCount ?? 0)
            }
            expect(lost).toBeGreaterThanOrEqual(least)
            const range = { fromMs: startUnixMs, toMs: startUnixMs + durationMs }
            for (const { id, number, kind } of server.store.channels())
                if (kind !== KIND_MAINS)
                    expect(silentRuns(server.store, id, sources[number], range)).toEqual([])
        })
    }
)

test("a board whose sums take six times as long spreads them over its ticks, and counts on", {
    timeout: 300_000,
}, async () => {
    const scenario = loadScenario(SCENARIO)
    Object.assign(scenario.costs, { burstUsPerPair: 70, mathUsPerPair: 170 })
    const result = await runScenario(scenario, {})
    for (const { trueCount, countedCount, late } of pulseChannels(result)) {
        // the few ticks until it has noticed
        expect(late).toBeGreaterThan(0)
        expect(late).toBeLessThan(20)
        expect((trueCount ?? 0) - (countedCount ?? 0)).toBeLessThanOrEqual(1)
    }
})
