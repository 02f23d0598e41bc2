import { spawnSync } from "node:child_process"
import { expect, test } from "vitest"

test("without a bench the image counts its test pattern under the plain simulator", () => {
    const image = "built/firmware/meterbeat_s3/bytecode.devs"
    const args = ["run", image, "--test", "--test-timeout", "12000"]
    const run = spawnSync("node_modules/.bin/devs", args, { encoding: "utf8", timeout: 25_000 })
    expect(run.stdout).toContain("no bench: counting the built-in test pattern")
    const counts = [...run.stdout.matchAll(/test pattern: counted (\d+), (\d+)/g)]
    expect(counts.length).toBeGreaterThanOrEqual(2)
    // a flash and a contact every two seconds; the detector's window may hold the last one back
    const [, light, contact] = counts[1].map(Number)
    expect(light).toBeGreaterThanOrEqual(4)
    expect(contact).toBeGreaterThanOrEqual(4)
    expect(Math.max(light, contact)).toBeLessThanOrEqual(6)
})
