import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { SlotClock } from "../../src/outbox/slot-clock.js"
import { SLOT_MS } from "../../src/wire/limits.js"

const SERVER_MS = 1767225603210
const DAY_MS = 86_400_000

describe("slot clock", () => {
    test("before the first time sync, slots begin with the uptime", () => {
        const clock = new SlotClock(217)
        expect(clock.slotStartMs).toBe(217)
        expect(clock.slotEndMs()).toBe(5217)
        expect(clock.timeAt(1000)).toBe(1000)
        expect(clock.endedSlots(5216)).toBe(0)
        expect(clock.endedSlots(5217)).toBe(1)
        expect(clock.endedSlots(15217)).toBe(3)
    })

    test.each([
        { sinceMs: 0, startMs: 1767225600000 },
        { sinceMs: 1789, startMs: 1767225600000 },
        { sinceMs: 1790, startMs: 1767225605000 },
    ])("the first sync, $sinceMs ms on, aligns to 5 s of server time", ({ sinceMs, startMs }) => {
        const clock = new SlotClock(0)
        clock.sync(SERVER_MS, 0, sinceMs)
        expect(clock.timeAt(sinceMs)).toBe(SERVER_MS + sinceMs)
        expect(clock.slotStartMs).toBe(startMs)
        expect(clock.timeAt(clock.slotEndMs())).toBe(startMs + SLOT_MS)
    })

    test.each([
        { offByMs: 7, errorMs: 0, movesMs: 7, isStep: false },
        { offByMs: -7, errorMs: 0, movesMs: -7, isStep: false },
        { offByMs: 50, errorMs: 0, movesMs: 50, isStep: false },
        { offByMs: 51, errorMs: 0, movesMs: 50, isStep: false },
        { offByMs: 1000, errorMs: 0, movesMs: 50, isStep: false },
        { offByMs: -1000, errorMs: 0, movesMs: -50, isStep: false },
        { offByMs: 1001, errorMs: 0, movesMs: 1001, isStep: true },
        { offByMs: -1001, errorMs: 0, movesMs: -1001, isStep: true },
        { offByMs: 4000, errorMs: 3000, movesMs: 50, isStep: false },
        { offByMs: 4001, errorMs: 3000, movesMs: 4001, isStep: true },
    ])("off by $offByMs ms, known to $errorMs, it moves by $movesMs", correction => {
        const clock = new SlotClock(0)
        clock.sync(SERVER_MS, 0, 0)
        const offsetMs = SERVER_MS + correction.offByMs
        expect(clock.isStep(offsetMs, correction.errorMs)).toBe(correction.isStep)
        clock.sync(offsetMs, correction.errorMs, 0)
        expect(clock.offsetMs).toBe(SERVER_MS + correction.movesMs)
    })

    test("slewing moves the slot's end, never its start, and never closes one twice", () => {
        const clock = new SlotClock(0)
        clock.sync(1767225600000, 0, 0)
        clock.nextSlot()
        clock.sync(1767225600000 - 40, 0, 5000)
        expect(clock.slotStartMs).toBe(1767225605000)
        expect(clock.endedSlots(5000)).toBe(0)
        expect(clock.slotEndMs()).toBe(10040)
    })

    test("goes on counting past 2^32 ms of uptime", () => {
        const bootMs = 2 ** 32 - 7000
        const clock = new SlotClock(bootMs)
        clock.sync(SERVER_MS, 0, bootMs)
        expect(clock.endedSlots(bootMs + 12_000)).toBe(3)
        for (let i = 0; i < 3; i++) clock.nextSlot()
        expect(clock.slotEndMs()).toBeGreaterThan(2 ** 32)
        expect(clock.slotStartMs % SLOT_MS).toBe(0)
    })

    test.each([200, -200])("follows the server through a week of %i ppm", ppm => {
        const random = new Random(1)
        const clock = new SlotClock(0)
        clock.sync(SERVER_MS, 0, 0)
        let worstMs = 0
        let starts = 0
        let lastStartMs = clock.slotStartMs
        for (let serverMs = 0; serverMs < 7 * DAY_MS; serverMs += SLOT_MS) {
            const uptimeMs = Math.floor(serverMs * (1 + ppm / 1e6))
            for (let ended = clock.endedSlots(uptimeMs); ended > 0; ended--) {
                clock.nextSlot()
                starts++
                expect(clock.slotStartMs).toBe(lastStartMs + SLOT_MS)
                lastStartMs = clock.slotStartMs
            }
            worstMs = Math.max(worstMs, Math.abs(clock.timeAt(uptimeMs) - SERVER_MS - serverMs))
            if (serverMs % 50_000 === 0) {
                const noiseMs = random.nextInt(41) - 20
                clock.sync(SERVER_MS + serverMs - uptimeMs + noiseMs, 20, uptimeMs)
            }
        }
        expect(worstMs).toBeLessThan(50)
        expect(Math.abs(starts - (7 * DAY_MS) / SLOT_MS)).toBeLessThanOrEqual(1)
    })
})

/** How far off slots are after `offlineDays` without a server, after `onlineHours` with one. */
function offAfter(ppm: number, onlineHours: number, offlineDays: number, lateMs = 0): number {
    const random = new Random(3)
    const clock = new SlotClock(0)
    const uptime = (serverMs: number) => Math.floor(serverMs * (1 + ppm / 1e6))
    const onlineMs = onlineHours * 3_600_000
    let serverMs = 0
    for (; serverMs < onlineMs; serverMs += SLOT_MS) {
        const uptimeMs = uptime(serverMs)
        for (let ended = clock.endedSlots(uptimeMs); ended > 0; ended--) clock.nextSlot()
        if (serverMs % 50_000 > 0) continue
        // an answer that was long under way, all of it one way, comes last
        const isLast = serverMs + 50_000 >= onlineMs
        const tripMs = 20 + random.nextInt(60) + (isLast ? lateMs : 0)
        const offsetMs = SERVER_MS + serverMs - uptimeMs - tripMs / 2
        clock.sync(offsetMs, tripMs / 2, uptimeMs)
    }
    for (; serverMs < onlineMs + offlineDays * DAY_MS; serverMs += SLOT_MS)
        for (let ended = clock.endedSlots(uptime(serverMs)); ended > 0; ended--) clock.nextSlot()
    return Math.abs(clock.timeAt(uptime(serverMs)) - SERVER_MS - serverMs)
}

describe("a week without a server, on a crystal that is 40 ppm off", () => {
    test("shifts slots by seconds once its drift is learned", () => {
        const unlearnedMs = offAfter(40, 1, 7)
        const learnedMs = [3, 24, 24 * 7].map(hours => Math.round(offAfter(40, hours, 7)))
        console.log(
            `40 ppm, 7 days offline: ${Math.round(unlearnedMs)} ms off unlearned; after 3 h, 24 h, 7 days online ${learnedMs} ms`
        )
        expect(unlearnedMs).toBeGreaterThan(20_000)
        for (const offMs of learnedMs) expect(offMs).toBeLessThan(5000)
    })

    test.each([600, 4000, 30_000])("learns nothing from a last answer %i ms late", lateMs => {
        expect(offAfter(40, 24, 7, lateMs)).toBeLessThan(5000)
    })

    test("learns nothing from a first one", () => {
        const clock = new SlotClock(0)
        clock.sync(SERVER_MS + 900, 1500, 0)
        for (let uptimeMs = 50_000; uptimeMs < 4 * 3_600_000; uptimeMs += 50_000)
            clock.sync(SERVER_MS, 10, uptimeMs)
        expect(Math.abs(clock.drift)).toBeLessThan(1e-6)
    })

    test("takes no small step of the server's clock for drift", () => {
        const clock = new SlotClock(0)
        // 40 ppm, and after five hours a server that is set back by a second
        const serverMs = (uptimeMs: number) =>
            SERVER_MS + uptimeMs * 4e-5 - (uptimeMs < 5 * 3_600_000 ? 0 : 1000)
        for (let uptimeMs = 0; uptimeMs < 12 * 3_600_000; uptimeMs += 50_000) {
            clock.sync(serverMs(uptimeMs), 10, uptimeMs)
            if (uptimeMs > 4 * 3_600_000) expect(clock.drift).toBeCloseTo(4e-5, 6)
        }
    })
})
