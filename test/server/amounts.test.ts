import { describe, expect, test } from "vitest"
import { type Amounts, amountsBetween } from "../../server/amounts.js"
import { RESOLUTION_SECONDS, type Resolution } from "../../server/store/store.js"
import { seededNumbers } from "./helpers.js"

const SLOT_MS = 5000
const START_MS = Date.UTC(2026, 2, 3)
const DAYS = 2
const NOTHING_GONE = { slotsGoneBeforeMs: 0, minutesGoneBeforeMs: 0 }

/** Two days of slots, some of them not measured, with every sum of them; counts what is read. */
function slotsOf(seed: string) {
    const below = seededNumbers(seed)
    const slots = Array.from({ length: DAYS * 17_280 }, (_, at) =>
        below(50) === 0 || (at > 15_000 && at < 19_000) ? null : below(5)
    )
    let steps = 0
    const read = (fromMs: number, toMs: number, resolution: Resolution): Amounts => {
        const stepMs = RESOLUTION_SECONDS[resolution] * 1000
        const found: Amounts = { startMs: [], amounts: [], coveredS: [] }
        for (let ms = Math.floor(fromMs / stepMs) * stepMs; ms < toMs; ms += stepMs) {
            const at = (ms - START_MS) / SLOT_MS
            const counts = slots.slice(Math.max(0, at), Math.max(0, at + stepMs / SLOT_MS))
            const measured = counts.filter(count => count !== null)
            found.startMs.push(ms)
            found.amounts.push(measured.length > 0 ? sumOf(measured) : null)
            found.coveredS.push(measured.length * 5)
            steps++
        }
        return found
    }
    return { slots, read, stepsRead: () => steps }
}

function sumOf(values: number[]): number {
    return values.reduce((sum, value) => sum + value, 0)
}

describe("amounts between edges", () => {
    test.each(Array.from({ length: 12 }, (_, at) => `seed ${at}`))(
        "%s: are those of the slots between them",
        seed => {
            const { slots, read } = slotsOf(seed)
            const below = seededNumbers(`edges ${seed}`)
            const places = Array.from(
                { length: 2 + below(30) },
                () => below(slots.length + 400) - 200
            )
            places.sort((one, other) => one - other)
            const edgesMs = places.map(at => START_MS + at * SLOT_MS)
            const expected = places.slice(1).map((end, at) => {
                const counts = slots.slice(Math.max(0, places[at]), Math.max(0, end))
                const measured = counts.filter(count => count !== null)
                return {
                    amount: measured.length > 0 ? sumOf(measured) : null,
                    coveredS: measured.length * 5,
                }
            })
            expect(amountsBetween(edgesMs, read, NOTHING_GONE)).toEqual(expected)
        }
    )

    test("a step that an edge cuts counts by its share where nothing finer is kept", () => {
        const read = (): Amounts => ({ startMs: [START_MS], amounts: [8], coveredS: [4] })
        const edgesMs = [START_MS - 9000, START_MS + 1000, START_MS + 2000]
        const gone = { slotsGoneBeforeMs: 0, minutesGoneBeforeMs: START_MS + 86_400_000 }
        // a quarter of an hour is the finest that is kept
        const [before, after] = amountsBetween(edgesMs, read, gone)
        expect(before.amount).toBeCloseTo(8 / 900, 9)
        expect(after).toEqual(before)
    })

    test("where slots and minutes are gone, quarters are cut by share and nothing is lost", () => {
        const { read } = slotsOf("gone")
        const endMs = START_MS + 86_400_000
        const gone = { slotsGoneBeforeMs: endMs, minutesGoneBeforeMs: endMs }
        const middleMs = START_MS + 36_000_000 + 300_000
        const [before, after] = amountsBetween([START_MS, middleMs, endMs], read, gone)
        const [whole] = amountsBetween([START_MS, endMs], read, gone)
        const quarter = read(middleMs, middleMs + 1, "quarter").amounts[0] ?? 0
        const [exact] = amountsBetween([START_MS, middleMs - 300_000], read, gone)
        expect(before.amount).toBeCloseTo((exact.amount ?? 0) + quarter / 3, 6)
        expect((before.amount ?? 0) + (after.amount ?? 0)).toBeCloseTo(whole.amount ?? 0, 6)
    })

    test("whole days are read as days", () => {
        const { read, stepsRead } = slotsOf("days")
        amountsBetween([START_MS, START_MS + DAYS * 86_400_000], read, NOTHING_GONE)
        expect(stepsRead()).toBe(DAYS)
    })

    test("fewer than two edges have nothing between them", () => {
        const { read } = slotsOf("none")
        expect(amountsBetween([START_MS], read, NOTHING_GONE)).toEqual([])
        expect(amountsBetween([], read, NOTHING_GONE)).toEqual([])
    })
})
