import { expect, test } from "vitest"
import { newSlots, type Train } from "../../../../server/compat/blinkiki/slot-train.js"
import { seededNumbers } from "../../helpers.js"

const RING = 10

/** A sensor whose slots are as long as its clock makes them, and whose reports come late at random. */
function run(options: {
    slots: number
    slotMs: number
    lateMs: number
    seed: string
    lost?: number
}) {
    const random = seededNumbers(options.seed)
    const fromMs = Date.UTC(2026, 2, 3)
    const counts: number[] = []
    const stored = new Map<number, number>()
    const told = new Set<number>()
    let train: Train | undefined
    let sent = 0
    for (let slot = 1; slot <= options.slots; slot++) {
        counts.push(random(4))
        const atMs = slot * options.slotMs
        if (slot - sent < 2 + random(2)) continue
        sent = slot
        if (random(100) < (options.lost ?? 0)) continue
        for (let age = 0; age < Math.min(RING, slot); age++) told.add(slot - 1 - age)
        const ring = Array.from({ length: RING }, (_, age) => counts[slot - 1 - age] ?? null)
        const report = { uptimeS: Math.floor((atMs + 20) / 1000), counts: ring }
        const receivedS = Math.floor((fromMs + atMs + random(options.lateMs)) / 1000)
        const found = newSlots(report, receivedS, train)
        if (!found) continue
        train = JSON.parse(JSON.stringify(found.train))
        found.run.counts.forEach((count, at) => {
            const startS = found.run.startS + at * 5
            if (count !== null) stored.set(startS, (stored.get(startS) ?? 0) + count)
        })
    }
    const sum = (of: Iterable<number>) => [...of].reduce((all, each) => all + each, 0)
    const pulses = sum([...told].map(slot => counts[slot]))
    return { pulses, stored, storedPulses: sum(stored.values()), fromMs }
}

test.each([
    { name: "an exact clock", slotMs: 5000, lateMs: 900 },
    { name: "packets up to 3 s late", slotMs: 5000, lateMs: 3000 },
    { name: "a sensor that is 400 ppm fast", slotMs: 4998, lateMs: 900 },
    { name: "a sensor that is 400 ppm slow", slotMs: 5002, lateMs: 900 },
    { name: "one report in ten lost", slotMs: 5000, lateMs: 900, lost: 10 },
])("all pulses of half a day are stored once, with $name", ({ name, ...options }) => {
    const { pulses, stored, storedPulses, fromMs } = run({ slots: 8640, seed: name, ...options })
    expect(storedPulses).toBe(pulses)
    const starts = [...stored.keys()]
    expect(starts.every(startS => startS % 5 === 0)).toBe(true)
    // the last one is where it was, however long the sensor ran
    const endS = Math.max(...starts) + 5
    expect(Math.abs(endS - (fromMs / 1000 + (8640 * options.slotMs) / 1000))).toBeLessThan(20)
})

const report = (uptimeS: number, counts: (number | null)[]) => ({ uptimeS, counts })

test("after a new start all that the sensor has is new", () => {
    const before = newSlots(report(1000, [1, 2, 3, 4]), 5000, undefined)?.train
    const found = newSlots(report(12, [5, 6, null, null]), 5030, before)
    expect(found?.run).toEqual({ startS: 5010, counts: [null, null, 6, 5] })
})

test("after a pause longer than what a report holds, all of it is new and where it was", () => {
    const before = newSlots(report(1000, [1, 2, 3, 4]), 5000, undefined)?.train
    const found = newSlots(report(1600, [1, 2, 3, 4]), 5600, before)
    expect(found?.run).toEqual({ startS: 5580, counts: [4, 3, 2, 1] })
})

test("a step of the server's clock makes no slot new and hides none", () => {
    const before = newSlots(report(1000, [1, 2, 3, 4]), 5000, undefined)?.train
    const found = newSlots(report(1010, [7, 8, 1, 2]), 8610, before)
    expect(found?.run).toEqual({ startS: 8600, counts: [8, 7] })
    const back = newSlots(report(1010, [7, 8, 1, 2]), 3000, before)
    expect(back?.run).toEqual({ startS: 2990, counts: [8, 7] })
})

test("slots of a file are not told again by the first report", () => {
    const found = newSlots(report(1000, [1, 2, 3, 4]), 5011, { receivedS: 5000, endS: 5000 })
    expect(found?.run).toEqual({ startS: 5000, counts: [2, 1] })
})
