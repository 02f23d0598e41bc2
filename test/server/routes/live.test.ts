import { expect, onTestFinished, test } from "vitest"
import { type ClientLink, connectLink } from "../../../sim/link-client.js"
import { decodeCommand } from "../../../src/wire/command.js"
import { encodeHello } from "../../../src/wire/hello.js"
import { encodeLevel } from "../../../src/wire/level.js"
import { encodeLive } from "../../../src/wire/live.js"
import { encodeReport } from "../../../src/wire/report.js"
import { DEVICE_ID, DEVICE_KEY, listen, makeHello, makeReport, START_MS } from "../helpers.js"
import { watch } from "./event-stream.js"
import { buildSignedInApp } from "./sign-in.js"

const LIVE = encodeLive({
    bootId: 1,
    uptimeMs: 1000,
    channels: [
        { channel: 0, countSinceBoot: 21, intervalMs: 3600, sinceLastMs: 7200 },
        { channel: 7, countSinceBoot: 5, intervalMs: 100, sinceLastMs: 0 },
    ],
})

async function startWithDevice() {
    const parts = await buildSignedInApp()
    const url = await listen(parts.app)
    const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    onTestFinished(() => link.close())
    link.send("h", encodeHello(makeHello()))
    await link.receive()
    return { ...parts, url, link }
}

async function commandTo(link: ClientLink) {
    const { topic, data } = await link.receive()
    expect(topic).toBe("c")
    return decodeCommand(data)
}

async function pingsUntilAnswered(link: ClientLink): Promise<void> {
    link.sendPing()
    expect(await link.pong()).toBe(true)
}

test("tells live values and stored reports to whoever watches", async () => {
    const { url, cookie, link } = await startWithDevice()
    const { reply, next } = await watch(url, cookie)
    expect(reply.headers.get("content-type")).toBe("text/event-stream")
    expect(reply.headers.get("content-security-policy")).toContain("default-src 'none'")
    expect(await next()).toEqual(["hello", { serverTimeMs: START_MS }])
    link.send("r", encodeReport(makeReport()))
    expect(await next()).toEqual([
        "slots",
        { channelId: 1, fromMs: START_MS, toMs: START_MS + 50_000 },
    ])
    link.send("l", LIVE)
    expect(await next()).toEqual([
        "live",
        { channelId: 1, atMs: START_MS, powerW: 500, totalCount: 21 },
    ])
})

test("devices send live values only while somebody watches", async () => {
    const { url, cookie, link, time } = await startWithDevice()
    const first = await watch(url, cookie)
    expect(await commandTo(link)).toEqual({ kind: "live", seconds: 30 })
    const second = await watch(url, cookie)
    await second.next()
    first.stop()
    time.uptimeMs += 10_001
    await pingsUntilAnswered(link)
    expect(await commandTo(link)).toEqual({ kind: "live", seconds: 30 })
    second.stop()
    expect(await commandTo(link)).toEqual({ kind: "live", seconds: 0 })
})

test("a device that connects while somebody watches is asked too", async () => {
    const { url, cookie, link } = await startWithDevice()
    await (await watch(url, cookie)).next()
    link.close()
    const again = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    onTestFinished(() => again.close())
    again.sendPing()
    expect(await commandTo(again)).toEqual({ kind: "live", seconds: 30 })
})

test("a sensor can be aimed by what it sees, which is told and not kept", async () => {
    const { url, cookie, link, send, time } = await startWithDevice()
    const { next } = await watch(url, cookie)
    await next()
    await commandTo(link)
    expect((await send("POST", "/channels/1/level", { seconds: 60 })).statusCode).toBe(202)
    expect(await commandTo(link)).toEqual({ kind: "level", channel: 0, seconds: 60 })
    time.nowMs += 2500
    const level = {
        channel: 0,
        uptimeMs: 2000,
        stepMs: 10,
        signal: [120, 780, 81, 7],
        millivolts: [120, 125, 890],
    }
    link.send("v", encodeLevel({ ...level, channel: 9 }))
    link.send("v", Buffer.from("0200", "hex"))
    link.send("v", encodeLevel(level))
    expect(await next()).toEqual([
        "level",
        // the device booted at START_MS, whenever the message comes
        {
            channelId: 1,
            atMs: START_MS + 2000,
            stepMs: 10,
            millivolts: [120, 125, 890],
            signal: { idleMv: 120, heightMv: 780, contrast: 7.5, noiseMv: 8.1, rejected: 7 },
        },
    ])
    const signalOf = async (signal: number[]) => {
        link.send("v", encodeLevel({ ...level, signal }))
        const [, data] = (await next()) ?? []
        return (data as { signal?: object }).signal
    }
    expect(await signalOf([2000, -400, 30, 0])).toMatchObject({ heightMv: -400, contrast: 1.25 })
    expect(await signalOf([0, 500, 24, 0])).toMatchObject({ heightMv: 500, contrast: null })
    expect(await signalOf([120, 0, 24, 0])).toMatchObject({ heightMv: null, contrast: null })
    expect(await signalOf([])).toBeUndefined()
    expect((await send("POST", "/channels/2/level", { seconds: 0 })).statusCode).toBe(202)
    expect(await commandTo(link)).toEqual({ kind: "level", channel: 1, seconds: 0 })
})

test.each([
    [1, { seconds: 601 }, 400, "seconds: must be at most 600"],
    [1, { seconds: -1 }, 400, "seconds: must be at least 0"],
    [1, { seconds: 1.5 }, 400, "seconds: must be a whole number"],
    [3, { seconds: 5 }, 400, "A chip channel has no pin to look at."],
    [9, { seconds: 5 }, 404, "There is no channel 9."],
    [1, { seconds: 5 }, 409, "The device is offline: it cannot be asked."],
])("a level of channel %d with %j is refused", async (id, body, status, message) => {
    const { store, send } = await buildSignedInApp()
    const hello = makeHello({ kinds: [0, 1, 5] })
    store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello }])
    const reply = await send("POST", `/channels/${id}/level`, body)
    expect([reply.statusCode, reply.json().error.message]).toEqual([status, message])
})

test("a stop of the server ends the stream and the link", async () => {
    const { app, url, cookie, link } = await startWithDevice()
    const { next } = await watch(url, cookie)
    await next()
    await app.close()
    expect(await next()).toBeUndefined()
    await link.closed
})
