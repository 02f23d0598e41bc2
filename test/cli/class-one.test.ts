import { describe, expect, test } from "vitest"
import { classOnePoints, idleEnergy, runClassOne } from "../../cli/measure/class-one.js"
import { APPLIANCES, runRecorded } from "../../cli/measure/recorded-mains.js"
import { inventedIn, runSags } from "../../cli/measure/sags.js"
import { hasRecordings } from "../sim/recordings.js"

describe.each([1, 3])("class 1, on chip %i", chip => {
    test.each([
        ["the ends of frequency and voltage", classOnePoints([45, 70], [90, 250], [5, 20, 100])],
        ["all currents at 50 Hz and 230 V", classOnePoints([50], [230])],
    ])("%s: energy, rms and frequency are within their limits", (_name, points) => {
        const results = runClassOne(points, chip)
        expect(results.filter(result => !result.isWithin)).toEqual([])
    })
})

test("no load counts no energy in an hour", () => {
    expect(idleEnergy(3600, 2)).toBe(0)
})

test.skipIf(!hasRecordings).each(APPLIANCES)("$file reads as its README says", appliance => {
    const { powerPercent, powerFactorError } = runRecorded(
        appliance,
        process.env["METERBEAT_DATA"] ?? "",
        1
    )
    expect(Math.abs(powerPercent)).toBeLessThan(1)
    expect(Math.abs(powerFactorError)).toBeLessThan(0.01)
})

describe.each([0, 40, 70, 115, 120])("the voltage goes to %i %%", toPercent => {
    test.each([5, 10, 50])("for %i cycles: seen once, as long and as deep as it was", cycles => {
        const result = runSags(toPercent, cycles, 10, 1)
        expect(result.found).toBe(10)
        expect(result.invented).toBe(0)
        expect(Math.abs(result.worstDurationCycles)).toBeLessThanOrEqual(1)
        expect(Math.abs(result.worstResidualPercent)).toBeLessThanOrEqual(2)
    })
})

test("noise makes no voltage event", () => {
    expect(inventedIn(600, 1)).toBe(0)
})
