import { expect, test } from "vitest"
import { asFixture, RawConnection, readExchanges } from "../exchange.js"
import { DEVICE, listenWithMeter, MANUAL_MS } from "./fluksometer.js"

const LAST_VALUES_MS = 1_310_045_295_000

/** Sends what a fixture holds over one connection, and compares what comes back. */
async function replay(url: string, name: string): Promise<void> {
    const file = new URL(`../../../fixtures/flukso/${name}.http`, import.meta.url)
    const connection = new RawConnection(url)
    for (const exchange of readExchanges(file)) {
        const { statusLine, headers, body } = exchange
        const answer = await connection.exchange(exchange.request)
        expect(asFixture(answer, exchange)).toEqual({ statusLine, headers, body })
    }
}

async function listenWithMonth() {
    const parts = await listenWithMeter()
    await replay(parts.url, "first-month")
    return parts
}

test("the manual's first curl call, with 28 rows", async () => {
    const { url } = await listenWithMonth()
    await replay(url, "manual-month")
})

test("the manual's second curl call, to the byte", async () => {
    const { url, time } = await listenWithMonth()
    time.nowMs = Date.UTC(2011, 6, 7, 12, 45, 2)
    await replay(url, "manual-start-end")
    await replay(url, "callback")
})

test("the manual's third curl call, to the byte", async () => {
    const { url, time } = await listenWithMonth()
    time.nowMs = LAST_VALUES_MS
    await replay(url, "last-values")
    time.nowMs = Date.UTC(2011, 6, 7, 13, 28, 18)
    await replay(url, "manual-parameters")
    await replay(url, "update")
})

test("measurements that come again are stored once", async () => {
    const { url, store } = await listenWithMonth()
    const before = store.channels()
    const totals = store.now(MANUAL_MS).map(({ totalCount }) => totalCount)
    await replay(url, "first-month")
    expect(store.channels()).toEqual(before)
    expect(store.now(MANUAL_MS).map(({ totalCount }) => totalCount)).toEqual(totals)
})

test("heartbeats get a signed answer that never asks for an upgrade", async () => {
    const { url, time, store, deviceId } = await listenWithMeter()
    time.nowMs = LAST_VALUES_MS + 3000
    await replay(url, "heartbeat")
    expect(store.fluksometer(deviceId)).toEqual({
        fluksoId: DEVICE,
        number: 1234,
        version: "1.0.0",
        heartbeatS: 1310045298,
        uptimeS: 60,
        resets: 1,
        ip: "192.168.1.20",
        port: "8080",
    })
})

test("what is refused has an empty body, and the connection goes on", async () => {
    const { url, time } = await listenWithMonth()
    time.nowMs = LAST_VALUES_MS
    await replay(url, "device-refusals")
    await replay(url, "client-refusals")
})
