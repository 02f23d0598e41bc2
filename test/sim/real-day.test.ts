import { describe, expect, test } from "vitest"
import { runScenario } from "../../cli/simulate.js"
import { loadScenario } from "../../sim/scenario.js"
import { hasRecordings } from "./recordings.js"

describe.skipIf(!hasRecordings)("recordings, end to end (skipped without METERBEAT_DATA)", () => {
    test("a real day is counted and stored to the pulse", { timeout: 900_000 }, async () => {
        const result = await runScenario(loadScenario("scenarios/refit-day.json"), {})
        const [channel] = result.channels
        expect(channel.trueCount).toBeGreaterThan(8000)
        expect(channel.countedCount).toBe(channel.trueCount)
        expect(channel.storedCount).toBe(channel.trueCount)
        expect(channel).toMatchObject({ lost: 0, duplicated: 0, unplaced: 0 })
    })

    // blinkiki's rule wants a flash of twice the idle light, which none of these has
    test.each(["gas-meter-raw", "ferraris-raw", "water-magnetometer-raw"])(
        "%s runs through, and blinkiki's ratio of 2 counts none of its turns",
        { timeout: 300_000 },
        async name => {
            const result = await runScenario(loadScenario(`scenarios/${name}.json`), {})
            const [channel] = result.channels
            expect(channel.trueCount).toBeGreaterThan(4)
            expect(channel.countedCount).toBe(0)
            expect(channel.storedCount).toBe(0)
            expect(result.panics).toBe(0)
        }
    )
})
