import { describe, expect, test } from "vitest"
import { adcChip, adcCode, adcModelSchema, readMv } from "../../sim/adc-model.js"

const PERFECT = { noiseLsb: 0, nonlinearLsb: 0, gainErrorPercent: 0 }

test.each([
    [0, 0],
    [1650, 2048],
    [3300, 4095],
    [4000, 4095],
    [-5, 0],
])("a perfect chip makes %i mV code %i", (mv, code) => {
    expect(adcCode(mv, 0, adcChip(PERFECT, 1))).toBe(code)
})

test("noise has the asked rms, belongs to the instant, and is another chip's own", () => {
    const chip = adcChip({ ...PERFECT, noiseLsb: 3 }, 1)
    let sum = 0
    let squares = 0
    for (let i = 0; i < 20_000; i++) {
        const off = adcCode(1000, i * 0.08, chip) - (1000 * 4095) / 3300
        sum += off
        squares += off * off
    }
    expect(Math.abs(sum / 20_000)).toBeLessThan(0.1)
    expect(Math.sqrt(squares / 20_000)).toBeCloseTo(3, 1)
    expect(adcCode(1000, 5.08, chip)).toBe(adcCode(1000, 5.08, chip))
    const other = adcChip({ ...PERFECT, noiseLsb: 3 }, 2)
    const codes = Array.from({ length: 20 }, (_, i) => adcCode(1000, i, chip))
    expect(codes).not.toEqual(codes.map((_, i) => adcCode(1000, i, other)))
})

describe("its ends are bent by the cube of the way from the middle", () => {
    test.each([1, 2, 3, 4, 5, 6, 7, 8])("chip %i", seed => {
        const straight = adcChip(PERFECT, seed)
        const chip = adcChip({ ...PERFECT, nonlinearLsb: 12 }, seed)
        expect([Math.abs(chip.lowEndLsb), Math.abs(chip.highEndLsb)]).toEqual([12, 12])
        for (const [mv, share] of [
            [3300 * 0.75, 1 / 8],
            [3300 * 0.95, 0.729],
        ]) {
            const bend = adcCode(mv, 0, chip) - adcCode(mv, 0, straight)
            expect(Math.abs(bend - chip.highEndLsb * share)).toBeLessThanOrEqual(1)
        }
        expect(adcCode(1650, 0, chip)).toBe(2048)
    })
})

test("gains lie evenly within their limits, and both ends' signs occur in all four ways", () => {
    const spec = adcModelSchema.parse({})
    const chips = Array.from({ length: 400 }, (_, seed) => adcChip(spec, seed))
    const gains = chips.map(chip => chip.gain)
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(0.94)
    expect(Math.min(...gains)).toBeLessThan(0.945)
    expect(Math.max(...gains)).toBeLessThanOrEqual(1.06)
    expect(Math.max(...gains)).toBeGreaterThan(1.055)
    expect(new Set(chips.map(chip => `${chip.lowEndLsb} ${chip.highEndLsb}`)).size).toBe(4)
})

test("a read in mV is the code at its nominal worth", () => {
    const chip = adcChip(adcModelSchema.parse({}), 7)
    expect(readMv(1000, 3, chip)).toBe((adcCode(1000, 3, chip) * 3300) / 4095)
})
