import { describe, expect, test } from "vitest"
import { type Ending, runCuts } from "../../soak/cuts.js"

const COUNT = 40
const ENDINGS: Ending[] = ["reboot", "power-cut"]

describe.each(ENDINGS)("%s at a random moment", { timeout: 60_000 }, ending => {
    test("online takes what was counted in the last 60 s with it, and flash is not written", async () => {
        const { breaches, count, worstS, meanS, writeShare } = await runCuts(ending, true, COUNT, 7)
        expect(breaches).toEqual([])
        expect(count).toBe(COUNT)
        expect(worstS).toBeLessThanOrEqual(60)
        expect(meanS).toBeGreaterThan(0)
        expect(writeShare).toBe(0)
    })

    test("offline takes what was counted in the last 10 min with it", async () => {
        const { breaches, count, worstS, meanS, writeShare } = await runCuts(
            ending,
            false,
            COUNT,
            7
        )
        expect(breaches).toEqual([])
        expect(count).toBe(COUNT)
        expect(worstS).toBeLessThanOrEqual(600)
        expect(meanS).toBeGreaterThan(0)
        expect(writeShare).toBeGreaterThan(0)
    })
})
