import { execFile } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, onTestFinished, test } from "vitest"
import { type RunningServer, startServer } from "../../server/main.js"
import { temporaryDir } from "../temporary-dir.js"

const OWN_PASSWORD = "a password of my own"
const SCENARIO = {
    name: "Eight seconds",
    durationS: 8,
    devices: [
        {
            name: "meter",
            channels: [
                {
                    kind: "light",
                    pin: 1,
                    name: "Electricity",
                    type: "electricity",
                    source: { type: "pattern", model: "train", onMs: 50, offMs: 350 },
                },
                {
                    kind: "pulse",
                    pin: 2,
                    name: "Water",
                    type: "water",
                    perPulse: 10,
                    source: { type: "pattern", model: "train", onMs: 200, offMs: 800 },
                },
            ],
        },
    ],
}

test("a scenario against a running server ends by itself, with every pulse stored there", {
    // a report may wait for fifty seconds until it is its channel's turn
    timeout: 120_000,
}, async () => {
    const dir = temporaryDir()
    const server = await startServer({
        port: 0,
        host: "127.0.0.1",
        dataDir: join(dir, "data"),
        readOnly: false,
    })
    onTestFinished(() => server.close())
    await choosePassword(server)
    const file = join(dir, "scenario.json")
    writeFileSync(file, JSON.stringify(SCENARIO))

    const args = ["simulate", "--scenario", file, "--server", server.url, "--json"]
    // rejects when the status is not 0, or there is none because it did not end
    const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ["bin/meterbeat.js", ...args],
        { env: { ...process.env, METERBEAT_PASSWORD: OWN_PASSWORD }, timeout: 110_000 }
    )

    expect(stderr).toBe("")
    expect(JSON.parse(stdout).channels).toMatchObject([
        { channel: "Electricity", trueCount: 20, countedCount: 20, storedCount: 20 },
        { channel: "Water", trueCount: 8, countedCount: 8, storedCount: 8 },
    ])
    expect(server.store.channels()).toMatchObject([
        { name: "Electricity", type: "electricity", perPulse: 1 },
        { name: "Water", type: "water", perPulse: 10 },
    ])
})

async function choosePassword(server: RunningServer): Promise<void> {
    const call = (method: string, path: string, body: object, cookie = "") =>
        fetch(`${server.url}/api/v1/${path}`, {
            method,
            headers: { cookie, "content-type": "application/json" },
            body: JSON.stringify(body),
        })
    const password = server.firstRunPassword
    const signedIn = await call("POST", "sign-in", { user: "owner", password })
    const cookie = signedIn.headers.getSetCookie()[0].split(";")[0]
    const change = { currentPassword: password, newPassword: OWN_PASSWORD }
    const changed = await call("PUT", "password", change, cookie)
    expect(changed.ok).toBe(true)
}
