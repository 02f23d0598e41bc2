import { expect, test } from "vitest"
import { FAULT_KINDS } from "../../soak/faults.js"
import { eventsOf, kindsOf, makePlan } from "../../soak/plan.js"

const SIZE = { hours: 48, devices: 3 }
const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1)

test("a plan follows from its seed", () => {
    expect(makePlan(7, SIZE)).toEqual(makePlan(7, SIZE))
    expect(makePlan(8, SIZE)).not.toEqual(makePlan(7, SIZE))
    expect(eventsOf(makePlan(7, SIZE), 1, 0)).toEqual(eventsOf(makePlan(7, SIZE), 1, 0))
})

test("among some seeds every kind of fault is planned, and each within the run", () => {
    const plans = SEEDS.map(seed => makePlan(seed, SIZE))
    const kinds = new Set(plans.flatMap(kindsOf))
    expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort())
    for (const { faults, durationMs } of plans)
        for (const { atMs, durationMs: lengthMs, device } of faults) {
            expect(atMs).toBeGreaterThan(0)
            expect(atMs + lengthMs).toBeLessThanOrEqual(durationMs)
            expect(device).toBeLessThan(SIZE.devices)
        }
})

test("homes have one to four channels, from rare pulses to eight a second", () => {
    const devices = SEEDS.flatMap(seed => makePlan(seed, SIZE).devices)
    const counts = new Set(devices.map(({ channels }) => channels.length))
    expect([...counts].sort()).toEqual([1, 2, 3, 4])
    const channels = devices.flatMap(device => device.channels)
    expect(Math.min(...channels.map(({ burstGapMs }) => burstGapMs))).toBeLessThan(150)
    expect(Math.max(...channels.map(({ meanGapMs }) => meanGapMs))).toBeGreaterThan(1_000_000)
})

test("pulses rise, keep apart, and keep off the edges of slots where they shall", () => {
    let shortestMs = Number.POSITIVE_INFINITY
    for (const seed of SEEDS) {
        const plan = makePlan(seed, SIZE)
        plan.devices[0].channels.forEach((channel, index) => {
            const events = eventsOf(plan, 0, index)
            for (let i = 1; i < events.length; i++)
                shortestMs = Math.min(shortestMs, events[i] - events[i - 1])
            if (!channel.isOffEdges) return
            const inSlotMs = events.map(atMs => atMs % 5000)
            expect(inSlotMs.filter(ms => ms < 600 || ms > 4400)).toEqual([])
        })
    }
    expect(shortestMs).toBeGreaterThanOrEqual(60)
    expect(shortestMs).toBeLessThan(150)
})
