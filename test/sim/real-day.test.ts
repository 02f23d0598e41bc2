import { describe, expect, test } from "vitest"
import { runScenario } from "../../cli/simulate.js"
import { loadScenario, type Scenario } from "../../sim/scenario.js"
import { hasRecordings } from "./recordings.js"

/** METERBEAT_DAYS=1-31 runs other days of the recorded October too. */
const DAYS = daysOf(process.env["METERBEAT_DAYS"] ?? "15-15")

describe.skipIf(!hasRecordings)("recordings, end to end (skipped without METERBEAT_DATA)", () => {
    test.each(DAYS)(
        "day %i of a real month is stored to the pulse",
        { timeout: 900_000 },
        async day => {
            const result = await runScenario(scenarioOfDay(day), {})
            const [channel] = result.channels
            expect(channel.trueCount).toBeGreaterThan(1000)
            expect(channel.countedCount).toBe(channel.trueCount)
            expect(channel.storedCount).toBe(channel.trueCount)
            expect(channel).toMatchObject({ lost: 0, duplicated: 0, unplaced: 0 })
            expect(result.panics).toBe(0)
        }
    )

    test.each([
        ["gas-meter-raw", 5],
        ["ferraris-raw", 6],
        ["water-magnetometer-raw", 75],
    ])(
        "%s: all of its %i turns are counted and stored",
        { timeout: 300_000 },
        async (name, turns) => {
            const result = await runScenario(loadScenario(`scenarios/${name}.json`), {})
            const [channel] = result.channels
            expect(channel.trueCount).toBe(turns)
            expect(channel.countedCount).toBe(turns)
            expect(channel.storedCount).toBe(turns)
            expect(result.panics).toBe(0)
        }
    )
})

function scenarioOfDay(day: number): Scenario {
    const scenario = loadScenario("scenarios/refit-day.json")
    const date = `2014-10-${String(day).padStart(2, "0")}`
    scenario.startTime = `${date}T00:00:00Z`
    const { source } = scenario.devices[0].channels[0]
    if (source.type === "load") source.startAt = date
    return scenario
}

function daysOf(range: string): number[] {
    const [first, last] = range.split("-").map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
