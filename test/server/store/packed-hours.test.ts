import { expect, test } from "vitest"
import { MINUTES_PER_HOUR, MinuteHour } from "../../../server/store/minute-hour.js"
import { MAX_SLOT_COUNT } from "../../../server/store/slot-batch.js"
import {
    emptyHour,
    narrowed,
    SLOTS_PER_HOUR,
    slotAt,
    withSlot,
} from "../../../server/store/slot-hour.js"
import { unpackMinutes, unpackSlots } from "../../../soak/stored-hours.js"
import { MISSING } from "../../../src/wire/report.js"
import { seededNumbers } from "../helpers.js"

const allOf = (counts: Buffer) =>
    Array.from({ length: SLOTS_PER_HOUR }, (_, at) => slotAt(counts, at))

test("an hour begins empty, a byte a slot", () => {
    expect(emptyHour().length).toBe(720)
    expect(new Set(allOf(emptyHour()))).toEqual(new Set([MISSING]))
})

test.each([254, 255, 256, MAX_SLOT_COUNT])(
    "a slot of %d is held, beside small ones and gaps",
    count => {
        let counts = withSlot(withSlot(emptyHour(), 0, 0), 718, 254)
        counts = withSlot(counts, 719, count)
        expect(counts.length).toBe(count < 255 ? 720 : 1440)
        const expected = new Array(SLOTS_PER_HOUR).fill(MISSING)
        expected[0] = 0
        expected[718] = 254
        expected[719] = count
        expect(allOf(counts)).toEqual(expected)
        expect([...unpackSlots(counts)]).toEqual(
            expected.map(each => (each === MISSING ? 0xffff : each))
        )
    }
)

test("an hour is made as narrow as its largest count allows, and holds the same", () => {
    const random = seededNumbers("narrow")
    for (const limit of [255, 256, 3000]) {
        let counts = withSlot(emptyHour(), 5, 300)
        for (let at = 0; at < SLOTS_PER_HOUR; at++)
            if (random(3) > 0) counts = withSlot(counts, at, random(limit))
        counts = withSlot(counts, 5, 7)
        counts = withSlot(counts, 6, limit - 1)
        expect(counts.length).toBe(1440)
        const narrow = narrowed(counts)
        expect(narrow.length).toBe(limit === 255 ? 720 : 1440)
        expect(allOf(narrow)).toEqual(allOf(counts))
    }
})

test("an hour of minutes comes back as it was, whatever its numbers", () => {
    const random = seededNumbers("minutes")
    for (let tries = 0; tries < 50; tries++) {
        const hour = new MinuteHour()
        for (let at = 0; at < MINUTES_PER_HOUR; at++)
            if (random(2) === 0)
                hour.add(at * 60, random(10 ** (1 + random(9))) - random(100), random(300) - 20)
        const bytes = hour.encode()
        expect(MinuteHour.decode(bytes)).toEqual(hour)
        const held = unpackMinutes(10, bytes)
        expect(held.length).toBe(hour.counts.filter((_count, at) => hour.isHeld(at)).length)
        for (const { startS, count, coveredS } of held) {
            const at = (startS - 36_000) / 60
            expect([count, coveredS]).toEqual([hour.counts[at], hour.coveredS[at]])
        }
    }
})

test("an hour of minutes in which nothing is left is empty", () => {
    const hour = new MinuteHour()
    expect(hour.isEmpty).toBe(true)
    hour.add(3540, 0, 5)
    expect(hour.isEmpty).toBe(false)
    hour.add(3540, 0, -5)
    expect(hour.isEmpty).toBe(true)
    expect(hour.encode().length).toBe(120)
})

test("bytes that are no hour of minutes are not taken for one", () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(119), Buffer.alloc(121)])
        expect(() => MinuteHour.decode(bytes)).toThrow("not as long")
})
