import { expect, test } from "vitest"
import { fastLightConditions, lightConditions, lightGrid } from "../../cli/measure/light-grid.js"
import { Judge, slotTruths } from "../../cli/measure/light-score.js"
import { LightSignal } from "../../cli/measure/light-signal.js"
import { summarizeLight } from "../../cli/measure/light-summary.js"
import { Random } from "../../sim/random.js"

const FLAGGED_PERCENT = 1

test("has a cell for every combination", () => {
    expect(lightConditions("even")).toHaveLength(2352)
})

test.each([1, 2])(
    "with noise of up to a quarter nothing is silent, and few right slots are marked, seed %i",
    seed => {
        const conditions = fastLightConditions("even")
        const summary = summarizeLight(lightGrid({ seed, conditions }))
        expect(summary.silentSlots).toBe(0)
        expect(summary.silentBlindSlots).toBe(0)
        expect(summary.flaggedRightPercent).toBeLessThan(FLAGGED_PERCENT)
        expect(summary.exactCells).toBeGreaterThan(0.97 * summary.cells)
        expect(summary.exactCells).toBeGreaterThan(5 * summary.blinkikiExactCells)
    },
    60_000
)

test.each([
    ["even" as const, 0.24, 0.252],
    ["normal" as const, 0.8, 1.5],
])("%s noise of a quarter reaches as far as it should", (noiseShape, least, most) => {
    const [conditions] = lightConditions(noiseShape).filter(
        ({ contrast, noise, ambient, flashesPerHour }) =>
            contrast === 3 && noise === 0.25 && ambient === "steady" && flashesPerHour === 1
    )
    const signal = new LightSignal(conditions, new Random(1))
    let furthestMv = 0
    for (let atMs = 0; atMs < signal.flashBeginsMs[0]; atMs += 10) {
        const idleMv = signal.idleAt(atMs)
        furthestMv = Math.max(furthestMv, signal.readMv(atMs, idleMv) - idleMv)
    }
    expect(furthestMv / signal.heightMv).toBeGreaterThan(least)
    expect(furthestMv / signal.heightMv).toBeLessThan(most)
})

test("with normal noise of up to a tenth as well", () => {
    const conditions = fastLightConditions("normal").filter(({ noise }) => noise <= 0.1)
    const summary = summarizeLight(lightGrid({ seed: 1, conditions }))
    expect(summary.silentSlots).toBe(0)
    expect(summary.silentBlindSlots).toBe(0)
    expect(summary.flaggedRightPercent).toBeLessThan(FLAGGED_PERCENT)
})

test("a quiet ramp and a lamp's slow beat are followed, not marked", () => {
    const conditions = lightConditions("even").filter(
        ({ contrast, noise, ambient, flashMs, flashesPerHour }) =>
            [3, 20].includes(contrast) &&
            noise <= 0.02 &&
            ambient !== "steady" &&
            flashMs === 40 &&
            flashesPerHour === 1
    )
    const summary = summarizeLight(lightGrid({ seed: 1, conditions }))
    expect(summary.silentSlots).toBe(0)
    expect(summary.flaggedRightPercent).toBeLessThan(0.5)
})

test("with normal noise of a quarter long flashes still count, and short ones are flagged", () => {
    const conditions = lightConditions("normal").filter(
        ({ contrast, noise, flashesPerHour, ambient }) =>
            noise === 0.25 && flashesPerHour === 3600 && contrast === 3 && ambient === "steady"
    )
    const cells = lightGrid({ seed: 1, conditions })
    const worst = cells.find(cell => cell.conditions.flashMs === 25)
    const best = cells.find(cell => cell.conditions.flashMs === 70)
    expect(worst?.ours.flaggedRightSlots).toBeGreaterThan(0.95 * (worst?.ours.rightSlots ?? 0))
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
