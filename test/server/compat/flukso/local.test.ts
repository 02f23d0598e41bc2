import { expect, onTestFinished, test } from "vitest"
import { buildLocalApp } from "../../../../server/compat/flukso/local-app.js"
import { LiveHub } from "../../../../server/live-hub.js"
import { connectLink } from "../../../../sim/link-client.js"
import { decodeCommand } from "../../../../src/wire/command.js"
import { encodeHello } from "../../../../src/wire/hello.js"
import { encodeLive } from "../../../../src/wire/live.js"
import {
    buildTestApp,
    DEVICE_ID,
    DEVICE_KEY,
    listen,
    makeHello,
    makeReport,
    START_MS,
} from "../../helpers.js"
import { asFixture, RawConnection, readExchanges } from "../exchange.js"
import { addMeter, SENSOR, WATER_SENSOR } from "./fluksometer.js"

const START_S = START_MS / 1000

async function buildLocal() {
    const hub = new LiveHub()
    const parts = await buildTestApp({ hub })
    const local = buildLocalApp({ ...parts.deps, hub })
    onTestFinished(() => local.close())
    const ask = async (publicId: string, unit = "watt") => {
        const query = `version=1.0&interval=minute&unit=${unit}`
        return (await local.inject(`/sensor/${publicId}?${query}`)).json()
    }
    return { ...parts, hub, local, ask, ...(await addMeter(parts.store)) }
}

async function replay(url: string, name: string): Promise<void> {
    const connection = new RawConnection(url)
    const file = new URL(`../../../fixtures/flukso/${name}.http`, import.meta.url)
    for (const exchange of readExchanges(file)) {
        const { statusLine, headers, body } = exchange
        const answer = await connection.exchange(exchange.request)
        expect(asFixture(answer, exchange)).toEqual({ statusLine, headers, body })
    }
}

test("the manual's fourth curl call: sixty live points, the last ones not known yet", async () => {
    const { hub, local, store, sensorId, time, ask } = await buildLocal()
    const url = await listen(local)
    const [channelId = 0] = store.sensor(sensorId)?.channelIds ?? []
    await ask(SENSOR)
    for (let at = 0; at < 58; at++) {
        // one that comes late is filled with the next, as it is the same here
        if (at === 20) continue
        const powerW = at === 0 || at >= 55 ? 123.6 : 125.4
        const atMs = (1_310_047_446 + at) * 1000 + 300
        hub.publish({ event: "live", data: { channelId, atMs, powerW, totalCount: at } })
    }
    time.nowMs = 1_310_047_505_900
    await replay(url, "manual-realtime")
})

test("what a Fluksometer refuses, and a sensor without a point", async () => {
    const { local } = await buildLocal()
    await replay(await listen(local), "local-refusals")
})

test("before live values come, slots of 5 s stand for them", async () => {
    const { store, time, ask } = await buildLocal()
    const item = { deviceId: DEVICE_ID, nowMs: START_MS }
    store.ingest([
        { ...item, kind: "hello", hello: makeHello() },
        { ...item, kind: "report", report: makeReport({ slots: [1, 0, 2, 2, 2, 2, 2, 2, 2, 3] }) },
    ])
    const channel = store.channels().find(({ deviceId }) => deviceId === DEVICE_ID)
    const channelIds = [channel?.id ?? 0]
    const own = { name: "Own", type: "electricity" as const, isEnabled: true, channelIds }
    const { publicId = "" } = store.addSensor(own)
    time.nowMs = START_MS + 52_000
    const rows = await ask(publicId)
    expect(rows).toHaveLength(52)
    expect(rows[0]).toEqual([START_S + 1, 720])
    expect(rows.slice(4, 6)).toEqual([
        [START_S + 5, 720],
        [START_S + 6, 0],
    ])
    expect(rows.slice(-4)).toEqual([
        [START_S + 49, 2160],
        [START_S + 50, 2160],
        [START_S + 51, "nan"],
        [START_S + 52, "nan"],
    ])
})

test("water is told in litres a day", async () => {
    const { hub, store, time, ask } = await buildLocal()
    const sensor = store.sensor(store.sensorOfPublicId(WATER_SENSOR) ?? 0)
    const [channelId = 0] = sensor?.channelIds ?? []
    await ask(WATER_SENSOR, "lperday")
    const data = { channelId, atMs: time.nowMs, flowLPerMin: 0.5, totalCount: 1 }
    hub.publish({ event: "live", data })
    expect(await ask(WATER_SENSOR, "lperday")).toEqual([[START_S, 720]])
})

test("a poll switches devices to live mode, and silence switches them back", async () => {
    const { app, hub, time, ask } = await buildLocal()
    const link = await connectLink({
        url: await listen(app),
        deviceId: DEVICE_ID,
        key: DEVICE_KEY,
    })
    onTestFinished(() => link.close())
    link.send("h", encodeHello(makeHello()))
    await link.receive()
    const command = async () => decodeCommand((await link.receive()).data)
    const sendLive = () => {
        const channel = { channel: 0, countSinceBoot: 1, intervalMs: 3600, sinceLastMs: 0 }
        link.send("l", encodeLive({ bootId: 1, uptimeMs: 1000, channels: [channel] }))
    }
    await ask(SENSOR)
    expect(await command()).toEqual({ kind: "live", seconds: 30 })
    time.uptimeMs += 60_000
    await ask(SENSOR)
    expect(hub.isWatched).toBe(true)
    time.uptimeMs += 60_001
    sendLive()
    let last = await command()
    while (last && typeof last !== "string" && "seconds" in last && last.seconds > 0)
        last = await command()
    expect(last).toEqual({ kind: "live", seconds: 0 })
    expect(hub.isWatched).toBe(false)
    await ask(SENSOR)
    expect(hub.isWatched).toBe(true)
})

test("several channels are added up where all of them are known", async () => {
    const { hub, store, time, ask } = await buildLocal()
    store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello() }])
    const channels = store.channels().filter(({ deviceId }) => deviceId === DEVICE_ID)
    const channelIds = channels.map(({ id }) => id)
    const own = { name: "Both", type: "electricity" as const, isEnabled: true, channelIds }
    const { publicId = "" } = store.addSensor(own)
    store.updateChannel(channelIds[1], { direction: "out" })
    await ask(publicId)
    const tell = (at: number, atMs: number, powerW: number) =>
        hub.publish({
            event: "live",
            data: { channelId: channelIds[at], atMs, powerW, totalCount: 1 },
        })
    tell(0, START_MS, 500)
    tell(0, START_MS + 1000, 500)
    tell(0, START_MS + 2000, 500)
    tell(1, START_MS + 1000, 700)
    time.nowMs = START_MS + 2000
    expect(await ask(publicId)).toEqual([
        [START_S + 1, -200],
        [START_S + 2, "nan"],
    ])
})
