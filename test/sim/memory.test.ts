import { execFileSync } from "node:child_process"
import { beforeAll, describe, expect, test } from "vitest"
import { runScenario } from "../../cli/simulate.js"
import { loadScenario, type ScenarioChannel } from "../../sim/scenario.js"
import { PROBE_AFTER_MS } from "../diagnostics/probe-time.js"
import { recorderOf } from "../outbox/recorder-of.js"
import { hasRecordings } from "./recordings.js"

const LIGHTS = 9
const CONTACTS = 7
/** Blocks of the largest message's size. */
const BLOCK_BYTES = 250
/** Measured: 3,500, beside 8,500 in smaller pieces. */
const LEAST_FREE_BYTES = 2500

describe("the device's memory", () => {
    beforeAll(() => {
        execFileSync("node", ["scripts/build-firmware.mjs", "--diagnostics"], { stdio: "ignore" })
    })

    test("has an outbox that is at its fullest when the heap is probed", () => {
        const recorder = recorderOf(1, LIGHTS + CONTACTS, 0)
        while (recorder.outbox.dropped === 0) recorder.endSlots(recorder.slotEndMs)
        expect(recorder.slotEndMs).toBeLessThan(PROBE_AFTER_MS)
    })

    test("leaves blocks for many messages free on 16 channels with the outbox at its fullest", {
        timeout: 200_000,
    }, async () => {
        const scenario = loadScenario("scenarios/link-loss.json")
        const [device] = scenario.devices
        const [light, contact] = device.channels
        const onPins = (channel: ScenarioChannel, pins: number) =>
            Array.from({ length: pins }, (_, i) => ({ ...channel, pin: i + 1 }))
        device.channels = [...onPins(light, LIGHTS), ...onPins(contact, CONTACTS)]
        const probeS = PROBE_AFTER_MS / 1000
        scenario.durationS = probeS + 60
        // the link comes back after the probe, so that the run ends
        scenario.faults = [{ type: "link-loss", device: "meter", atS: 60, durationS: probeS }]
        const lines: string[] = []
        await runScenario(scenario, {
            image: "built/diagnostics/heap-probe/bytecode.devs",
            onLine: (_device, line) => lines.push(line),
        })
        const freeBytes = lines.filter(line => line.includes("free: at least")).length * BLOCK_BYTES
        expect(freeBytes).toBeGreaterThanOrEqual(LEAST_FREE_BYTES)
    })

    test.skipIf(!hasRecordings)(
        "a real day is exact with a third of the heap taken away (skipped without METERBEAT_DATA)",
        { timeout: 900_000 },
        async () => {
            const result = await runScenario(loadScenario("scenarios/refit-day.json"), {
                image: "built/diagnostics/ballast/bytecode.devs",
            })
            const [channel] = result.channels
            expect(channel.trueCount).toBeGreaterThan(8000)
            expect(channel.storedCount).toBe(channel.trueCount)
            expect(result.panics).toBe(0)
        }
    )
})
