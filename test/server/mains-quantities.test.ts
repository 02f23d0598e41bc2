import { describe, expect, test } from "vitest"
import { quantityOf } from "../../server/mains-quantities.js"
import type { MainsReport } from "../../src/wire/mains-report.js"
import { START_MS } from "./helpers.js"
import { MAINS_ID, makeMains, makeSlot, openWithMains } from "./mains-helpers.js"

describe("quantities of a step", () => {
    const stepOf = async (slots: MainsReport["slots"], resolution: "slot" | "minute") => {
        const { store, add } = await openWithMains()
        add(makeMains({ slots }))
        const [step] = store.mainsSeries(MAINS_ID, START_MS, START_MS + 1, resolution).steps
        if (!step) throw new Error("nothing measured")
        return step
    }

    test.each([
        ["power", 2299.968],
        ["voltage", 230],
        ["current", 12.5],
        ["reactive", 1725],
        ["apparent", 2875],
        ["powerFactor", 2299.968 / 2875],
        ["frequency", 49.99],
        ["angle", 36.9],
        ["energyIn", 3.1944],
        ["energyOut", 0],
        ["share", 12],
    ] as const)("%s of a slot is %d", async (quantity, value) => {
        expect(quantityOf(quantity, await stepOf([makeSlot()], "slot"))).toBeCloseTo(value, 9)
    })

    test("a minute has the mean of powers, and the root of the mean of squares", async () => {
        const weak = makeSlot({ energyIn: 0, energyOut: 1000, currentMa: 0, reactiveDvar: 0 })
        const step = await stepOf([makeSlot(), weak], "minute")
        expect(quantityOf("power", step)).toBeCloseTo((2299.968 - 72) / 2, 9)
        expect(quantityOf("current", step)).toBeCloseTo(12.5 / Math.SQRT2, 9)
        expect(quantityOf("powerFactor", step)).toBeCloseTo((2299.968 - 72) / 2875, 9)
        expect(quantityOf("angle", step)).toBeCloseTo(
            (Math.atan2(1725, 2227.968) * 180) / Math.PI,
            9
        )
    })

    test("says nothing of the phase without current, or without measured voltage", async () => {
        const still = await stepOf([makeSlot({ currentMa: 0, energyIn: 0 })], "slot")
        const apparent = await stepOf([makeSlot({ isApparent: true })], "minute")
        for (const quantity of ["powerFactor", "angle"] as const) {
            expect(quantityOf(quantity, still)).toBeNull()
            expect(quantityOf(quantity, apparent)).toBeNull()
        }
        expect(quantityOf("reactive", apparent)).toBeNull()
    })

    test("frequency is the mean of what is known", async () => {
        const unknown = makeSlot({ frequencyMhz: 0 })
        const mixed = await stepOf([unknown, makeSlot(), unknown], "minute")
        expect(quantityOf("frequency", mixed)).toBeCloseTo(49.99, 9)
        expect(quantityOf("frequency", await stepOf([unknown], "minute"))).toBeNull()
    })
})
