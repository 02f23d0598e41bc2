import { expect, onTestFinished, test, vi } from "vitest"
import { connectLink } from "../../sim/link-client.js"
import { decodeAck } from "../../src/wire/ack.js"
import { encodeHello } from "../../src/wire/hello.js"
import { encodeReport } from "../../src/wire/report.js"
import { DEVICE_ID, DEVICE_KEY, listen, makeHello, nthReport, START_MS } from "./helpers.js"
import { buildSignedInApp, request, USER } from "./routes/sign-in.js"

const HOUR_MS = 3_600_000
const STEPS = [
    ["forward", 5 * HOUR_MS],
    ["back", -5 * HOUR_MS],
] as const

async function startWithLink() {
    const parts = await buildSignedInApp()
    const url = await listen(parts.app)
    const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    onTestFinished(() => link.close())
    link.send("h", encodeHello(makeHello()))
    await link.receive()
    return { ...parts, url, link }
}

test.each(STEPS)(
    "a step %s keeps links, sessions and every report in its place",
    async (_name, stepMs) => {
        const { time, link, send, store } = await startWithLink()
        const deliver = async (at: number) => {
            link.send("r", encodeReport(nthReport(at, { startMs: START_MS + at * 50_000 })))
            return decodeAck((await link.receive()).data)
        }
        await deliver(0)
        time.nowMs += stepMs
        // the device takes its time from the acknowledgement, and what it dated before stays dated so
        const reports = [{ channel: 0, sequence: 10 }]
        expect(await deliver(1)).toEqual({ bootId: 1, serverTimeMs: START_MS + stepMs, reports })
        link.sendPing()
        expect(await link.pong()).toBe(true)
        const [device] = (await send("GET", "/devices")).json().devices
        expect(device).toMatchObject({ online: true, health: "online", lastSeenMs: time.nowMs })
        time.nowMs -= stepMs
        await deliver(2)
        expect((await send("GET", "/session")).json().user).toBe(USER)
        expect(store.now(0)[0]).toMatchObject({ totalCount: 60, unplacedCount: 0, sinceCount: 60 })
        const slots = store.slots(1, START_MS, START_MS + HOUR_MS)
        expect(slots.map(({ startMs }) => startMs)).toEqual(
            Array.from({ length: 30 }, (_, at) => START_MS + at * 5000)
        )
    }
)

test("nobody was seen in the future after a step back", async () => {
    const { time, link, send } = await startWithLink()
    time.nowMs -= 5 * HOUR_MS
    link.close()
    const device = async () => (await send("GET", "/devices")).json().devices[0]
    await expect.poll(async () => (await device()).online).toBe(false)
    expect((await device()).lastSeenMs).toBe(time.nowMs)
})

test.each(STEPS)(
    "a step %s of the system's clock does not change how long wrong tries wait",
    async (_name, stepMs) => {
        vi.useFakeTimers({ toFake: ["Date"], now: START_MS })
        onTestFinished(() => void vi.useRealTimers())
        const { app, time } = await buildSignedInApp()
        const waitOfTry = async () => {
            const fromMs = time.uptimeMs
            const body = { user: "nobody", password: "wrong password" }
            expect((await request(app)("POST", "/sign-in", body)).statusCode).toBe(401)
            return time.uptimeMs - fromMs
        }
        // the first waits for its turn after signing in, too
        await waitOfTry()
        const firstMs = await waitOfTry()
        const stepOfTriesMs = (await waitOfTry()) - firstMs
        expect(stepOfTriesMs).toBeGreaterThan(0)
        vi.setSystemTime(START_MS + stepMs)
        time.nowMs += stepMs
        expect(await waitOfTry()).toBe(firstMs + 2 * stepOfTriesMs)
    }
)

test("live values are asked for again after a step back", async () => {
    const { app, time, link, cookie, url } = await startWithLink()
    const watcher = new AbortController()
    onTestFinished(() => watcher.abort())
    const stream = await fetch(`${url}/api/v1/live`, {
        headers: { cookie: `meterbeat_session=${cookie}` },
        signal: watcher.signal,
    })
    expect(stream.status).toBe(200)
    expect((await link.receive()).topic).toBe("c")
    time.nowMs -= 5 * HOUR_MS
    time.uptimeMs += 10_001
    link.sendPing()
    expect((await link.receive()).topic).toBe("c")
    expect(app.server.listening).toBe(true)
})
