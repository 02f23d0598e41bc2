import { expect, test } from "vitest"
import { ApiError, MeterbeatClient } from "../../client/meterbeat-client.js"
import { makeToken } from "../../server/auth/tokens.js"
import { listen, START_MS } from "../server/helpers.js"
import { ingestSlots } from "../server/known-days.js"
import { buildSignedInApp, PASSWORD, USER } from "../server/routes/sign-in.js"

const HOUR = { fromMs: START_MS, toMs: START_MS + 3_600_000, resolution: "hour" }

async function startServer() {
    const parts = await buildSignedInApp()
    ingestSlots(parts.store, START_MS, 720, () => 1)
    await parts.send("POST", "/sensors", { name: "main", type: "electricity", channelIds: [1] })
    await parts.send("POST", "/homes/1/tariffs", {
        name: "flat",
        type: "electricity",
        currency: "EUR",
        unit: "kWh",
        versions: [{ validFrom: "2026-01-01", basePrice: 0.5 }],
    })
    return { ...parts, url: await listen(parts.app) }
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
    let text = ""
    for await (const part of bytes) text += new TextDecoder().decode(part)
    return text
}

test("a person signs in and reads sensors, series, costs and files", async () => {
    const { url } = await startServer()
    const client = new MeterbeatClient(url)
    await client.signIn(USER, PASSWORD)
    expect(await client.sensors()).toMatchObject([{ id: 1, name: "main", homeId: 1 }])
    expect(await client.series(1, { ...HOUR, unit: "Wh" })).toMatchObject({
        unit: "Wh",
        startMs: [START_MS],
        values: [720],
    })
    const { fromMs, toMs } = HOUR
    expect((await client.cost(1, { fromMs, toMs })).total).toBeCloseTo(0.36, 9)
    const csv = await textOf(await client.exportSensor(1, { format: "csv", resolution: "hour" }))
    expect(csv).toBe(`startMs,start,W\n${START_MS},2026-03-03T10:00:00.000Z,720\n`)
})

test("a token opens what it is for, and what is refused has its code", async () => {
    const { url, deps } = await startServer()
    const purpose = { kind: "sensor", user: USER, sensorId: 1, deviceId: null } as const
    const { raw } = makeToken(deps, { ...purpose, name: "wall" })
    const client = new MeterbeatClient(url, raw)
    expect((await client.series(1, HOUR)).values).toEqual([720])
    const refused = await client.sensors().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect(refused).toMatchObject({ code: "forbidden", status: 403 })
    const missing = await client.series(7, HOUR).catch((error: unknown) => error)
    expect(missing).toMatchObject({ code: "not_found", status: 404 })
})

test("without a server one sentence says so", async () => {
    const client = new MeterbeatClient("http://127.0.0.1:1")
    await expect(client.sensors()).rejects.toThrow("No server answers at http://127.0.0.1:1.")
})

test("what is no Meterbeat is told by its status", async () => {
    const client = new MeterbeatClient(
        "http://example.org",
        undefined,
        async () => new Response("<html>", { status: 502 })
    )
    await expect(client.sensors()).rejects.toThrow("The server refuses sensors with status 502.")
})
