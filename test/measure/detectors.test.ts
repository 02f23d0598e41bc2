import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { blinkikiSamples } from "../../sim/sources/blinkiki.js"
import { ContactDebouncer } from "../../src/measure/contact-debouncer.js"
import { FLASH_DEFAULTS, FlashDetector, WINDOW_SAMPLES } from "../../src/measure/flash-detector.js"
import { CONTACT_WAVEFORMS, LIGHT_WAVEFORMS } from "./waveforms.js"

const POLL_MS = 10

describe("flash detector", () => {
    test.each(LIGHT_WAVEFORMS)("$name", ({ windowsMv, ends, rejected }) => {
        const detector = new FlashDetector(FLASH_DEFAULTS)
        const found = windowsMv.flatMap((window, at) =>
            (detector.addWindow(window) ?? []).map(ago => (at + 1) * WINDOW_SAMPLES - 1 - ago)
        )
        expect(found).toEqual(ends)
        expect(detector.rejected).toBe(rejected)
    })

    test.each([1, 2, 3, 4, 5])("counts 100,000 flashes without an error, seed %i", seed => {
        const detector = new FlashDetector(FLASH_DEFAULTS)
        const samples = blinkikiSamples(new Random(seed))
        let counted = 0
        let flashed = 0
        let window: number[] = []
        for (const { mv, flashes } of samples) {
            window.push(mv)
            if (window.length < WINDOW_SAMPLES) continue
            counted += detector.addWindow(window)?.length ?? 0
            // a flash still open at the window's end counts with the next one
            if (counted !== flashed && counted !== flashes) break
            flashed = flashes
            window = []
            if (counted >= 100_000) break
        }
        expect(counted).toBe(100_000)
        expect(detector.rejected).toBe(0)
    })
})

describe.each([1, 2, 3])("flashes of %i samples", length => {
    test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("%i samples apart are all counted", gap => {
        const detector = new FlashDetector(FLASH_DEFAULTS)
        let counted = 0
        for (let at = 0; at < (length + gap) * 1000; at += WINDOW_SAMPLES) {
            const window = [0, 1, 2, 3, 4].map(i => ((at + i) % (length + gap) < gap ? 300 : 1300))
            counted += detector.addWindow(window)?.length ?? 0
        }
        // the last one may still be open
        expect(counted).toBeGreaterThanOrEqual(999)
        expect(counted).toBeLessThanOrEqual(1000)
        expect(detector.rejected).toBe(0)
    })
})

describe("blinkiki's light", () => {
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
})

describe("contact debouncer", () => {
    test.each(CONTACT_WAVEFORMS)("$name", ({ levels, begins, rejected }) => {
        const debouncer = new ContactDebouncer()
        const found: number[] = []
        for (let poll = 0; poll < levels.length; poll++) {
            const beganMs = debouncer.addLevel(Number(levels[poll]), poll * POLL_MS)
            if (beganMs !== undefined) found.push(beganMs / POLL_MS)
        }
        expect(found).toEqual(begins)
        expect(debouncer.rejected).toBe(rejected)
    })
})
