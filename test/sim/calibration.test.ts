import { expect, test } from "vitest"
import { type VirtualWorld, withVirtualWorld } from "../../cli/virtual-world.js"
import { runFor } from "../../sim/run-loop.js"
import { loadScenario } from "../../sim/scenario.js"
import { mainsSchema } from "../../sim/sources/mains-schema.js"
import { addOwner, request, signIn } from "../server/routes/sign-in.js"

const LOAD = { voltageV: 230, currentA: 10, powerFactor: 0.5 }
const POWER_W = 1150
/** The load goes off before; until then it is steady. */
const UNLOADED_MS = 600_000
const OFF_AT_S = 480
/** By which the clamp shifts the current ahead. */
const LEAD_US = 120
const PINS = { pin: 1, voltagePin: 2 }
/** Until a report of ten slots that all were measured with the newest settings has come. */
const REPORTED_MS = 125_000

/** One mains channel with a steady load. */
function scenario() {
    const loaded = loadScenario("scenarios/whole-board.json")
    const [device] = loaded.devices
    loaded.adc.gainErrorPercent = 6
    const { voltageV, powerFactor } = LOAD
    const steps = [
        { atS: 0, powerW: POWER_W },
        { atS: OFF_AT_S, powerW: 0 },
    ]
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
                current: { steps, powerFactor },
                clamp: { leadUs: LEAD_US },
            }),
        },
    ]
    loaded.durationS = 700
    return loaded
}

async function signedIn({ server, world }: VirtualWorld) {
    await addOwner(server.store)
    const send = request(server.app, await signIn(server.app))
    return (method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: object) =>
        runFor(world.scheduler, send(method, path, body))
}

test("a board with an inexact ADC and a clamp that shifts is right after three steps", async () => {
    await withVirtualWorld(scenario(), {}, async started => {
        const { world, server } = started
        const ask = await signedIn(started)
        const send = async (
            method: "GET" | "PUT" | "POST" | "DELETE",
            path: string,
            body?: object
        ) => {
            const reply = await ask(method, path, body)
            expect(reply.statusCode, reply.body).toBe(200)
            return reply.json()
        }
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

        await world.runTo(UNLOADED_MS)
        const idle = { channel: 0, reference: { noLoad: true } }
        const asked = await ask("POST", `${path}/calibration`, idle)
        expect([asked.statusCode, asked.json().error.message]).toEqual([
            409,
            expect.stringContaining("which the device was asked for just now"),
        ])
        await world.runTo(world.sinceStartMs() + 5000)
        const { calibrations } = await send("POST", `${path}/calibration`, idle)
        // an ADC whose gain is off shows the inputs' rest at 1,650 mV off by as much
        const restMv = 1650 * (10_000 / channels[0].fields.currentGain - 1)
        expect(Math.abs(restMv)).toBeGreaterThan(10)
        expect(Math.abs(calibrations[0].after.offsetMv - restMv)).toBeLessThan(5)
        const undone = await send("DELETE", `${path}/calibration/0`)
        expect(undone.calibrations[0]).toMatchObject({ undoneMs: expect.any(Number) })
    })
}, 120_000)
