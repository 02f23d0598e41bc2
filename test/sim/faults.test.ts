import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { runScenario } from "../../cli/simulate.js"
import { type VirtualWorld, withVirtualWorld } from "../../cli/virtual-world.js"
import type { ScenarioFault } from "../../sim/fault-schema.js"
import { loadScenario, type Scenario } from "../../sim/scenario.js"
import { temporaryDir } from "../temporary-dir.js"

const ROUGH = "scenarios/rough-hour.json"

function withFaults(
    faults: ScenarioFault[],
    use: (started: VirtualWorld) => Promise<void>,
    change: Partial<Scenario["devices"][number]> = {}
): Promise<void> {
    const scenario = loadScenario(ROUGH)
    scenario.faults = faults
    Object.assign(scenario.devices[0], { clockPpm: 0 }, change)
    return withVirtualWorld(scenario, {}, use)
}

/** When the only device had power, in whole seconds. */
const poweredS = ({ world }: VirtualWorld) =>
    world
        .poweredOf(world.devices[0])
        .map(({ fromMs, toMs }) => [
            Math.max(0, Math.round(fromMs / 1000)),
            Math.round(toMs / 1000),
        ])

const totalOf = ({ server }: VirtualWorld) => server.store.now(0)[0]?.totalCount ?? 0

const pulsesTo = ({ world }: VirtualWorld, toMs: number) =>
    world.devices[0].sources[0].countBetween(0, toMs) ?? 0

const device = "meter"
const FOREVER = Number.POSITIVE_INFINITY

test("a board that loses power comes up by itself, from what its flash holds", async () => {
    const faults: ScenarioFault[] = [{ type: "power-cut", device, atS: 120, durationS: 30 }]
    await withFaults(faults, async started => {
        await started.world.runTo(119_000)
        const before = totalOf(started)
        await started.world.runTo(140_000)
        expect(started.world.devices[0].board.isOn).toBe(false)
        await started.world.runTo(300_000)
        expect(poweredS(started)).toEqual([
            [0, 120],
            [150, FOREVER],
        ])
        expect(totalOf(started)).toBeGreaterThan(before + 30)
        expect(totalOf(started)).toBeLessThan(pulsesTo(started, 300_000))
        expect(started.world.devices[0].board.flash.wear).toMatchObject({ writes: 0, formats: 0 })
    })
})

test("in a brown-out power comes and goes so many times, and no flash is written", async () => {
    const faults: ScenarioFault[] = [
        { type: "brown-out", device, atS: 60, count: 3, onS: 7, offS: 2 },
    ]
    await withFaults(faults, async started => {
        await started.world.runTo(200_000)
        expect(poweredS(started)).toEqual([
            [0, 60],
            [62, 69],
            [71, 78],
            [80, 87],
            [89, FOREVER],
        ])
        expect(started.world.devices[0].board.flash.wear.writes).toBe(0)
    })
})

test("of two outages at a time the later end brings the power back", async () => {
    const faults: ScenarioFault[] = [
        { type: "power-cut", device, atS: 20, durationS: 30 },
        { type: "power-cut", device, atS: 40, durationS: 30 },
    ]
    await withFaults(faults, async started => {
        await started.world.runTo(100_000)
        expect(poweredS(started)).toEqual([
            [0, 20],
            [70, FOREVER],
        ])
    })
})

test("a restart by command takes half a second and is no panic", async () => {
    await withFaults([{ type: "restart", device, atS: 60 }], async started => {
        await started.world.runTo(200_000)
        const [{ toMs }, { fromMs }] = started.world.poweredOf(started.world.devices[0])
        expect(toMs).toBeGreaterThanOrEqual(60_000)
        expect(toMs).toBeLessThan(60_050)
        expect(fromMs - toMs).toBeGreaterThanOrEqual(500)
        expect(fromMs - toMs).toBeLessThan(550)
        expect(started.world.devices[0].board.panics).toEqual([])
        expect(totalOf(started)).toBeGreaterThan(60)
    })
})

test.each(["device", "server"] as const)(
    "a frame from the %s that is cut short ends the connection, and nothing is lost",
    async from => {
        await withFaults([{ type: "cut-frame", device, atS: 60, from }], async started => {
            const scenarioEndMs = 300_000
            await started.world.runTo(scenarioEndMs)
            const [channel] = started.server.store.now(0)
            expect(channel.unplacedCount).toBe(0)
            expect(started.world.devices[0].link.faults.cuts).toBe(1)
            // the newest report may be under way
            expect(pulsesTo(started, scenarioEndMs) - channel.totalCount).toBeLessThan(32)
        })
    }
)

test("latency makes an answer late by as much, and ends with its fault", async () => {
    const fault: ScenarioFault = { type: "latency", device, atS: 0, durationS: 100, extraMs: 4000 }
    await withFaults([fault], async started => {
        const { world } = started
        await world.runTo(10_000)
        const { faults } = world.devices[0].link
        expect(faults.extraMs()).toBe(4000)
        await world.runTo(101_000)
        expect(faults.extraMs()).toBe(0)
        await world.runTo(250_000)
        expect(totalOf(started)).toBeGreaterThan(90)
    })
})

test("the server's clock steps, and the world's does not", async () => {
    await withFaults([{ type: "clock-step", atS: 10, stepS: -90 }], async ({ world }) => {
        await world.runTo(9_000)
        expect(world.serverUnixMs()).toBe(world.unixMs())
        await world.runTo(11_000)
        expect(world.serverUnixMs() - world.unixMs()).toBe(-90_000)
    })
})

test("a clone counts the same signal under the same identity for its time", async () => {
    await withFaults([{ type: "clone", device, atS: 30, durationS: 60 }], async started => {
        const { world, server } = started
        await world.runTo(60_000)
        const [{ clones }] = world.devices
        expect(clones.map(({ isOn }) => isOn)).toEqual([true])
        await world.runTo(200_000)
        expect(clones.map(({ isOn, panics }) => [isOn, panics])).toEqual([[false, []]])
        expect(server.store.listDevices()).toHaveLength(1)
        expect(poweredS(started)).toEqual([[0, FOREVER]])
    })
})

test("a crystal that is off counts the board's time and not the world's", async () => {
    const change = { clockPpm: 1000 }
    const stored: number[] = []
    for (const clockPpm of [0, change.clockPpm])
        await withFaults(
            [],
            async started => {
                await started.world.runTo(1_000_000)
                stored.push(totalOf(started))
                expect(started.world.devices[0].board.panics).toEqual([])
            },
            { clockPpm }
        )
    // the same pulses, whatever the board thinks how long they took
    expect(Math.abs(stored[0] - stored[1])).toBeLessThan(32)
})

test("a board counts on when its uptime passes 2^32 ms", { timeout: 60_000 }, async () => {
    const uptimeStartS = (2 ** 32 - 60_000) / 1000
    await withFaults(
        [],
        async started => {
            await started.world.runTo(300_000)
            const [channel] = started.server.store.now(0)
            expect(channel.unplacedCount).toBe(0)
            expect(pulsesTo(started, 300_000) - channel.totalCount).toBeLessThan(32)
            const [meter] = started.world.devices
            expect(await started.world.uptimeMs(meter)).toBeGreaterThan(2 ** 32)
        },
        { uptimeStartS }
    )
})

test("all faults in one hour give the same run for the same seed, to the byte", {
    timeout: 120_000,
}, async () => {
    const run = async (seed: number) => {
        const dataDir = temporaryDir()
        const result = await runScenario(loadScenario(ROUGH), { dataDir, seed })
        expect(result.panics).toBe(0)
        expect(result.devices).toMatchObject([{ device, powerUps: 7, flashWrites: 0 }])
        const database = readFileSync(join(dataDir, "meterbeat.db")).toString("base64")
        return { json: JSON.stringify(result), database }
    }
    const first = await run(5)
    expect(await run(5)).toEqual(first)
})
