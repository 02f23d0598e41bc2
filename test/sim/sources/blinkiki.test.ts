import { expect, test } from "vitest"
import { Random } from "../../../sim/random.js"
import { blinkikiSamples } from "../../../sim/sources/blinkiki.js"

test("flashes for three samples, and again at the fifth sample after at the earliest", () => {
    const lows: number[] = []
    const lengths = new Set<number>()
    let dark = 0
    let lit = 0
    for (const { mv, flashes } of blinkikiSamples(new Random(1))) {
        if (mv >= 1300) {
            expect(mv).toBeLessThan(1400)
            if (lit === 0) lows.push(dark)
            lit++
            dark = 0
        } else {
            expect(mv).toBeGreaterThanOrEqual(300)
            expect(mv).toBeLessThan(400)
            if (lit > 0) lengths.add(lit)
            lit = 0
            dark++
        }
        if (flashes > 20_000) break
    }
    expect([...lengths]).toEqual([3])
    const gaps = lows.slice(1)
    expect(Math.min(...gaps)).toBe(5)
    const atOnce = gaps.filter(gap => gap === 5).length / gaps.length
    expect(atOnce).toBeCloseTo(1 / 5, 1)
})
