import { describe, expect, test } from "vitest"
import { FRONT_END } from "../../../sim/chips/stpm34.js"
import type { WatchReading } from "../../../sim/chips/stpm34-comparators.js"
import { Random } from "../../../sim/random.js"
import { EVENT_SAG, EVENT_SWELL } from "../../../src/measure/voltage-watch.js"
import { ChipHome, CIRCUIT } from "./chip-home.js"

const NOMINAL_V = 230
const CALM = { voltageV: NOMINAL_V, currentA: 1, angleDeg: 0 }

interface Injected {
    code: number
    beganMs: number
    durationMs: number
    voltageV: number
}

/** A sag or swell of any depth and phase, of a cycle to 60 cycles, most of them short. */
function randomEvent(random: Random, afterMs: number, cycleMs: number): Injected {
    const isSag = random.next() < 0.6
    const part = isSag ? random.next() * 0.88 : 1.12 + random.next() * 0.35
    const cycles = random.next() < 0.6 ? 1 + random.next() * 4 : 5 + random.next() * 55
    return {
        code: isSag ? EVENT_SAG : EVENT_SWELL,
        beganMs: afterMs + 100 + random.next() * 100,
        durationMs: cycles * cycleMs,
        voltageV: NOMINAL_V * part,
    }
}

async function calmHome(reading: WatchReading, frequencyHz: number, turns: number) {
    const home = new ChipHome([CIRCUIT], FRONT_END, reading, turns)
    home.model.set(1, { ...CALM, frequencyHz })
    await home.driver.start()
    home.model.settle()
    await home.watchUntil(1500)
    return home
}

/** Worst errors of random events: of the duration in cycles, and of the voltage in percent of nominal. */
async function worstErrors(
    reading: WatchReading,
    frequencyHz: number,
    count: number,
    seed: number
) {
    const random = new Random(seed)
    const home = await calmHome(reading, frequencyHz, random.next())
    const cycleMs = 1000 / frequencyHz
    let cycles = 0
    let percent = 0
    let beganMs = 0
    for (let i = 0; i < count; i++) {
        home.events.length = 0
        const injected = randomEvent(random, home.model.nowUs / 1000, cycleMs)
        const endMs = injected.beganMs + injected.durationMs
        home.model.set(
            1,
            { ...CALM, frequencyHz, voltageV: injected.voltageV },
            injected.beganMs * 1000
        )
        home.model.set(1, { ...CALM, frequencyHz }, endMs * 1000)
        await home.watchUntil(endMs + 100, () => random.next() * 4)
        expect(home.events.map(event => event.code)).toEqual([injected.code])
        const [event] = home.events
        cycles = Math.max(cycles, Math.abs(event.durationMs - injected.durationMs) / cycleMs)
        const errorV = Math.abs(event.valueCv / 100 - injected.voltageV)
        percent = Math.max(percent, (errorV / NOMINAL_V) * 100)
        beganMs = Math.max(beganMs, Math.abs(event.beganMs - injected.beganMs))
    }
    return { cycles, percent, beganMs }
}

const READINGS: WatchReading[] = [
    { sagTimeFrom: "low", swellEnd: "crest" },
    { sagTimeFrom: "detection", swellEnd: "crest" },
    { sagTimeFrom: "low", swellEnd: "half cycle" },
]

describe("sags and swells of a cycle or more on the metering chip", () => {
    for (const reading of READINGS)
        test.each([45, 50, 60, 65])(
            `each once, sag time from ${reading.sagTimeFrom}, swell per ${reading.swellEnd}, %i Hz`,
            async frequencyHz => {
                const worst = await worstErrors(reading, frequencyHz, 500, frequencyHz)
                expect(worst.cycles).toBeLessThan(1)
                expect(worst.percent).toBeLessThan(2)
            }
        )
})

describe("a quiet voltage", () => {
    test("between 91 and 109 % of nominal, another every second, shows no event in 20 minutes", async () => {
        const random = new Random(7)
        const home = await calmHome(READINGS[0], 50, 0.3)
        for (let second = 2; second < 1200; second++) {
            const voltageV = NOMINAL_V * (0.91 + random.next() * 0.18)
            const frequencyHz = 49.8 + random.next() * 0.4
            home.model.set(1, { ...CALM, frequencyHz, voltageV })
            await home.watchUntil(second * 1000)
        }
        expect(home.events).toEqual([])
    }, 120_000)
})
