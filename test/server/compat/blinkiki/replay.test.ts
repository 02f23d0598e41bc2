import { expect, test } from "vitest"
import { buildTestApp, listen, START_MS } from "../../helpers.js"
import { buildSignedInApp } from "../../routes/sign-in.js"
import { fixture, replay } from "../replay.js"

async function startWithSensor(change: { readOnly?: boolean } = {}) {
    const parts = await buildSignedInApp()
    const body = { protocol: "blinkiki", name: "Kitchen", address: "127.0.0.1" }
    const reply = await parts.send("POST", "/homes/1/foreign-devices", body)
    expect(reply.statusCode).toBe(201)
    const deviceId: string = reply.json().id
    const channelId = parts.store.foreignDevice(deviceId)?.channelIds[0] ?? 0
    const app = change.readOnly
        ? (await buildTestApp({ store: parts.store, readOnly: true })).app
        : parts.app
    const url = await listen(app)
    return { ...parts, url, deviceId, channelId }
}

test("a start without Content-Length is answered and noted", async () => {
    const { url, send, deviceId } = await startWithSensor()
    const answer = await replay(url, fixture("blinkiki/up.request"))
    expect(answer).toMatchObject({ status: "HTTP/1.1 200 OK", body: "ok" })
    expect(answer.headers).toContain("content-type: text/html; charset=utf-8")
    const { notes } = (await send("GET", `/devices/${deviceId}/notes`)).json()
    expect(notes).toEqual([{ what: "started", atMs: START_MS, value: null, text: null }])
})

test("each slot of a report that is sent again and again is stored once", async () => {
    const { url, time, store, channelId } = await startWithSensor()
    const first = fixture("blinkiki/report.request")
    time.nowMs = START_MS + 700
    expect(await replay(url, first)).toMatchObject({ status: "HTTP/1.1 200 OK", body: "ok" })
    const slots = [2, 1, 0, 2, 3].map((count, at) => ({
        startMs: START_MS - 25_000 + at * 5000,
        count,
    }))
    expect(store.slots(channelId, 0, START_MS + 60_000)).toEqual(slots)
    // the same again, as of a packet that was repeated
    time.nowMs = START_MS + 1900
    await replay(url, first)
    expect(store.slots(channelId, 0, START_MS + 60_000)).toEqual(slots)
    time.nowMs = START_MS + 11_300
    await replay(url, fixture("blinkiki/report-later.request"))
    expect(store.slots(channelId, 0, START_MS + 60_000)).toEqual([
        ...slots,
        { startMs: START_MS, count: 0 },
        { startMs: START_MS + 5000, count: 4 },
    ])
    expect(store.now(0)[0]).toMatchObject({ totalCount: 12, unplacedCount: 0 })
})

test("what is no report is invalid, and stored nowhere", async () => {
    const { url, store } = await startWithSensor()
    const short = fixture("blinkiki/short.request")
    expect(await replay(url, short)).toMatchObject({ status: "HTTP/1.1 200 OK", body: "invalid" })
    const report = fixture("blinkiki/report.request")
    const six = Buffer.concat([report.subarray(0, report.length - 11)])
    six.write("Content-Length: 06", six.indexOf("Content-Length"))
    expect(await replay(url, six)).toMatchObject({ status: "HTTP/1.1 200 OK", body: "invalid" })
    const other = Buffer.from(report)
    other[report.length - 17] = 0x1a
    expect(await replay(url, other)).toMatchObject({ status: "HTTP/1.1 200 OK", body: "invalid" })
    expect(store.now(0)[0].totalCount).toBe(0)
})

test("an instance that only reads says so and takes nothing", async () => {
    const { url, store } = await startWithSensor({ readOnly: true })
    for (const name of ["up", "report"])
        expect(await replay(url, fixture(`blinkiki/${name}.request`))).toMatchObject({
            status: "HTTP/1.1 200 OK",
            body: "readonly",
        })
    expect(store.now(0)[0].totalCount).toBe(0)
})

test("from any address but the sensor's nothing is there", async () => {
    const { url, send, deviceId, store } = await startWithSensor()
    await send("PUT", `/devices/${deviceId}/address`, { address: "192.0.2.9" })
    for (const name of ["up", "report"])
        expect((await replay(url, fixture(`blinkiki/${name}.request`))).status).toBe(
            "HTTP/1.1 404 Not Found"
        )
    expect(store.now(0)[0].totalCount).toBe(0)
    expect(store.notes(deviceId, { fromMs: 0, toMs: Infinity, limit: 9 })).toEqual([])
})

test("a sensor that was let go leaves nothing, and begins anew with who claims it", async () => {
    const { url, time, send, store, deviceId } = await startWithSensor()
    const report = fixture("blinkiki/report.request")
    await replay(url, report)
    expect((await send("POST", `/devices/${deviceId}/release`)).statusCode).toBe(204)
    expect((await replay(url, report)).status).toBe("HTTP/1.1 404 Not Found")
    expect(store.now(0)).toEqual([])
    expect((await send("POST", "/homes/1/claims", { serial: deviceId })).statusCode).toBeLessThan(
        300
    )
    await send("PUT", `/devices/${deviceId}/address`, { address: "127.0.0.1" })
    time.nowMs += 100
    expect((await replay(url, report)).body).toBe("ok")
    expect(store.now(0)).toMatchObject([{ totalCount: 8, type: "electricity", perPulse: 1 }])
})
