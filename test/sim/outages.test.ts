import { describe, expect, test } from "vitest"
import { drain } from "../../cli/drain.js"
import { type VirtualWorld, withVirtualWorld } from "../../cli/virtual-world.js"
import { writeSetting } from "../../provision/settings.js"
import type { FlashWear } from "../../sim/flash/flash.js"
import { runFor } from "../../sim/run-loop.js"
import { loadScenario, type Scenario } from "../../sim/scenario.js"
import { FLASH_PAGES, pageKey } from "../../src/wire/page.js"
import { MOST_COMPACTIONS_A_WEEK } from "../outbox/native-home.js"

/** METERBEAT_OFFLINE_HOURS=168 runs the week; a shorter outage stands for it otherwise. */
const OFFLINE_HOURS = Number(process.env["METERBEAT_OFFLINE_HOURS"] ?? "4")
/** METERBEAT_BUSY_HOURS=168 likewise, for the busiest device. */
const BUSY_HOURS = Number(process.env["METERBEAT_BUSY_HOURS"] ?? "3")
const TIMEOUT_MS = 4 * 3_600_000

const MINUTE_MS = 60_000
const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000
const CHANNELS = 4
const CYCLES = 100_000
/** A value of this size leaves as little room as a page. */
const FULL_BYTES = 208
const SINCE_COMPACTION = 8
const ON_MS = 60

/** Four contacts, each with a pulse every `everyMs`. */
function fourContacts(everyMs: number, hours: number): Scenario {
    const scenario = loadScenario("scenarios/s0-marathon.json")
    const [device] = scenario.devices
    const [contact] = device.channels
    device.channels = Array.from({ length: CHANNELS }, (_, i) => ({
        ...contact,
        pin: i + 1,
        name: `S0 ${i + 1}`,
        source: {
            ...contact.source,
            onMs: ON_MS,
            offMs: everyMs - ON_MS,
        } as typeof contact.source,
    }))
    scenario.durationS = hours * 3600
    return scenario
}

function loseLink(scenario: Scenario, atS: number, durationS: number): void {
    scenario.faults.push({ type: "link-loss", device: "meter", atS, durationS })
}

function wearADay({ writes, compactions, erases }: FlashWear, hours: number): string {
    const perDay = 24 / hours
    const worstPage = Math.max(...erases)
    const years = (CYCLES / (worstPage * perDay) / 365).toFixed(0)
    const life = worstPage > 0 ? `${years} years of ${CYCLES} erases` : "nothing erased"
    return `${(writes * perDay).toFixed(0)} writes and ${(compactions * perDay).toFixed(1)} compactions a day, ${life}`
}

function trueCount({ world }: VirtualWorld, channel: number, toMs: number): number {
    return world.devices[0].sources[channel].countBetween(0, toMs) ?? 0
}

describe("the firmware's image, out of reach of its server", () => {
    test(`${OFFLINE_HOURS} hours with a pulse every 3 s on four channels arrive whole within 15 minutes`, {
        timeout: TIMEOUT_MS,
    }, async () => {
        const scenario = fourContacts(3000, OFFLINE_HOURS + 1)
        loseLink(scenario, 1800, OFFLINE_HOURS * 3600)
        await withVirtualWorld(scenario, {}, async started => {
            const { world, server, startUnixMs } = started
            const [{ board }] = world.devices
            const backMs = 0.5 * HOUR_MS + OFFLINE_HOURS * HOUR_MS
            await world.runTo(backMs)
            console.log(`offline: ${wearADay(board.flash.wear, OFFLINE_HOURS)}`)
            const counts = await world.countsOf(world.devices[0])
            const isStored = () =>
                server.store
                    .now(0)
                    .every(each => each.totalCount - each.unplacedCount >= counts[each.number])
            while (!isStored() && world.sinceStartMs() < backMs + HOUR_MS)
                await world.runTo(world.sinceStartMs() + 1000)
            console.log(
                `all stored ${(world.sinceStartMs() - backMs) / 1000} s after the link was back`
            )
            expect(world.sinceStartMs() - backMs).toBeLessThan(15 * MINUTE_MS)
            board.flash.clearWear()
            await world.runTo(backMs + 30 * MINUTE_MS)
            expect(board.panics).toEqual([])
            expect(board.flash.wear.writes).toBe(0)
            for (const { id, number, totalCount, unplacedCount } of server.store.now(0)) {
                expect(unplacedCount).toBe(0)
                expect(trueCount(started, number, world.sinceStartMs()) - totalCount).toBeLessThan(
                    20
                )
                const fromMs = startUnixMs + HOUR_MS
                const toMs = startUnixMs + OFFLINE_HOURS * HOUR_MS
                const { counts } = server.store.series(id, fromMs, toMs, "quarter")
                expect(counts).toEqual(new Array((OFFLINE_HOURS - 1) * 4).fill(300))
            }
        })
    })

    test("a power cut after hours offline costs what came after the last record, and no more", {
        timeout: TIMEOUT_MS,
    }, async () => {
        const cutMs = 2.61 * HOUR_MS
        const scenario = fourContacts(3000, 3)
        loseLink(scenario, 600, cutMs / 1000 - 600 + 120)
        scenario.faults.push({
            type: "power-cut",
            device: "meter",
            atS: cutMs / 1000,
            durationS: 30,
        })
        await withVirtualWorld(scenario, {}, async started => {
            const { world, server, startUnixMs } = started
            await world.runTo(3 * HOUR_MS)
            for (const { id, number, totalCount } of server.store.now(0)) {
                const lost = trueCount(started, number, world.sinceStartMs()) - totalCount
                console.log(
                    `channel ${number}: ${lost} pulses of a cut after ${cutMs} ms are missing`
                )
                // ten minutes, half a minute without power, and what is not reported yet
                expect(lost * 3000).toBeLessThanOrEqual(11.5 * MINUTE_MS)
                expect(lost).toBeGreaterThan(0)
                const minutes = server.store.series(
                    id,
                    startUnixMs + MINUTE_MS,
                    startUnixMs + cutMs + 15 * MINUTE_MS,
                    "minute"
                ).counts
                // missing, not zero
                expect(minutes).not.toContain(0)
                expect(minutes).toContain(null)
            }
        })
    })

    test("a link that flaps every few minutes writes nothing to flash", {
        timeout: TIMEOUT_MS,
    }, async () => {
        const hours = 3
        const scenario = fourContacts(3000, hours)
        for (let atS = 300; atS < hours * 3600 - 300; atS += 360) loseLink(scenario, atS, 240)
        await withVirtualWorld(scenario, {}, async started => {
            const { world, server } = started
            await world.runTo(hours * HOUR_MS + MINUTE_MS)
            expect(world.devices[0].board.flash.wear.writes).toBe(0)
            for (const { number, totalCount, unplacedCount } of server.store.now(0)) {
                expect(unplacedCount).toBe(0)
                expect(trueCount(started, number, world.sinceStartMs()) - totalCount).toBeLessThan(
                    40
                )
            }
        })
    })

    test(`8 pulses a second on four channels: what falls into a pause for flash in ${BUSY_HOURS} hours is marked`, {
        timeout: TIMEOUT_MS,
    }, async () => {
        const scenario = fourContacts(125, BUSY_HOURS + 0.5)
        loseLink(scenario, 600, BUSY_HOURS * 3600)
        await withVirtualWorld(scenario, {}, async started => {
            const { world, view, server, startUnixMs } = started
            const [{ board, bus }] = world.devices
            const endMs = (BUSY_HOURS + 0.5) * HOUR_MS
            // as after days offline: all pages are there, and some since the half was last compacted
            const fill = async () => {
                let writes = 0
                const write = () =>
                    writeSetting(bus, pageKey(writes), Buffer.alloc(FULL_BYTES, ++writes))
                while (writes < FLASH_PAGES || board.flash.wear.compactions === 0) await write()
                for (let i = 0; i < SINCE_COMPACTION; i++) await write()
            }
            await runFor(world.scheduler, fill())
            board.flash.clearWear()
            await world.runTo(600_000 + BUSY_HOURS * HOUR_MS)
            const { compactions } = board.flash.wear
            console.log(`busy and offline: ${wearADay(board.flash.wear, BUSY_HOURS)}`)
            await drain(world, view, endMs)
            expect(board.panics).toEqual([])
            let lost = 0
            let pulses = 0
            for (const { id, number } of server.store.now(0)) {
                const { counts } = server.store.series(
                    id,
                    startUnixMs + QUARTER_MS,
                    startUnixMs + BUSY_HOURS * HOUR_MS,
                    "quarter"
                )
                const poor = server.store.poorSpans(id, startUnixMs, startUnixMs + endMs)
                counts.forEach((count, i) => {
                    const fromMs = (i + 1) * QUARTER_MS
                    const source = world.devices[0].sources[number]
                    const expected = source.countBetween(fromMs, fromMs + QUARTER_MS) ?? 0
                    const missed = expected - (count ?? 0)
                    pulses += expected
                    lost += missed
                    // a pulse at the end of a quarter may be found in the next
                    if (Math.abs(missed) <= 1) return
                    const at = startUnixMs + fromMs
                    const isMarked = poor.some(
                        ([beganMs, endedMs]) => beganMs < at + QUARTER_MS && endedMs > at
                    )
                    expect(isMarked).toBe(true)
                })
            }
            // a shorter run begins with a full half: its compactions are scaled to those of a week
            const compactionsAWeek = BUSY_HOURS < 168 ? MOST_COMPACTIONS_A_WEEK : compactions
            const lostAWeek = (lost / compactions) * compactionsAWeek
            const pulsesAWeek = (CHANNELS * 168 * HOUR_MS) / 125
            console.log(
                `${compactions} compactions hid ${lost} of ${pulses} pulses, all marked: of a week's ${pulsesAWeek} with ${compactionsAWeek} compactions one in ${Math.round(pulsesAWeek / lostAWeek)}`
            )
            expect(compactions).toBeGreaterThan(0)
            expect(pulsesAWeek / lostAWeek).toBeGreaterThan(50_000)
        })
    })
})
