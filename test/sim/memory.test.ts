import { execFileSync } from "node:child_process"
import { beforeAll, describe, expect, test } from "vitest"
import { runScenario } from "../../cli/simulate.js"
import { loadScenario, type ScenarioChannel } from "../../sim/scenario.js"
import { OUTBOX_BYTES } from "../../src/wire/settings-heap.js"
import { PROBE_AFTER_MS } from "../diagnostics/probe-time.js"
import { recorderOf } from "../outbox/recorder-of.js"
import { hasRecordings } from "./recordings.js"

const LIGHTS = 9
const CONTACTS = 7
/** Blocks of the largest message's size. */
const BLOCK_BYTES = 250
/** Of a light, which the outbox leaves to it. */
const DETECTOR_BYTES = 600
/** Measured: 5,000, beside smaller pieces. */
const LEAST_FREE_BYTES = 2500

/** What reports of that many channels take by then; at most the rest of their share is added later. */
function outboxBytesAtProbe(): number {
    const recorder = recorderOf(1, LIGHTS + CONTACTS, 0)
    recorder.outbox.limit(OUTBOX_BYTES - LIGHTS * DETECTOR_BYTES)
    while (recorder.slotEndMs < PROBE_AFTER_MS) recorder.endSlots(recorder.slotEndMs)
    return recorder.outbox.bytes()
}

describe("the device's memory", () => {
    beforeAll(() => {
        execFileSync("node", ["scripts/build-firmware.mjs", "--diagnostics"], { stdio: "ignore" })
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
        const heldBytes = OUTBOX_BYTES - LIGHTS * DETECTOR_BYTES - outboxBytesAtProbe()
        expect(heldBytes).toBeLessThan(2000)
        const freeBytes = lines.filter(line => line.includes("free: at least")).length * BLOCK_BYTES
        console.log(
            `heap: ${freeBytes} bytes free in blocks, of which reports may take ${heldBytes}`
        )
        expect(freeBytes - heldBytes).toBeGreaterThanOrEqual(LEAST_FREE_BYTES)
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
