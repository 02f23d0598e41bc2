import { describe, expect, test } from "vitest"
import { meterbeat } from "./meterbeat.js"

describe.concurrent("help", { timeout: 60_000 }, () => {
    test.each([
        [[]],
        [["start"]],
        [["serve"]],
        [["simulate"]],
        [["backup"]],
        [["restore"]],
        [["export"]],
        [["provision"]],
        [["soak"]],
        [["import", "blinkiki"]],
        [["import", "emon"]],
        [["bench"]],
        [["bench", "simulate"]],
        [["bench", "measure"]],
        [["bench", "storm"]],
        [["bench", "cuts"]],
        [["bench", "ingest"]],
        [["bench", "query"]],
        [["bench", "storage"]],
    ])("of %j is shown", async command => {
        const { status, stdout, stderr } = await meterbeat([...command, "--help"])
        expect([status, stderr]).toEqual([0, ""])
        expect(stdout).toContain(`Usage: ${["meterbeat", ...command].join(" ")}`)
        expect(stdout).toContain("--help")
    })
})
