import { describe, expect, test } from "vitest"
import {
    convertAmount,
    convertCount,
    FLUKSO_UNITS,
    type FluksoUnit,
    UNITS,
    type Unit,
    unitKind,
    unitsOf,
} from "../../server/units.js"

// 1,234 pulses of 2.5 Wh or l, which are 3,085, in 900 s
const SHOWN: Record<Unit | FluksoUnit, number> = {
    W: 12_340,
    kW: 12.34,
    Wh: 3085,
    kWh: 3.085,
    J: 11_106_000,
    MJ: 11.106,
    count: 1234,
    l: 3085,
    m3: 3.085,
    lpermin: 205.666_666_666_666_66,
    lperh: 12_340,
    lperday: 296_160,
    m3perday: 296.16,
    watt: 12_340,
    kwhperyear: 108_098.4,
    eurperyear: 19_456.066_666_666_666,
    audperyear: 20_535.816_666_666_666,
    m3peryear: 108_098.4,
}

test.each(UNITS)("pulses are shown in %s", unit => {
    expect(convertCount(unit, 1234, 900, 2.5)).toBe(SHOWN[unit])
})

test.each(FLUKSO_UNITS)("amounts are shown in %s", unit => {
    expect(convertAmount(unit, 3085, 900)).toBe(SHOWN[unit])
})

describe("the Fluksometer's factors", () => {
    test.each([
        ["watt", 3600],
        ["kwhperyear", 31_536],
        ["eurperyear", 5676],
        ["audperyear", 5991],
        ["lpermin", 60],
        ["lperday", 86_400],
        ["m3peryear", 31_536],
    ] as const)("one a second is %s %d", (unit, factor) => {
        expect(convertAmount(unit, 1, 1)).toBe(factor)
        expect(unitKind(unit).isRate).toBe(true)
    })
})

test("a rate of what was not measured is unknown, an amount is not", () => {
    const rates = UNITS.filter(unit => convertCount(unit, 3, 0, 1) === null)
    expect(rates).toEqual(["W", "kW", "lpermin", "lperh", "lperday", "m3perday"])
})

test("nothing that was measured is nothing", () => {
    for (const unit of UNITS) expect(convertCount(unit, 0, 5, 2.5)).toBe(0)
})

test("units of each type, the default first", () => {
    const energy = ["W", "kW", "Wh", "kWh", "J", "MJ", "count"]
    const volume = ["lpermin", "l", "m3", "lperh", "lperday", "m3perday", "count"]
    expect(unitsOf("electricity")).toEqual(energy)
    expect(unitsOf("heat")).toEqual(energy)
    expect(unitsOf("gas")).toEqual(volume)
    expect(unitsOf("water")).toEqual(volume)
})
