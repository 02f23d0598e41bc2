import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { runScenario } from "../../cli/simulate.js"
import { loadScenario, type Scenario } from "../../sim/scenario.js"
import { temporaryDir } from "../temporary-dir.js"

const scenario = (name: string): Scenario => loadScenario(`scenarios/${name}.json`)

describe("a simulated home", () => {
    test("loses and doubles nothing when its link is cut for an hour", {
        timeout: 120_000,
    }, async () => {
        const result = await runScenario(scenario("link-loss"), {})
        for (const channel of result.channels) {
            expect(channel.trueCount).toBeGreaterThan(100)
            expect(channel.countedCount).toBe(channel.trueCount)
            expect(channel.storedCount).toBe(channel.trueCount)
            expect(channel.unplaced).toBe(0)
        }
        expect(result.panics).toBe(0)
    })

    test("misses a pulse that is shorter than its poll, as a board would", async () => {
        const result = await runScenario(scenario("pulse-too-short"), {})
        const [channel] = result.channels
        expect(channel.trueCount).toBeGreaterThan(100)
        expect(channel.countedCount).toBe(0)
        expect(channel.lost).toBe(channel.trueCount)
    })

    test("invents no flash when a sensor comes from the dark into daylight", async () => {
        const noon = { ...loadScenario("scenarios/bench-two-channels.json"), durationS: 120 }
        noon.startTime = "2026-06-01T12:00:00Z"
        const [channel] = (await runScenario(noon, {})).channels
        expect(channel.trueCount).toBeGreaterThan(20)
        expect(channel.countedCount).toBe(channel.trueCount)
    })

    test("marks late samples on a board that is too slow, and takes none of them twice", async () => {
        const short = { ...scenario("pulse-too-short"), durationS: 200 }
        short.costs = { ...short.costs, wakeUs: 9_000 }
        const [channel] = (await runScenario(short, {})).channels
        expect(channel.countedCount).toBe(0)
        expect(channel.late).toBeGreaterThan(0)
    })

    test("refuses a folder that holds another run's devices", async () => {
        const short = { ...scenario("pulse-too-short"), durationS: 10 }
        const dataDir = temporaryDir()
        await runScenario(short, { dataDir })
        await expect(runScenario(short, { dataDir })).rejects.toThrow(
            `${dataDir} already holds devices: choose an empty folder.`
        )
    })

    test("writes nothing to flash while it runs", async () => {
        const result = await runScenario({ ...scenario("link-loss"), durationS: 1200 }, {})
        expect(result.flashWrites).toBe(0)
    })

    test("gives the same result and the same database for the same seed, to the byte", async () => {
        const short = { ...scenario("link-loss"), durationS: 900, faults: [] }
        const runs = await Promise.all([
            recordRun(short, 5),
            recordRun(short, 5),
            recordRun(short, 6),
        ])
        expect(runs[1]).toEqual(runs[0])
        expect(runs[2].database).not.toEqual(runs[0].database)
    })

    test("counts nine channels at once", { timeout: 120_000 }, async () => {
        const result = await runScenario({ ...scenario("nine-channels"), durationS: 600 }, {})
        expect(result.channels).toHaveLength(9)
        for (const { trueCount, countedCount, storedCount } of result.channels)
            expect([countedCount, storedCount]).toEqual([trueCount, trueCount])
    })
})

async function recordRun(run: Scenario, seed: number) {
    const dataDir = temporaryDir()
    const result = await runScenario(run, { dataDir, seed })
    return {
        json: JSON.stringify(result),
        database: readFileSync(join(dataDir, "meterbeat.db")).toString("base64"),
    }
}
