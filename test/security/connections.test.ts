import { expect, test } from "vitest"
import { addressHolder } from "../../server/address-holder.js"
import { AddressCounts } from "../../server/connections.js"
import { connectLink } from "../../sim/link-client.js"
import { buildTestApp, DEVICE_ID, DEVICE_KEY, listen } from "../server/helpers.js"
import { openRaw, parseReply } from "./raw-http.js"

const STRANGER = "127.0.0.2"
const OTHER = "127.0.0.3"
const HEALTH = "GET /api/v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

async function startServer() {
    const { app } = await buildTestApp({ connections: { perAddress: 3 } })
    return listen(app)
}

async function isServed(url: string, from?: string): Promise<boolean> {
    const connection = await openRaw(url, from)
    connection.socket.write(HEALTH)
    await connection.closed
    return connection.heard() !== "" && parseReply(connection.heard()).status === 200
}

test("an address has so many connections at once, and others have theirs", async () => {
    const url = await startServer()
    const open = [
        await openRaw(url, STRANGER),
        await openRaw(url, STRANGER),
        await openRaw(url, STRANGER),
    ]
    expect(await isServed(url, STRANGER)).toBe(false)
    expect(await isServed(url, OTHER)).toBe(true)
    open[0].socket.end(HEALTH)
    await open[0].closed
    expect(await isServed(url, STRANGER)).toBe(true)
})

test("this machine, where the proxy is, has no such limit", async () => {
    const url = await startServer()
    for (let at = 0; at < 10; at++) await openRaw(url)
    expect(await isServed(url)).toBe(true)
})

test("a proxy that is named has no such limit, since many come through it", async () => {
    const trustedProxies = ["127.0.0.2", "127.0.1.0/24"]
    const { app } = await buildTestApp({ connections: { perAddress: 1 }, trustedProxies })
    const url = await listen(app)
    for (const proxy of ["127.0.0.2", "127.0.1.9"]) {
        await openRaw(url, proxy)
        expect([proxy, await isServed(url, proxy)]).toEqual([proxy, true])
    }
    await openRaw(url, OTHER)
    expect(await isServed(url, OTHER)).toBe(false)
})

test("links of devices are not counted, since the gateway bounds them", async () => {
    const { app } = await buildTestApp({ connections: { perAddress: 1 } })
    const url = await listen(app)
    const address = { url, deviceId: DEVICE_ID, key: DEVICE_KEY, localAddress: STRANGER }
    const link = await connectLink(address)
    expect(await isServed(url, STRANGER)).toBe(true)
    link.close()
})

test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", ""],
])("the holder of %s is %s", (address, holder) => {
    expect(addressHolder(address)).toBe(holder)
})

test("an address that has none open takes no memory", () => {
    const counts = new AddressCounts(2)
    expect([counts.add("a"), counts.add("a"), counts.add("a")]).toEqual([true, true, false])
    counts.remove("a")
    expect([counts.add("a"), counts.add("a")]).toEqual([true, false])
    for (let at = 0; at < 3; at++) counts.remove("a")
    expect(counts.size).toBe(0)
})
