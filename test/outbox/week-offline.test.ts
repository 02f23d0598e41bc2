import { describe, expect, test } from "vitest"
import { openTestStore } from "../server/helpers.js"
import {
    HOME_START_MS,
    MOST_COMPACTIONS_A_WEEK,
    NativeHome,
    slotsIn,
    unsaid,
} from "./native-home.js"

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const CHANNELS = 4
const INTERVAL_MS = 3000

/** Goes on until the server has all, memory and flash; returns how long that took. */
function drain(home: NativeHome): number {
    const fromMs = home.nowMs
    do home.runTo(home.nowMs + 1000)
    while (!home.isDrained() && home.nowMs < fromMs + HOUR_MS)
    return home.nowMs - fromMs
}

describe("four channels with a pulse every 3 s", () => {
    test("seven days offline arrive within 15 minutes, whole, in 300 s at the coarsest", {
        timeout: 120_000,
    }, async () => {
        const store = await openTestStore()
        const home = new NativeHome(store, CHANNELS, INTERVAL_MS)
        home.runTo(HOUR_MS)
        home.isUp = false
        home.runTo(HOUR_MS + 7 * DAY_MS)
        home.isUp = true
        const backMs = home.nowMs
        const drainedMs = drain(home)
        console.log(`7 days offline: delivered in ${drainedMs / 1000} s of virtual time`)
        expect(drainedMs).toBeLessThan(15 * MINUTE_MS)
        home.runTo(home.nowMs + MINUTE_MS)
        for (let channel = 0; channel < CHANNELS; channel++)
            expect(unsaid(home.said, channel, slotsIn(backMs))).toBe(0)
        expect(Math.max(...home.said.map(({ slotSeconds }) => slotSeconds))).toBe(300)
        for (const { id, number, totalCount, unplacedCount } of store.now(0)) {
            // what the last minute counted may not be reported yet
            expect(home.pulses[number] - totalCount).toBeLessThanOrEqual(20)
            expect(unplacedCount).toBe(0)
            const { counts } = store.series(
                id,
                HOME_START_MS + HOUR_MS,
                HOME_START_MS + HOUR_MS + 7 * DAY_MS,
                "hour"
            )
            expect(counts).toEqual(new Array(7 * 24).fill(HOUR_MS / INTERVAL_MS))
        }
    })

    test.each([5.1, 5.6, 5.95, 6.17])(
        "a power cut after %d hours offline loses ten minutes at most, and they are missing, not zero",
        async hours => {
            const store = await openTestStore()
            const home = new NativeHome(store, CHANNELS, INTERVAL_MS)
            home.runTo(HOUR_MS)
            home.isUp = false
            home.runTo(HOUR_MS + hours * HOUR_MS)
            const cutMs = home.nowMs
            const counted = [...home.pulses]
            home.boot()
            home.isUp = true
            drain(home)
            home.runTo(home.nowMs + 2 * MINUTE_MS)
            for (const { id, number, totalCount } of store.now(0)) {
                const lost = counted[number] + home.pulses[number] - totalCount
                expect(lost).toBeGreaterThanOrEqual(0)
                // the last minute of the new boot may not be reported yet
                expect(lost * INTERVAL_MS).toBeLessThanOrEqual(10 * MINUTE_MS + MINUTE_MS)
                const keptMs = cutMs - lost * INTERVAL_MS
                const from = HOME_START_MS + Math.ceil(keptMs / MINUTE_MS) * MINUTE_MS
                const to = HOME_START_MS + Math.floor(cutMs / MINUTE_MS) * MINUTE_MS
                const { counts } = store.series(id, from, to, "minute")
                for (const count of counts) expect(count).not.toBe(0)
            }
        }
    )

    test("a link that flaps every few minutes for a day writes nothing to flash", async () => {
        const store = await openTestStore()
        const home = new NativeHome(store, CHANNELS, INTERVAL_MS)
        while (home.nowMs < DAY_MS) {
            home.isUp = !home.isUp
            home.runTo(home.nowMs + (home.isUp ? 40_000 : 7 * MINUTE_MS))
        }
        expect(home.flash.writes).toBe(0)
    })

    test("at 8 pulses a second each, a week offline compacts flash seldom enough", {
        timeout: 120_000,
    }, async () => {
        const home = new NativeHome(await openTestStore(), CHANNELS, 125)
        home.isUp = false
        home.runTo(6 * DAY_MS)
        const before = home.flash.compactions
        home.runTo(7 * DAY_MS)
        // each erases one half of two
        const years = 100_000 / ((home.flash.compactions - before) / 2) / 365
        console.log(
            `a week offline: ${home.flash.writes} writes, ${home.flash.compactions} compactions; with all pages in use ${home.flash.compactions - before} a day, ${years.toFixed(0)} years of 100,000 erases`
        )
        expect(home.flash.compactions).toBeLessThanOrEqual(MOST_COMPACTIONS_A_WEEK)
        expect(years).toBeGreaterThan(20)
    })

    test("a steady day online writes nothing to flash", async () => {
        const store = await openTestStore()
        const home = new NativeHome(store, CHANNELS, INTERVAL_MS)
        home.runTo(DAY_MS)
        expect(home.flash.writes).toBe(0)
    })
})
