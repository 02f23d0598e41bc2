import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { connectLink, openSocket } from "../../../sim/link-client.js"
import { encodeHello } from "../../../src/wire/hello.js"
import { encodeReport } from "../../../src/wire/report.js"
import {
    DEVICE_ID,
    DEVICE_KEY,
    listen,
    makeHello,
    makeReport,
    makeTempDir,
    openTestStore,
    START_MS,
    seededBytes,
} from "../helpers.js"
import { buildSignedInApp } from "./sign-in.js"

const MINUTE_MS = 60_000

async function buildWithPresence(change: Parameters<typeof buildSignedInApp>[0] = {}) {
    const parts = await buildSignedInApp(change)
    const url = await listen(parts.app)
    const connectDevice = async () => {
        const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
        onTestFinished(() => link.close())
        return link
    }
    const presence = async () => {
        const [{ online, lastSeenMs }] = (await parts.send("GET", "/devices")).json().devices
        return [online, lastSeenMs]
    }
    return { ...parts, url, connectDevice, presence }
}

test("a device was never seen until it has proved its key", async () => {
    const { url, presence } = await buildWithPresence()
    expect(await presence()).toEqual([false, null])
    const stranger = openSocket({ url, deviceId: DEVICE_ID }, `devs-key-${"ab".repeat(16)}`)
    onTestFinished(() => stranger.terminate())
    await new Promise(resolve => stranger.once("message", resolve))
    expect(await presence()).toEqual([false, null])
})

test("a device is online while its link is up, and seen at its last frame", async () => {
    const { time, connectDevice, presence } = await buildWithPresence()
    const link = await connectDevice()
    expect(await presence()).toEqual([true, START_MS])
    time.nowMs += MINUTE_MS
    link.sendPing()
    await link.pong()
    time.nowMs += MINUTE_MS
    expect(await presence()).toEqual([true, START_MS + MINUTE_MS])
    link.close()
    await expect.poll(presence).toEqual([false, START_MS + MINUTE_MS])
})

test("another key ends the link that the old one opened", async () => {
    const { send, connectDevice, presence } = await buildWithPresence()
    const link = await connectDevice()
    expect((await send("POST", `/devices/${DEVICE_ID}/key`, {})).statusCode).toBe(201)
    expect(await presence()).toEqual([false, START_MS])
    await expect(link.receive()).rejects.toThrow()
    await expect(connectDevice()).rejects.toThrow()
})

test("a newer link that takes the older one's place keeps the device online", async () => {
    const { connectDevice, presence } = await buildWithPresence()
    const older = await connectDevice()
    await connectDevice()
    await older.closed
    expect(await presence()).toEqual([true, START_MS])
})

test("a server that was started again knows when the device's data ended", async () => {
    const file = join(makeTempDir(), "meterbeat.db")
    const before = await buildWithPresence({ store: await openTestStore(file) })
    const link = await before.connectDevice()
    link.send("h", encodeHello(makeHello()))
    await link.receive()
    link.send("r", encodeReport(makeReport()))
    await link.receive()
    const endMs = START_MS + 50_000
    const after = await buildWithPresence({
        store: await openTestStore(file),
        randomBytes: seededBytes("after"),
    })
    // the report's end is still to come on this server's clock
    expect(await after.presence()).toEqual([false, START_MS])
    after.time.nowMs += 60 * MINUTE_MS
    expect(await after.presence()).toEqual([false, endMs])
})

test("a device that says nothing for half an hour while the server is up is called silent, with what to do", async () => {
    const { time, send, connectDevice } = await buildWithPresence()
    const health = async () => {
        const [{ health, advice }] = (await send("GET", "/devices")).json().devices
        return [health, advice?.code]
    }
    // one that never came has not gone
    time.uptimeMs += 24 * 60 * MINUTE_MS
    expect(await health()).toEqual(["offline", undefined])
    const link = await connectDevice()
    expect(await health()).toEqual(["online", undefined])
    time.uptimeMs += 60 * MINUTE_MS
    link.sendPing()
    await link.pong()
    link.close()
    await expect.poll(health).toEqual(["offline", undefined])
    time.uptimeMs += 30 * MINUTE_MS - 1
    // what the clock does in between says nothing
    time.nowMs += 10 * 60 * MINUTE_MS
    expect(await health()).toEqual(["offline", undefined])
    time.uptimeMs += 1
    time.nowMs -= 20 * 60 * MINUTE_MS
    expect(await health()).toEqual(["silent", "needs_provisioning"])
    await connectDevice()
    expect(await health()).toEqual(["online", undefined])
})

test("a server that was away does not call a device silent before it could have been heard", async () => {
    const file = join(makeTempDir(), "meterbeat.db")
    const before = await openTestStore(file)
    const item = { deviceId: DEVICE_ID, nowMs: START_MS }
    before.ingest([{ ...item, kind: "hello", hello: makeHello() }])
    const { time, send } = await buildWithPresence({ store: before })
    const health = async () => (await send("GET", "/devices")).json().devices[0].health
    time.nowMs += 20 * 24 * 60 * MINUTE_MS
    expect(await health()).toBe("offline")
    time.uptimeMs += 30 * MINUTE_MS
    expect(await health()).toBe("silent")
})
