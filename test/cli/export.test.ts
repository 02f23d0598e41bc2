import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { listen, makeTempDir, START_MS } from "../server/helpers.js"
import { ingestSlots } from "../server/known-days.js"
import { buildSignedInApp, PASSWORD, USER } from "../server/routes/sign-in.js"
import { meterbeat } from "./meterbeat.js"

const ENV = { METERBEAT_USER: USER, METERBEAT_PASSWORD: PASSWORD }

test("a sensor is exported by its name, to a file or to standard output", {
    timeout: 60_000,
}, async () => {
    const { app, store, send } = await buildSignedInApp()
    ingestSlots(store, START_MS, 1440, () => 1)
    await send("POST", "/sensors", { name: "main", type: "electricity", channelIds: [1] })
    const server = ["export", "--server", await listen(app)]
    const shown = await meterbeat([...server, "--sensor", "main", "--resolution", "hour"], ENV)
    expect(shown).toEqual({
        status: 0,
        stderr: "",
        stdout: `startMs,start,W\n${START_MS},2026-03-03T10:00:00.000Z,720\n${START_MS + 3_600_000},2026-03-03T11:00:00.000Z,720\n`,
    })
    const out = join(makeTempDir(), "main.jsonl")
    const options = ["--format", "jsonl", "--unit", "kWh", "--from", "2026-03-03T11:45Z"]
    const written = await meterbeat([...server, "--sensor", "1", ...options, "--out", out], ENV)
    expect(written).toEqual({ status: 0, stderr: "", stdout: "" })
    expect(readFileSync(out, "utf8")).toBe(
        `{"startMs":${START_MS + 6_300_000},"start":"2026-03-03T11:45:00.000Z","kWh":0.18}\n`
    )
    const bad: [string[], string][] = [
        [["--sensor", "cellar"], 'There is no sensor "cellar" on this server.'],
        [["--sensor", "1", "--from", "noon"], "--from must be Unix ms or a time"],
        [["--sensor", "1", "--format", "xml"], "format: must be one of csv, jsonl"],
    ]
    for (const [args, message] of bad) {
        const refused = await meterbeat([...server, ...args], ENV)
        expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining(message)])
    }
})
