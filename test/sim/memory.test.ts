import { execFileSync } from "node:child_process"
import { beforeAll, describe, expect, test } from "vitest"
import { runScenario } from "../../cli/simulate.js"
import { loadScenario } from "../../sim/scenario.js"
import { hasRecordings } from "./recordings.js"

describe("the device's memory", () => {
    beforeAll(() => {
        execFileSync("node", ["scripts/build-firmware.mjs", "--diagnostics"], { stdio: "ignore" })
    })

    test("leaves a fifth of the heap free when the outbox is full", {
        timeout: 200_000,
    }, async () => {
        const scenario = loadScenario("scenarios/link-loss.json")
        scenario.durationS = 11_000
        scenario.faults = [{ type: "link-loss", device: "meter", atS: 60, durationS: 20_000 }]
        const lines: string[] = []
        await runScenario(scenario, {
            image: "built/diagnostics/heap-probe/bytecode.devs",
            onLine: (_device, line) => lines.push(line),
        })
        const freeBytes = lines.filter(line => line.includes("free: at least")).length * 1000
        const stats = lines.find(line => line.startsWith("stats:"))
        console.log(
            `heap at the fullest point: ${freeBytes} bytes still free in blocks of 1 kB; ${stats}`
        )
        expect(freeBytes).toBeGreaterThan(13_000)
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
