import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { ContactDetector, REED_DEFAULTS } from "../../src/measure/contact-detector.js"
import { POOR_QUALITY, TAMPER_NONE } from "../../src/measure/detector.js"
import { PULSE_DEFAULTS } from "../../src/measure/detector-defaults.js"
import { CONTACT_WAVEFORMS } from "./contact-waveforms.js"

const HOUR_MS = 3_600_000
const SLOT_MS = 5000

describe("contact detector", () => {
    test.each(CONTACT_WAVEFORMS)("$name", ({ levels, pollsMs, beginsMs, rejected, ...options }) => {
        const detector = new ContactDetector({ ...PULSE_DEFAULTS, ...options })
        const found = [...levels].map((level, i) =>
            detector.add(Number(level), pollsMs?.[i] ?? i * 10)
        )
        expect(found.filter(beganMs => beganMs !== undefined)).toEqual(beginsMs)
        expect(detector.rejected).toBe(rejected)
        expect(detector.takeTamper()).toBe(TAMPER_NONE)
    })
})

/** An S0 output at its fastest, 30 ms on and 30 ms off, that bounces for up to 5 ms after each edge. */
class BouncingTrain {
    private edge = -1
    private toggles: number[] = []

    constructor(
        private readonly random: Random,
        private readonly phaseMs: number
    ) {}

    levelAt(atMs: number): number {
        const edge = Math.floor((atMs - this.phaseMs) / 30)
        if (edge < 0) return 1
        if (edge !== this.edge) this.startBurst(edge)
        const sinceMs = atMs - this.phaseMs - edge * 30
        const level = edge % 2
        if (sinceMs >= 5) return level
        const toggles = this.toggles.filter(toggleMs => toggleMs <= sinceMs).length
        return toggles % 2 === 1 ? 1 - level : level
    }

    private startBurst(edge: number): void {
        this.edge = edge
        this.toggles = []
        for (let ms = this.random.between(0.1, 5); ms < 5; ms += this.random.between(0.1, 5))
            this.toggles.push(ms)
    }
}

/** When the next poll comes. */
const POLLS: Record<string, (atMs: number, random: Random) => number> = {
    "on the grid": atMs => atMs + 10,
    "up to 5 ms late": (atMs, random) =>
        Math.floor(atMs / 10 + 1) * 10 + (random.next() < 0.5 ? random.between(0, 4.99) : 0),
    "every ms or so": (atMs, random) => atMs + random.between(0.8, 1.5),
    "close in a burst of 26 ms, late after it": (atMs, random) =>
        atMs % 50 < 26 ? atMs + 1.1 : Math.floor(atMs / 10 + 1) * 10 + random.between(0, 4.99),
}

test.each(Object.keys(POLLS))(
    "100,000 bouncing pulses at 16.7 a second, polled %s, are all counted",
    name => {
        const random = new Random(11)
        const phaseMs = 100 + random.between(0, 60)
        const train = new BouncingTrain(random.fork("train"), phaseMs)
        const detector = new ContactDetector(PULSE_DEFAULTS)
        let counted = 0
        for (let atMs = 0; atMs < phaseMs + 6_000_000; atMs = POLLS[name](atMs, random))
            if (detector.add(train.levelAt(atMs), Math.floor(atMs)) !== undefined) counted++
        expect(counted).toBe(100_000)
    }
)

test.each([1, 2, 3, 4, 5])("pulses under 10 ms never count on the grid, seed %i", seed => {
    const random = new Random(seed)
    const detector = new ContactDetector(PULSE_DEFAULTS)
    let beginMs = 0
    let counted = 0
    for (let atMs = 0; atMs < HOUR_MS; atMs += 10) {
        if (atMs > beginMs + 10) beginMs = atMs + random.between(5, 100)
        const level = atMs >= beginMs && atMs < beginMs + 9.99 ? 0 : 1
        if (detector.add(level, atMs) !== undefined) counted++
    }
    expect(counted).toBe(0)
    expect(detector.rejected).toBeGreaterThan(10_000)
})

describe.each([1, 2, 3, 4])("a magnet that rests on a reed's threshold, seed %i", seed => {
    test.each([0, 5, 10, 20, 50])("for an hour, trembling every %i ms or so: one count", meanMs => {
        const random = new Random(seed)
        const detector = new ContactDetector(REED_DEFAULTS)
        let counted = 0
        let level = 1
        let nextMs = 2000
        for (let atMs = 0; atMs < HOUR_MS; atMs += 10) {
            if (meanMs === 0 && atMs >= nextMs) level = random.nextInt(2)
            while (meanMs > 0 && nextMs <= atMs) {
                level = 1 - level
                nextMs -= meanMs * Math.log(1 - random.next())
            }
            if (detector.add(level, atMs) !== undefined) counted++
        }
        expect(counted).toBeLessThanOrEqual(1)
    })
})

test("a magnet that goes on after trembling is counted again within six turns", () => {
    const random = new Random(1)
    const detector = new ContactDetector(REED_DEFAULTS)
    let counted = 0
    for (let atMs = 0; atMs < 60_000; atMs += 10)
        detector.add(atMs < 1000 ? 1 : random.nextInt(2), atMs)
    for (let atMs = 60_000; atMs < 80_000; atMs += 10)
        if (detector.add(Math.floor(atMs / 500) % 2, atMs) !== undefined) counted++
    expect(counted).toBeGreaterThanOrEqual(14)
    expect(counted).toBeLessThanOrEqual(20)
})

describe("quality of a contact", () => {
    function qualities(levelAt: (atMs: number) => number): number[] {
        const detector = new ContactDetector(PULSE_DEFAULTS)
        const found: number[] = []
        for (let atMs = 0; atMs < 10 * SLOT_MS; atMs += 10) {
            detector.add(levelAt(atMs), atMs)
            if (atMs % SLOT_MS === SLOT_MS - 10) found.push(detector.takeQuality())
        }
        return found
    }

    test("is 100 at rest and with clean pulses", () => {
        expect(qualities(() => 1)).toEqual(Array(10).fill(100))
        expect(qualities(atMs => (atMs % 100 < 50 ? 1 : 0))).toEqual(Array(10).fill(100))
    })

    test("falls with bounce, but not to where the count is in doubt", () => {
        const bouncing = qualities(atMs => Number("11111111110101000000"[(atMs / 10) % 20]))
        for (const quality of bouncing) expect(quality).toBeGreaterThanOrEqual(POOR_QUALITY)
        for (const quality of bouncing) expect(quality).toBeLessThan(100)
    })

    test("is poor when levels too short to hold stand alone", () => {
        const short = qualities(atMs => (atMs % 1000 === 500 ? 0 : 1))
        for (const quality of short) expect(quality).toBeLessThan(POOR_QUALITY)
    })

    test("is poor in the slot of such a level alone, though no edge comes after it", () => {
        const poor = qualities(atMs => (atMs === 2 * SLOT_MS + 500 ? 0 : 1))
        expect(poor.map(quality => quality < POOR_QUALITY)).toEqual(
            Array.from({ length: 10 }, (_, slot) => slot === 2)
        )
    })
})
