import { expect, test } from "vitest"
import { meterbeat } from "./meterbeat.js"

test("a killed server gets every device back and every report that waited", {
    timeout: 90_000,
}, async () => {
    const { status, stdout, stderr } = await meterbeat([
        "bench",
        "storm",
        "--devices",
        "60",
        "--json",
    ])
    expect([status, stderr]).toEqual([0, ""])
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ devices: 60, reports: 780, devicesWithLoss: 0 })
    expect(result.pulsesSent).toBeGreaterThan(0)
    expect(result.pulsesStored).toBe(result.pulsesSent)
})
