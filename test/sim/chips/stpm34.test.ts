import { describe, expect, test } from "vitest"
import { ChipHome, CIRCUIT } from "./chip-home.js"

const CLAMPS = [50, 100, 250, 500]
const RATIOS = [1, 10, 100, 1000, 5000, 10000]

async function powerOf(clampA: number, currentA: number, angleDeg: number) {
    const home = new ChipHome([{ ...CIRCUIT, clampA, sagPercent: 0, swellPercent: 0 }])
    home.model.set(1, { voltageV: 230, currentA, angleDeg, frequencyHz: 50 })
    await home.driver.start()
    home.model.settle()
    await home.pollUntil(1000)
    home.takeSlot(1)
    await home.pollUntil(301_000)
    const slot = home.takeSlot(1)
    if (!slot) throw new Error("no slot")
    return { slot, powerDw: home.circuit(1).lastPowerDw }
}

describe("active energy and power of the metering chip", () => {
    for (const clampA of CLAMPS)
        for (const ratio of RATIOS)
            test(`${clampA} A clamp, 1:${ratio}`, async () => {
                for (const angleDeg of [0, 60, -36.87, 180]) {
                    const currentA = clampA / ratio
                    const { slot, powerDw } = await powerOf(clampA, currentA, angleDeg)
                    const trueW = 230 * currentA * Math.cos((angleDeg * Math.PI) / 180)
                    const readW = ((slot.energyIn - slot.energyOut) * 1e-4 * 3600) / 300
                    const limit = ratio <= 5000 ? 0.1 : 0.5
                    expect(Math.abs(readW / trueW - 1) * 100).toBeLessThan(limit)
                    const limitDw = Math.abs(trueW * limit) / 10
                    // half of its own step of 0.1 W beside
                    expect(Math.abs(powerDw - trueW * 10)).toBeLessThan(limitDw + 0.5)
                }
            })
})
