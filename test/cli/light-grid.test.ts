import { expect, test } from "vitest"
import { fastLightConditions, lightConditions, lightGrid } from "../../cli/measure/light-grid.js"
import { Judge, slotTruths } from "../../cli/measure/light-score.js"
import { summarizeLight } from "../../cli/measure/light-summary.js"

const FLAGGED_PERCENT = 1

test("has a cell for every combination", () => {
    expect(lightConditions()).toHaveLength(2352)
})

test("up to a tenth of noise nothing is silent, and nearly every cell is exact", () => {
    const conditions = fastLightConditions().filter(({ noise }) => noise <= 0.1)
    const summary = summarizeLight(lightGrid({ seed: 1, conditions }))
    expect(summary.silentSlots).toBe(0)
    expect(summary.silentBlindSlots).toBe(0)
    expect(summary.flaggedRightPercent).toBeLessThan(FLAGGED_PERCENT)
    expect(summary.exactCells).toBeGreaterThan(0.97 * summary.cells)
    expect(summary.exactCells).toBeGreaterThan(5 * summary.blinkikiExactCells)
})

test("with a quarter of noise long flashes still count, and short ones are flagged", () => {
    const conditions = lightConditions().filter(
        ({ contrast, noise, flashesPerHour, ambient }) =>
            noise === 0.25 && flashesPerHour === 3600 && contrast === 3 && ambient === "steady"
    )
    const cells = lightGrid({ seed: 1, conditions })
    const worst = cells.find(cell => cell.conditions.flashMs === 25)
    const best = cells.find(cell => cell.conditions.flashMs === 70)
    expect(worst?.ours.flaggedRightSlots).toBe(worst?.ours.rightSlots)
    expect(best?.ours.wrongSlots).toBe(0)
})

test("a flash at a slot's end may count in the next slot, but not be lost or counted twice", () => {
    const truths = slotTruths([1000, 4950, 12_000], 5000, 3)
    expect(truths.map(truth => truth.flashes)).toEqual([2, 0, 1])
    const scores = [
        [1, 1, 1],
        [2, 0, 1],
        [1, 0, 1],
        [2, 1, 1],
    ].map(counts => {
        const judge = new Judge()
        counts.forEach((counted, slot) => {
            judge.addSlot(counted, false, truths[slot])
        })
        return judge.score.silentSlots
    })
    expect(scores).toEqual([0, 0, 1, 1])
})
