import { expect, onTestFinished, test } from "vitest"
import { type ClientLink, connectLink } from "../../sim/link-client.js"
import { encodeHello } from "../../src/wire/hello.js"
import { decodeSettings } from "../../src/wire/settings.js"
import { encodeSettingsAnswer } from "../../src/wire/settings-answer.js"
import { DEVICE_ID, DEVICE_KEY, listen, makeHello, START_MS } from "./helpers.js"
import { buildWithDevice, SETTINGS_PATH } from "./routes/settings-helpers.js"

const MAINS = { kind: "mains", name: "Main", type: "electricity", fields: { pin: 2 } }
const REASON = "channels[0].pin must be 1 to 1: this board has A1 to A1"

async function startServer() {
    const parts = await buildWithDevice()
    const url = await listen(parts.app)
    const connectDevice = async (settingsVersion?: number) => {
        const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
        onTestFinished(() => link.close())
        link.send("h", encodeHello(makeHello({ settingsVersion })))
        return link
    }
    const settings = async () => (await parts.send("GET", SETTINGS_PATH)).json()
    return { ...parts, connectDevice, settings }
}

/** The answer to a ping: whatever was sent before has been taken. */
async function settle(link: ClientLink): Promise<void> {
    link.sendPing()
    await link.pong()
}

async function receiveOn(link: ClientLink, topic: string): Promise<Buffer> {
    for (;;) {
        const message = await link.receive()
        if (message.topic === topic) return message.data
    }
}

function answer(triedVersion: number, versionInForce: number, reason?: string): Buffer {
    return encodeSettingsAnswer({ bootId: 1, triedVersion, versionInForce, reason })
}

test("settings go to a device that works with others, and its answer is kept", async () => {
    const { put, connectDevice, settings, store, time } = await startServer()
    await put(0, [MAINS])
    expect(await settings()).toMatchObject({ status: "waiting", lastSyncMs: null })
    const link = await connectDevice(0)
    const sent = decodeSettings(await receiveOn(link, "s"))
    expect(sent).toMatchObject({ version: 1, channels: [{ kind: 4, fields: { pin: 2 } }] })
    expect(await settings()).toMatchObject({
        status: "sent",
        versionInForce: 0,
        lastSyncMs: START_MS,
    })
    // until the device works with it, the channel is what it was
    expect(store.channels()[0]).toMatchObject({ name: "Main", kind: 0 })
    time.nowMs += 500
    link.send("s", answer(1, 1))
    await settle(link)
    expect(await settings()).toMatchObject({
        status: "in force",
        versionInForce: 1,
        lastSyncMs: START_MS + 500,
        answer: { atMs: START_MS + 500, triedVersion: 1, reason: null },
    })
    expect(store.channels()[0].kind).toBe(4)
})

test("a change goes at once to a device whose link is up", async () => {
    const { put, connectDevice } = await startServer()
    const link = await connectDevice(0)
    await receiveOn(link, "a")
    await put(0, [MAINS])
    expect(decodeSettings(await receiveOn(link, "s"))).toMatchObject({ version: 1 })
})

test("refused settings leave the old ones in force, with the reason", async () => {
    const { put, connectDevice, settings, store } = await startServer()
    await put(0, [MAINS])
    const link = await connectDevice(0)
    await receiveOn(link, "s")
    link.send("s", answer(1, 0, REASON))
    await settle(link)
    expect(await settings()).toMatchObject({
        version: 1,
        status: "refused",
        versionInForce: 0,
        answer: { triedVersion: 1, reason: REASON },
    })
    expect(store.channels()[0].kind).toBe(0)
    // the next change is tried anew
    await put(1, [MAINS])
    await receiveOn(link, "s")
    expect(await settings()).toMatchObject({ version: 2, status: "sent", versionInForce: 0 })
})

test.each([
    ["the wanted settings", 1],
    ["a program that knows no settings", undefined],
])("nothing is sent to a device of %s", async (_name, version) => {
    const { put, connectDevice, settings } = await startServer()
    await put(0, [MAINS])
    const link = await connectDevice(version)
    await receiveOn(link, "a")
    await settle(link)
    expect(await settings()).toMatchObject({
        versionInForce: version ?? null,
        status: version === 1 ? "in force" : "waiting",
        lastSyncMs: null,
    })
})

test("nothing is sent while nobody wanted settings, and noise is no answer", async () => {
    const { connectDevice, settings } = await startServer()
    const link = await connectDevice(5)
    link.send("s", Buffer.from("0203", "hex"))
    await settle(link)
    expect(await settings()).toMatchObject({
        version: 0,
        versionInForce: 5,
        status: "none",
        answer: null,
    })
})

test("settings that wait keep what they say of a channel, whatever the device still is", async () => {
    const { put, connectDevice, store } = await startServer()
    await put(0, [MAINS])
    const link = await connectDevice(0)
    await receiveOn(link, "s")
    expect(store.channels()[0]).toMatchObject({ kind: 0, perPulse: 0.0001 })
    link.send("s", answer(1, 1))
    await settle(link)
    expect(store.channels()[0]).toMatchObject({ kind: 4, perPulse: 0.0001, type: "electricity" })
})

test("a calibration goes to the device as new settings, and so does its end", async () => {
    const { put, connectDevice, send } = await startServer()
    await put(0, [MAINS])
    const link = await connectDevice(1)
    await receiveOn(link, "a")
    const path = `/devices/${DEVICE_ID}/calibration`
    const order = { channel: 0, reference: { currentA: 10 }, measured: { currentA: 12.5 } }
    await send("POST", path, order)
    expect(decodeSettings(await receiveOn(link, "s"))).toMatchObject({
        version: 2,
        channels: [{ fields: { currentGain: 8000 } }],
    })
    await send("DELETE", `${path}/0`)
    expect(decodeSettings(await receiveOn(link, "s"))).toMatchObject({
        version: 3,
        channels: [{ fields: { currentGain: 10_000 } }],
    })
})
