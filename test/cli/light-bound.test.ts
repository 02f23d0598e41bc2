import { expect, test } from "vitest"
import { leastMarkedPercent } from "../../cli/measure/light-bound.js"
import { plainLightConditions } from "../../cli/measure/light-grid.js"
import { normalTail } from "../../cli/measure/normal-tail.js"

test.each([
    [0, 0.5],
    [1, 0.158655],
    [-1, 0.841345],
    [6, 9.8659e-10],
])("the tail of normal noise beyond %d deviations", (deviations, chance) => {
    expect(Math.abs(normalTail(deviations) / chance - 1)).toBeLessThan(1e-3)
})

test("with normal noise of a quarter of the flash nobody marks less than 2 % of the slots", () => {
    expect(markedPercentAt(0.25, 10)).toBeGreaterThan(2)
    expect(markedPercentAt(0.25, 1)).toBeGreaterThan(2.5)
})

test("fewer silent slots cost more marks, more noise too, and little noise none", () => {
    expect(markedPercentAt(0.2, 1)).toBeGreaterThan(markedPercentAt(0.2, 10))
    expect(markedPercentAt(0.2, 1)).toBeGreaterThan(1)
    expect(markedPercentAt(0.2, 1)).toBeLessThan(markedPercentAt(0.25, 1))
    expect(markedPercentAt(0.1, 1)).toBeLessThan(0.001)
    expect(markedPercentAt(0, 1)).toBe(0)
})

function markedPercentAt(noise: number, silentPerMillion: number): number {
    const conditions = plainLightConditions("normal").filter(own => own.noise === noise)
    return leastMarkedPercent(conditions, silentPerMillion)
}
