import { join } from "node:path"
import Database from "better-sqlite3"
import { expect, test } from "vitest"
import { drain } from "../../cli/drain.js"
import { type Result, resultOf } from "../../cli/simulation-result.js"
import { withVirtualWorld } from "../../cli/virtual-world.js"
import { loadScenario } from "../../sim/scenario.js"
import { EVENT_SAG } from "../../src/measure/voltage-watch.js"
import { temporaryDir } from "../temporary-dir.js"

const SCENARIO = "scenarios/metering-chip.json"
/** In the middle of slots, which are then measured in part. */
const SILENT_FROM_MS = 72_300
const SILENT_TO_MS = 102_300
/** It is tried again every 5 s. */
const LONGEST_BACK_MS = 5000
const SLOT_MS = 5000

interface EventRow {
    channel: number
    code: number
    beganMs: number
    durationMs: number
    value: number
}

/** A stored slot of a channel, by its time since the scenario's start. */
interface SlotRow {
    channel: number
    atMs: number
    energyIn: number
}

interface Run {
    result: Result
    events: EventRow[]
    slots: SlotRow[]
    lines: string[]
}

/** Runs the shipped image; for a while the chip may be silent. */
async function run(isSilentForAWhile = false): Promise<Run> {
    const dataDir = temporaryDir()
    const lines: string[] = []
    const scenario = loadScenario(SCENARIO)
    const durationMs = (scenario.durationS ?? 0) * 1000
    const onLine = (_device: string, line: string) => lines.push(line)
    const result = await withVirtualWorld(scenario, { dataDir, onLine }, async started => {
        const { world, view, seed, startUnixMs } = started
        const [device] = world.devices
        const silence = (isSilent: boolean) => {
            for (const chip of device.chips) if (chip) chip.model.isSilent = isSilent
        }
        if (isSilentForAWhile) {
            await world.runTo(SILENT_FROM_MS)
            silence(true)
            await world.runTo(SILENT_TO_MS)
            silence(false)
        }
        await world.runTo(durationMs)
        await view.describeChannels(device.registration)
        await drain(world, view, durationMs)
        return resultOf(world, view, { seed, startUnixMs, durationMs })
    })
    const db = new Database(join(dataDir, "meterbeat.db"), { readonly: true })
    const events = storedEvents(db, result)
    const slots = storedSlots(db, result)
    db.close()
    return { result, events, slots, lines }
}

/** What the server has stored of events, since the scenario's start. */
function storedEvents(db: Database.Database, { startTime }: Result): EventRow[] {
    return db
        .prepare<[number], EventRow>(
            `SELECT channels.number AS channel, code, began_ms - ? AS beganMs,
                 duration_ms AS durationMs, value
             FROM events JOIN channels ON channels.id = events.channel ORDER BY began_ms`
        )
        .all(Date.parse(startTime))
}

function storedSlots(db: Database.Database, { startTime }: Result): SlotRow[] {
    return db
        .prepare<[number], SlotRow>(
            `SELECT channels.number AS channel, start_s * 1000 - ? AS atMs, energy_in AS energyIn
             FROM mains_slots JOIN channels ON channels.id = mains_slots.channel ORDER BY start_s`
        )
        .all(Date.parse(startTime))
}

test("two circuits on a chip are stored, with a sag, beside a contact", async () => {
    const { result, events } = await run()
    for (const { kind, trueCount, storedCount, unplaced } of result.channels) {
        if (kind !== "chip") continue
        expect(trueCount).toBeGreaterThan(100_000)
        expect(Math.abs(storedCount / (trueCount ?? 0) - 1)).toBeLessThan(0.002)
        expect(unplaced).toBe(0)
    }
    expect(events.map(({ channel, code }) => [channel, code])).toEqual([[0, EVENT_SAG]])
    const [{ beganMs, durationMs, value }] = events
    expect(Math.abs(beganMs - 60_003)).toBeLessThan(40)
    expect(Math.abs(durationMs - 60)).toBeLessThan(20)
    expect(Math.abs(value - 9200)).toBeLessThan(460)
    const contact = result.channels[2]
    expect(contact.trueCount).toBeGreaterThan(300)
    expect([contact.countedCount, contact.storedCount]).toEqual(Array(2).fill(contact.trueCount))
    expect(contact.late).toBe(0)
    expect([result.panics, result.flashWrites]).toEqual([0, 0])
}, 60_000)

test("a chip that is silent for a while is told, its slots are missing, and it measures on", async () => {
    const { result, lines, events, slots } = await run(true)
    for (const channel of [0, 1])
        for (const sentence of [
            `channel ${channel} is not measured: metering chip 1 does not answer`,
            `channel ${channel} is measured again`,
        ])
            expect(lines.filter(line => line.includes(sentence))).toHaveLength(1)
    const firstSlotMs = 70_000
    const lastSlotMs = Math.floor((SILENT_TO_MS + LONGEST_BACK_MS) / SLOT_MS) * SLOT_MS
    for (const [channel, powerW] of [
        [0, 1150],
        [1, 4000],
    ]) {
        const own = slots.filter(slot => slot.channel === channel && slot.atMs < 120_000)
        const wholeSlot = (powerW * SLOT_MS) / 360
        const near = own.filter(({ atMs }) => atMs >= firstSlotMs && atMs <= lastSlotMs)
        for (const { atMs, energyIn } of near) {
            expect(atMs === firstSlotMs || atMs + SLOT_MS > SILENT_TO_MS).toBe(true)
            expect(energyIn).toBeLessThan(wholeSlot * 1.001)
        }
        const apart = own.filter(({ atMs }) => atMs >= 65_000 && !near.some(s => s.atMs === atMs))
        expect(apart.map(({ atMs }) => atMs)).toEqual([65_000, 110_000, 115_000])
        for (const { energyIn } of apart)
            expect(Math.abs(energyIn / wholeSlot - 1)).toBeLessThan(0.002)
    }
    const contact = result.channels[2]
    expect(contact.trueCount).toBeGreaterThan(300)
    expect([contact.countedCount, contact.storedCount]).toEqual(Array(2).fill(contact.trueCount))
    expect(contact.late).toBe(0)
    expect(events.map(({ channel, code }) => [channel, code])).toEqual([[0, EVENT_SAG]])
    expect(result.panics).toBe(0)
}, 60_000)
