import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import {
    buildTestApp,
    DEVICE_ID,
    makeHello,
    makeReport,
    makeTempDir,
    START_MS,
} from "../helpers.js"
import { buildSignedInApp, request } from "./sign-in.js"

async function buildWithChannels() {
    const parts = await buildSignedInApp()
    parts.store.ingest([
        {
            kind: "hello",
            deviceId: DEVICE_ID,
            nowMs: START_MS,
            hello: makeHello({ kinds: [0, 1, 4] }),
        },
    ])
    return parts
}

test("health needs no sign-in", async () => {
    const { app } = await buildTestApp()
    expect((await request(app)("GET", "/health")).json()).toEqual({ status: "ok" })
})

test("a new device's key is shown once", async () => {
    const { send, store } = await buildSignedInApp()
    const made = await send("POST", "/devices", { name: " Garage " })
    expect(made.statusCode).toBe(201)
    const { id, name, key, path } = made.json()
    expect([name, path]).toEqual(["Garage", `/wssk/${id}`])
    expect(store.deviceKey(id)?.toString("hex")).toBe(key)
    const { devices } = (await send("GET", "/devices")).json()
    expect(devices).toContainEqual({
        id,
        name: "Garage",
        homeId: 1,
        protocol: "meterbeat",
        board: null,
        online: false,
        lastSeenMs: null,
        health: "offline",
        advice: null,
    })
    expect(JSON.stringify(devices)).not.toContain(key)
})

test("a known device gets another key, and nobody else one", async () => {
    const { send, store } = await buildSignedInApp()
    const { id, key } = (await send("POST", "/devices", { name: "Garage" })).json()
    const again = await send("POST", `/devices/${id}/key`, {})
    expect(again.statusCode).toBe(201)
    expect(again.json()).toMatchObject({ id, path: `/wssk/${id}` })
    expect(again.json().key).not.toBe(key)
    expect(store.deviceKey(id)?.toString("hex")).toBe(again.json().key)
    const unknown = await send("POST", `/devices/${"0".repeat(16)}/key`, {})
    expect(unknown.statusCode).toBe(404)
    expect(unknown.json().error.message).toBe("There is no device 0000000000000000.")
})

test("a channel takes a name, a type, a meter constant and a direction", async () => {
    const { send } = await buildWithChannels()
    const change = { name: "Heat of the house", type: "heat", perPulse: 10, direction: "out" }
    expect((await send("PATCH", "/channels/2", change)).json().error.message).toBe(
        "name: must be at most 16 characters"
    )
    change.name = "Heat of the home"
    const reply = await send("PATCH", "/channels/2", change)
    expect(reply.json()).toEqual({
        id: 2,
        deviceId: DEVICE_ID,
        number: 1,
        kind: "pulse",
        firstSlotMs: null,
        lastSlotEndMs: null,
        ...change,
    })
    expect((await send("GET", "/channels")).json().channels[1]).toEqual(reply.json())
})

test("a channel tells the span of what is stored", async () => {
    const { send, store } = await buildWithChannels()
    store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs: START_MS, report: makeReport() }])
    const { channels } = (await send("GET", "/channels")).json()
    expect(channels).toMatchObject([
        { firstSlotMs: START_MS, lastSlotEndMs: START_MS + 50_000 },
        { firstSlotMs: null, lastSlotEndMs: null },
        { firstSlotMs: null, lastSlotEndMs: null },
    ])
})

test.each([
    [
        "POST",
        "/devices",
        { id: DEVICE_ID, name: "Again" },
        409,
        `There is already a device ${DEVICE_ID}.`,
    ],
    ["POST", "/devices", { id: "XYZ", name: "a" }, 400, "id: must be 16 lowercase hex digits"],
    ["POST", "/devices", { name: " " }, 400, "name: must not be empty"],
    ["POST", "/devices", { name: "x".repeat(61) }, 400, "name: must be at most 60 characters"],
    ["POST", "/devices", { name: 5 }, 400, "name: must be text"],
    ["PATCH", "/channels/99", { name: "a" }, 404, "There is no channel 99."],
    [
        "PATCH",
        "/channels/x",
        { name: "a" },
        400,
        "id: must be a whole number from 1 to 9007199254740991",
    ],
    ["PATCH", "/channels/1", { direction: "up" }, 400, "direction: must be one of in, out"],
    ["PATCH", "/channels/1", { perPulse: 0 }, 400, "perPulse: must be at least 0.001"],
    ["PATCH", "/channels/1", { perPulse: 65536 }, 400, "perPulse: must be at most 65535.999"],
    ["PATCH", "/channels/1", { perPulse: "1" }, 400, "perPulse: must be a number"],
    [
        "PATCH",
        "/channels/1",
        { type: "oil" },
        400,
        "type: must be one of electricity, gas, water, heat",
    ],
    [
        "PATCH",
        "/channels/3",
        { perPulse: 2 },
        400,
        "perPulse: cannot be set: a mains channel counts 0.0001 Wh",
    ],
    ["GET", "/nowhere", undefined, 404, "There is nothing at this address."],
] as const)("%s %s with %j is refused", async (method, path, body, status, message) => {
    const { send } = await buildWithChannels()
    const reply = await send(method, path, body)
    expect([reply.statusCode, reply.json().error.message]).toEqual([status, message])
})

test.each([
    ["an unknown field", { payload: { name: "a", colour: "red" } }, 400],
    ["no body", {}, 400],
    ["broken JSON", { payload: "{", headers: { "content-type": "application/json" } }, 400],
    ["another type", { payload: "<a/>", headers: { "content-type": "text/xml" } }, 415],
    ["a huge body", { payload: { name: "x".repeat(20_000) } }, 413],
])("a request with %s gets a sentence", async (_name, options, status) => {
    const { app, cookie } = await buildSignedInApp()
    const reply = await app.inject({
        method: "POST",
        url: "/api/v1/devices",
        cookies: { meterbeat_session: cookie },
        ...options,
    })
    expect(reply.statusCode).toBe(status)
    expect(reply.json().error.message).toMatch(/\S/)
})

test("describes itself, with a page for people", async () => {
    const { app } = await buildTestApp()
    const description = (await request(app)("GET", "/openapi.json")).json()
    expect(Object.keys(description.paths)).toEqual(
        expect.arrayContaining(["/api/v1/devices", "/api/v1/channels/{id}/series", "/api/v1/now"])
    )
    const page = await request(app)("GET", "/docs/")
    expect(page.statusCode).toBe(200)
    expect(page.headers["content-security-policy"]).toContain("style-src 'self' 'unsafe-inline'")
})

test("serves the built page under a strict policy, and nothing outside it", async () => {
    const webDir = join(makeTempDir(), "web")
    mkdirSync(webDir)
    writeFileSync(join(webDir, "index.html"), "<h1>Meterbeat</h1>")
    writeFileSync(join(webDir, "..", "secret.key"), "secret")
    const { app } = await buildTestApp({ webDir })
    const page = await app.inject("/")
    expect(page.body).toBe("<h1>Meterbeat</h1>")
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'")
    expect(page.headers["content-security-policy"]).not.toContain("unsafe")
    expect(page.headers["x-content-type-options"]).toBe("nosniff")
    for (const path of ["/../secret.key", "/%2e%2e/secret.key", "/..%2fsecret.key"])
        expect((await app.inject(path)).body).not.toContain("secret\n")
})

test("an answer that fails inside tells nothing of why", async () => {
    const { send, store } = await buildSignedInApp()
    store.listDevices = () => {
        throw new Error("SQLITE_IOERR at /home/ann")
    }
    const reply = await send("GET", "/devices")
    expect(reply.statusCode).toBe(500)
    expect(reply.body).not.toContain("ann")
})
