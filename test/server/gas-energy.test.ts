import { expect, test } from "vitest"
import { gasValueAt, whPerLitre } from "../../server/gas-energy.js"
import { convertAmount } from "../../server/units.js"

const OLD = { fromMs: 1000, calorificKwhPerM3: 11.2, correction: 0.95 }
const NEW = { fromMs: 2000, calorificKwhPerM3: 11.5, correction: 0.96 }

test.each([
    [0, OLD],
    [1000, OLD],
    [1999, OLD],
    [2000, NEW],
    [9999, NEW],
])("at %d ms", (ms, value) => {
    expect(gasValueAt([OLD, NEW], ms)).toBe(value)
})

test("without values there is none", () => {
    expect(gasValueAt([], 5)).toBeUndefined()
})

test("100 cubic metres of 11.2 kWh, corrected by 0.95, are 1,064 kWh", () => {
    expect(convertAmount("kWh", 100_000 * whPerLitre(OLD), 0)).toBeCloseTo(1064, 9)
})
