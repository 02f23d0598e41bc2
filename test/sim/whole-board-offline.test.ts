import { expect, test } from "vitest"
import { runScenario } from "../../cli/simulate.js"
import { loadScenario } from "../../sim/scenario.js"

const OFFLINE_S = 480

test("a board with everything on it, its outbox full of mains reports, loses no pulse and does not panic", {
    timeout: 300_000,
}, async () => {
    const scenario = loadScenario("scenarios/whole-board.json")
    scenario.durationS = OFFLINE_S + 120
    scenario.faults = [{ type: "link-loss", device: "meter", atS: 60, durationS: OFFLINE_S }]
    const result = await runScenario(scenario, {})
    expect(result.panics).toBe(0)
    for (const { kind, trueCount, countedCount, storedCount, unplaced } of result.channels) {
        if (kind === "mains") continue
        expect(countedCount).toBe(trueCount)
        expect(storedCount).toBe(trueCount)
        expect(unplaced).toBe(0)
    }
})
