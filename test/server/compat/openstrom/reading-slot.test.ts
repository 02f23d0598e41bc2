import { describe, expect, test } from "vitest"
import type { Reading } from "../../../../server/compat/openstrom/package-schema.js"
import { readingProblem, slotOf } from "../../../../server/compat/openstrom/reading-slot.js"

const READING: Reading = {
    timeS: 1772532000,
    activePowerW: 1000,
    reactivePowerVar: 500,
    voltageV: 230,
    currentA: 5,
}

describe("a reading as a slot", () => {
    test("takes energy from power where none is given", () => {
        expect(slotOf(READING)).toEqual({
            energyIn: 13_889,
            energyOut: 0,
            reactiveDvar: 5000,
            voltageCv: 23_000,
            currentMa: 5000,
            frequencyMhz: 0,
            angleDdeg: 266,
            shareTenths: 255,
            isApparent: false,
        })
        expect(slotOf({ ...READING, activePowerW: -1000, seconds: 300 })).toMatchObject({
            energyIn: 0,
            energyOut: 833_333,
            angleDdeg: 1534,
        })
    })

    test("takes the energies that are given", () => {
        const metered = { ...READING, energyInWh: 1.5, energyOutWh: 0.1, frequencyHz: 49.987 }
        expect(slotOf(metered)).toMatchObject({
            energyIn: 15_000,
            energyOut: 1000,
            frequencyMhz: 49_987,
        })
        expect(slotOf({ ...READING, energyInWh: 1.4 })).toMatchObject({ energyOut: 0 })
    })
})

const problems: [string, Partial<Reading>, string | undefined][] = [
    ["nothing more", {}, undefined],
    ["all that fits", { apparentPowerVa: 1118, powerFactor: 0.894, energyInWh: 1.389 }, undefined],
    ["a load that was on for a third of the time", { activePowerW: 300, currentA: 3 }, undefined],
    ["power above what voltage and current give", { activePowerW: 1300 }, "activePowerW"],
    ["apparent power above it", { apparentPowerVa: 1300 }, "apparentPowerVa"],
    ["power above apparent power", { apparentPowerVa: 900 }, "activePowerW"],
    ["a wrong factor", { apparentPowerVa: 1118, powerFactor: -0.89 }, "powerFactor"],
    ["energy in kWh", { energyInWh: 0.00139 }, "energyInWh"],
    ["energies that cancel out", { energyInWh: 8, energyOutWh: 6.6 }, "energyOutWh"],
]
test.each(problems)("a reading with %s", (_name, change, field) => {
    const problem = readingProblem({ ...READING, ...change })
    if (field === undefined) expect(problem).toBeUndefined()
    else expect(problem).toMatch(new RegExp(`^${field}:`))
})
