import { describe, expect, test } from "vitest"
import { localDateStartMs } from "../../server/local-days.js"
import { localEdges } from "../../server/local-steps.js"
import { sensorBetween } from "../../server/sensor-series.js"
import type { Sensor } from "../../server/store/device-settings.js"
import type { Store } from "../../server/store/store.js"
import type { Unit } from "../../server/units.js"
import { openTestStore } from "./helpers.js"
import { ingestSlots, knownCount, sumOfSlots } from "./known-days.js"

const PARIS = "Europe/Paris"
const SLOT_MS = 5000
const HOUR_SLOTS = 720

async function storeWith(type: Sensor["type"], startMs: number, hours: number) {
    const store = await openTestStore()
    ingestSlots(store, startMs, hours * HOUR_SLOTS, knownCount)
    store.updateChannel(1, { type, perPulse: 2.5 })
    const sensor = store.addSensor({ name: "meter", type, isEnabled: true, channelIds: [1] })
    return { store, sensor }
}

function between(store: Store, sensor: Sensor, unit: Unit, edgesMs: number[]) {
    const shown = { unit, counting: { flow: "net", isPulses: unit === "count" } } as const
    return sensorBetween(store, sensor, shown, edgesMs)
}

const parisMs = (year: number, month: number, day: number) =>
    localDateStartMs({ year, month, day }, PARIS)

describe("days of known pulses", () => {
    test.each([
        ["23", [2026, 3, 29]],
        ["25", [2026, 10, 25]],
        ["24", [2026, 7, 1]],
    ] as const)(
        "a day of %s hours has its own and no others",
        async (hours, [year, month, day]) => {
            const startMs = parisMs(year, month, day - 1)
            const { store, sensor } = await storeWith(
                "electricity",
                startMs,
                24 + Number(hours) + 24
            )
            const edgesMs = localEdges(startMs, startMs + 60 * 3_600_000, "local-day", PARIS) ?? []
            expect(edgesMs).toEqual(
                [0, 1, 2, 3].map(after => parisMs(year, month, day - 1 + after))
            )
            const places = edgesMs.map(ms => (ms - startMs) / SLOT_MS)
            const expected = [0, 1, 2].map(at => sumOfSlots(places[at], places[at + 1]))
            expect(places[2] - places[1]).toBe(Number(hours) * HOUR_SLOTS)
            expect(between(store, sensor, "count", edgesMs)).toEqual(expected)
            expect(between(store, sensor, "Wh", edgesMs)).toEqual(
                expected.map(count => count * 2.5)
            )
            // the mean power over the day's own hours
            expect(between(store, sensor, "W", edgesMs)[1]).toBeCloseTo(
                (expected[1] * 2.5) / Number(hours),
                9
            )
        }
    )

    test("a day without any is unknown, and a rate is the mean of what was measured", async () => {
        const startMs = parisMs(2026, 7, 1)
        const { store, sensor } = await storeWith("electricity", startMs, 6)
        const edgesMs = [startMs, parisMs(2026, 7, 2), parisMs(2026, 7, 3)]
        const count = sumOfSlots(0, 6 * HOUR_SLOTS)
        expect(between(store, sensor, "count", edgesMs)).toEqual([count, null])
        expect(between(store, sensor, "W", edgesMs)).toEqual([
            expect.closeTo((count * 2.5) / 6, 9),
            null,
        ])
    })
})

describe("gas", () => {
    const startMs = parisMs(2026, 7, 1)
    const edgesMs = [startMs, parisMs(2026, 7, 3)]

    test("is shown as energy by the value of each day", async () => {
        const { store, sensor } = await storeWith("gas", startMs, 48)
        store.saveGasValues(1, [
            { validFrom: "2026-07-02", calorificKwhPerM3: 12, correction: 0.9 },
            { validFrom: "2020-01-01", calorificKwhPerM3: 10, correction: 1 },
        ])
        // the first home's day begins in UTC, two hours later
        const change = 26 * HOUR_SLOTS
        const before = sumOfSlots(0, change) * 2.5 * 10
        const after = sumOfSlots(change, 48 * HOUR_SLOTS) * 2.5 * 10.8
        const [kwh] = between(store, sensor, "kWh", edgesMs)
        expect(kwh).toBeCloseTo((before + after) / 1000, 9)
        const [litres] = between(store, sensor, "l", edgesMs)
        expect(litres).toBeCloseTo(sumOfSlots(0, 48 * HOUR_SLOTS) * 2.5, 9)
    })

    test("of which nothing is known has no energy", async () => {
        const { store, sensor } = await storeWith("gas", startMs, 1)
        expect(() => between(store, sensor, "kWh", edgesMs)).toThrow(
            "The calorific value of this home's gas is not set."
        )
    })
})

describe("steps by the calendar", () => {
    test("touch the whole range", () => {
        const fromMs = Date.UTC(2026, 0, 31, 12)
        expect(localEdges(fromMs, Date.UTC(2026, 1, 28, 23, 30), "local-month", PARIS)).toEqual([
            parisMs(2026, 1, 1),
            parisMs(2026, 2, 1),
            parisMs(2026, 3, 1),
            parisMs(2026, 4, 1),
        ])
    })

    test("are at most 4,000", () => {
        const dayMs = 86_400_000
        expect(localEdges(0, 3000 * dayMs, "local-day", "UTC")).toHaveLength(3001)
        expect(localEdges(0, 4100 * dayMs, "local-day", "UTC")).toBeUndefined()
        expect(localEdges(0, 4100 * dayMs, "local-month", "UTC")).toHaveLength(136)
    })
})
