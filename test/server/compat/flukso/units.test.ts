import { expect, test } from "vitest"
import { DEFAULT_PRICES, inUnit, isUnit } from "../../../../server/compat/flukso/units.js"

/** A hundred Wh each second are a number that shows the whole factor. */
test.each([
    ["watt", 1, 3600],
    ["kwhperyear", 1, 31536],
    ["eurperyear", 1, 5676],
    ["audperyear", 1, 5991],
    ["lpermin", 1, 60],
    ["lperday", 1, 86400],
    ["m3peryear", 1, 31536],
    ["watt", 0.0125, 45],
    ["kwhperyear", 0.0125, 394],
    ["eurperyear", 0.0125, 71],
    ["audperyear", 0.0125, 75],
    ["lpermin", 0.0125, 1],
    ["lperday", 0.0125, 1080],
    ["m3peryear", 0.0125, 394],
    ["lpermin", 0.025, 2],
    ["lpermin", -0.025, -2],
    ["lpermin", 0.024, 1],
    ["lpermin", -0.001, 0],
    ["watt", 0, 0],
    ["watt", 20, 72000],
])("in %s, a rate of %d a second is %d", (unit, ratePerS, value) => {
    expect(isUnit(unit)).toBe(true)
    expect(inUnit(ratePerS, unit, DEFAULT_PRICES)).toBe(value)
})

test.each([
    ["eurperyear", 0.25, 7884],
    ["audperyear", 0.25, 5991],
    ["eurperyear", 0.3012, 9498],
    ["eurperyear", 0, 0],
    // 31536 of 0.29 are 9145.44, of 0.07 2207.52
    ["eurperyear", 0.29, 9145],
    ["eurperyear", 0.07, 2207],
])("%s follows the price: at %d a kWh the factor is %d", (unit, eurPerKwh, factor) => {
    expect(inUnit(1, unit, { ...DEFAULT_PRICES, eurPerKwh })).toBe(factor)
})

test.each(["", "W", "Watt", "kwh", "constructor"])("%j is no unit", unit => {
    expect(isUnit(unit)).toBe(false)
})
