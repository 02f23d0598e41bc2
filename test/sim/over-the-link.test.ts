import { describe, expect, test } from "vitest"
import { type VirtualWorld, withVirtualWorld } from "../../cli/virtual-world.js"
import { runFor } from "../../sim/run-loop.js"
import { deviceChannels, loadScenario, type Scenario } from "../../sim/scenario.js"
import { mainsSchema } from "../../sim/sources/mains-schema.js"
import { KIND_MAINS } from "../../src/wire/channels.js"
import { addOwner, request, signIn } from "../server/routes/sign-in.js"

const SAG_AT_S = 60
const SAG_MS = 200

/** The shipped image on one board, with the given channels of the whole board's scenario. */
function scenarioOf(names: string[]): Scenario {
    const scenario = loadScenario("scenarios/whole-board.json")
    const [device] = scenario.devices
    device.channels = device.channels.filter(({ name }) => names.includes(name))
    scenario.durationS = 600
    return scenario
}

/** Sends a request as a person who is signed in, while the simulation goes on. */
async function signedIn({ server, world }: VirtualWorld) {
    await addOwner(server.store)
    const send = request(server.app, await signIn(server.app))
    return (method: "GET" | "PUT" | "POST", path: string, body?: object) =>
        runFor(world.scheduler, send(method, path, body))
}

describe("settings from the server", () => {
    const S0 = { kind: "pulse", name: "S0", type: "water", fields: { pin: 1 } }
    const GAS = { kind: "magnet", name: "Gas", type: "gas", fields: { pin: 2, isDigital: 1 } }

    test("take effect without a new image, lose no count, and are confirmed", async () => {
        const scenario = scenarioOf(["S0 2"])
        scenario.durationS = 120
        await withVirtualWorld(scenario, {}, async started => {
            const { world, server } = started
            const send = await signedIn(started)
            const [{ registration, sources }] = world.devices
            const path = `/devices/${registration.id}/settings`
            await world.runTo(30_000)
            const channels = [{ ...S0, fields: { pin: 2 } }, GAS]
            // D2 is where the scenario's pulses are
            channels[1] = { ...GAS, fields: { pin: 3, isDigital: 1 } }
            const reply = await send("PUT", path, { expectedVersion: 0, channels })
            expect(reply.statusCode, reply.body).toBe(200)
            await world.runTo(240_000)
            const known = (await send("GET", path)).json()
            expect(known).toMatchObject({ version: 1, versionInForce: 1, status: "in force" })
            const stored = server.store.now(0)
            expect(stored.map(({ kind }) => kind)).toEqual([1, 3])
            // a contact that is closed at that very instant may be missed
            const trueCount = sources[0].countBetween(0, 120_000) ?? 0
            expect(trueCount - stored[0].totalCount).toBeGreaterThanOrEqual(0)
            expect(trueCount - stored[0].totalCount).toBeLessThanOrEqual(1)
            expect(stored[0].unplacedCount).toBe(0)
        })
    }, 60_000)

    test("start a full board's program anew: no panic, and at most three seconds of counts", async () => {
        const scenario = loadScenario("scenarios/whole-board.json")
        scenario.durationS = 120
        await withVirtualWorld(scenario, {}, async ({ world, server }) => {
            const [{ board, registration, spec, sources, link }] = world.devices
            const change = { phases: 1 as const, labels: [], clampSensors: [] }
            const channels = deviceChannels(spec)
            const count = (number: number, fromMs: number, toMs: number) =>
                sources[number].countBetween(fromMs, toMs) ?? 0
            await world.runTo(60_000)
            server.store.changeSettings(registration.id, 0, { ...change, channels })
            link.faults.setDown(true)
            await world.runTo(63_000)
            link.faults.setDown(false)
            await world.runTo(300_000)
            expect(board.panics).toEqual([])
            expect(server.store.deviceSettings(registration.id)?.versionInForce).toBe(1)
            for (const { kind, number, totalCount } of server.store.now(0)) {
                if (kind === KIND_MAINS) continue
                const missed = count(number, 0, 120_000) - totalCount
                expect(missed).toBeGreaterThanOrEqual(0)
                expect(missed).toBeLessThanOrEqual(count(number, 60_000, 63_000) + 1)
            }
        })
    }, 120_000)

    test("that the board cannot do are refused by it, and the old ones stay in force", async () => {
        await withVirtualWorld(scenarioOf(["S0 1"]), {}, async started => {
            const { world, server } = started
            const [{ registration, sources }] = world.devices
            await world.runTo(10_000)
            // past the server's own check, as from a server that knows the board wrongly
            const { id } = registration
            const bad = {
                kind: 1,
                isEnabled: true,
                fields: {
                    pin: 16,
                    edge: 0,
                    isInverted: 0,
                    pull: 1,
                    shortestHighMs: 10,
                    shortestLowMs: 10,
                },
            }
            server.store.changeSettings(id, 0, {
                phases: 1,
                channels: [bad],
                labels: [],
                clampSensors: [],
            })
            world.devices[0].link.faults.setDown(true)
            await world.runTo(50_000)
            world.devices[0].link.faults.setDown(false)
            await world.runTo(180_000)
            const settings = server.store.deviceSettings(id)
            expect(settings?.versionInForce).toBe(0)
            expect(settings?.answer?.reason).toContain("channels[0].pin must be 1 to 8")
            const trueCount = sources[0].countBetween(0, 120_000) ?? 0
            expect(server.store.now(0)[0].totalCount).toBeGreaterThanOrEqual(trueCount)
        })
    }, 60_000)
})

describe("mains", () => {
    test("a sag is told once, with how deep and long it was, and its waveform", async () => {
        const scenario = scenarioOf(["Circuit 1"])
        scenario.devices[0].channels[0].source = mainsSchema.parse({
            type: "mains",
            voltage: { events: [{ atS: SAG_AT_S, durationMs: SAG_MS, toPercent: 40 }] },
            current: { powerW: 1000 },
        })
        await withVirtualWorld(scenario, {}, async ({ world, server }) => {
            await world.runTo(150_000)
            const everything = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 }
            const events = server.store.events(everything)
            expect(events).toHaveLength(1)
            const [{ code, beganMs, durationMs, value, channelId }] = events
            expect(code).toBe(10)
            const startMs = Date.UTC(2026, 0, 1) + SAG_AT_S * 1000
            expect(Math.abs(beganMs - startMs)).toBeLessThan(100)
            expect(Math.abs(durationMs - SAG_MS)).toBeLessThan(20)
            expect(Math.abs(value / 23000 - 0.4)).toBeLessThan(0.02)
            const [waveform] = server.store.waveforms(channelId ?? 0)
            expect(waveform).toMatchObject({ isComplete: true, cause: 10 })
            expect(waveform.samples * waveform.sampleNs).toBeGreaterThan(20_000_000)
        })
    }, 60_000)

    test("learns its clock again after the voltage was missing at first", async () => {
        const scenario = scenarioOf(["Circuit 1"])
        scenario.devices[0].channels[0].source = mainsSchema.parse({
            type: "mains",
            voltage: { events: [{ atS: 0, durationMs: 30_000, toPercent: 0 }] },
            current: { powerW: 1000 },
        })
        await withVirtualWorld(scenario, {}, async ({ world, server }) => {
            await world.runTo(150_000)
            const [{ mains }] = server.store.now(0)
            expect(Math.abs((mains?.frequencyMhz ?? 0) - 50_000)).toBeLessThan(20)
        })
    }, 60_000)
})
