import { expect, test } from "vitest"
import { type VirtualWorld, withVirtualWorld } from "../../cli/virtual-world.js"
import { runFor } from "../../sim/run-loop.js"
import { loadScenario } from "../../sim/scenario.js"
import { mainsSchema } from "../../sim/sources/mains-schema.js"
import { addOwner, request, signIn } from "../server/routes/sign-in.js"

const LOAD = { voltageV: 230, currentA: 10, powerFactor: 0.5 }
const POWER_W = 1150
/** By which the clamp shifts the current ahead. */
const LEAD_US = 120
const PINS = { pin: 1, voltagePin: 2 }
/** Until a report of ten slots that all were measured with the newest settings has come. */
const REPORTED_MS = 125_000

/** One mains channel with a steady load. */
function scenario() {
    const loaded = loadScenario("scenarios/whole-board.json")
    const [device] = loaded.devices
    const { voltageV, ...current } = LOAD
    device.channels = [
        {
            kind: "mains",
            pin: PINS.pin,
            fields: PINS,
            name: "Motor",
            type: "electricity",
            perPulse: 1,
            source: mainsSchema.parse({
                type: "mains",
                voltage: { voltageV },
                current,
                clamp: { leadUs: LEAD_US },
            }),
        },
    ]
    loaded.durationS = 600
    return loaded
}

async function signedIn({ server, world }: VirtualWorld) {
    await addOwner(server.store)
    const send = request(server.app, await signIn(server.app))
    return async (method: "GET" | "PUT" | "POST", path: string, body?: object) => {
        const reply = await runFor(world.scheduler, send(method, path, body))
        expect(reply.statusCode, reply.body).toBe(200)
        return reply.json()
    }
}

test("a board with an inexact ADC and a clamp that shifts is right after two steps", async () => {
    await withVirtualWorld(scenario(), {}, async started => {
        const { world, server } = started
        const send = await signedIn(started)
        const path = `/devices/${world.devices[0].registration.id}`
        const channel = { kind: "mains", name: "Motor", type: "electricity", fields: PINS }
        const wait = () => world.runTo(world.sinceStartMs() + REPORTED_MS)
        const shown = () => server.store.now(0)[0].mains
        await world.runTo(20_000)
        await send("PUT", `${path}/settings`, { expectedVersion: 0, channels: [channel] })
        await wait()
        const before = shown()

        const { voltageV, currentA, powerFactor } = LOAD
        await send("POST", `${path}/calibration`, { channel: 0, reference: { voltageV, currentA } })
        await wait()
        const phase = { powerFactor, powerW: POWER_W }
        await send("POST", `${path}/calibration`, { channel: 0, reference: phase })
        await wait()

        const { version, status, channels } = await send("GET", `${path}/settings`)
        expect([version, status]).toEqual([3, "in force"])
        expect(Math.abs(channels[0].fields.phaseUs - LEAD_US)).toBeLessThan(20)
        const powerOf = (slot: typeof before) => ((slot?.energyIn ?? 0) * 0.36) / 5
        const errorOf = (value: number, truth: number) => Math.abs(value / truth - 1)
        const after = shown()
        expect(errorOf(powerOf(before), POWER_W)).toBeGreaterThan(0.02)
        expect(errorOf(powerOf(after), POWER_W)).toBeLessThan(0.005)
        expect(errorOf((after?.voltageCv ?? 0) / 100, voltageV)).toBeLessThan(0.005)
        expect(errorOf((after?.currentMa ?? 0) / 1000, currentA)).toBeLessThan(0.005)
    })
}, 120_000)
