import type { Socket } from "node:net"
import { expect, test } from "vitest"
import { CONNECTION_LIMITS } from "../../server/connections.js"
import { buildTestApp, listen } from "../server/helpers.js"
import { buildSignedInApp } from "../server/routes/sign-in.js"
import { makeSelfSigned } from "../server/self-signed.js"
import { openRaw, parseReply } from "./raw-http.js"

/** So short that the test need not wait; what runs out is the same. */
const HASTY = { headersMs: 40, requestMs: 80, silentMs: 60_000, unusedMs: 60_000, checkMs: 10 }

async function startServer(connections = HASTY) {
    const { app } = await buildTestApp({ connections })
    return listen(app)
}

test.each([
    ["headers that never end", "GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX-A: "],
    ["half a first line", "GET /"],
    [
        "a body that never ends",
        "POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    ],
    [
        "chunks that never end",
        "POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ],
])("%s are cut off with 408, however steadily they come", async (_name, start) => {
    const connection = await openRaw(await startServer())
    connection.socket.write(start)
    const drip = setInterval(() => connection.socket.write("1"), 5)
    await connection.closed
    clearInterval(drip)
    expect(parseReply(connection.heard())).toMatchObject({
        status: 408,
        headers: { connection: "close" },
        body: expect.stringContaining('"request_timeout"'),
    })
})

const PATIENT = {
    headersMs: 60_000,
    requestMs: 60_000,
    silentMs: 60_000,
    unusedMs: 60_000,
    checkMs: 10,
}

test("a connection that says nothing is let go", async () => {
    const url = await startServer({ ...PATIENT, silentMs: 50 })
    await (await openRaw(url)).closed
})

test("a connection that is not used any more is let go", async () => {
    const url = await startServer({ ...PATIENT, unusedMs: 50 })
    const unused = await openRaw(url)
    unused.socket.write("GET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\n")
    await unused.closed
    expect(parseReply(unused.heard()).status).toBe(200)
})

test("whoever does not read the answer is let go", async () => {
    const { app } = await buildTestApp({ connections: { ...PATIENT, silentMs: 100 } })
    const ended = new Promise(resolve =>
        app.server.on("connection", (socket: Socket) => socket.once("close", resolve))
    )
    const { socket } = await openRaw(await listen(app))
    socket.pause()
    socket.write("GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n".repeat(500))
    await ended
})

test("a thousand slow peers keep nobody else from an answer", async () => {
    const url = await startServer(PATIENT)
    for (let at = 0; at < 1000; at++) {
        const { socket } = await openRaw(url)
        socket.write("POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Len")
    }
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
})

test("a stream of live values outlasts the limits of a request", async () => {
    const { app, cookie } = await buildSignedInApp({
        connections: { ...HASTY, headersMs: 1000, requestMs: 1000 },
    })
    const connection = await openRaw(await listen(app))
    connection.socket.write(
        `GET /api/v1/live HTTP/1.1\r\nHost: a\r\nCookie: meterbeat_session=${cookie}\r\n\r\n`
    )
    const other = await openRaw(`http://127.0.0.1:${connection.socket.remotePort}`)
    other.socket.write("GE")
    await other.closed
    expect(connection.socket.closed).toBe(false)
    expect(connection.heard()).toContain("event: hello")
})

function tlsFiles() {
    const { cert, key } = makeSelfSigned()
    return { cert: Buffer.from(cert), key: Buffer.from(key) }
}

test("half a handshake of TLS is let go", async () => {
    const { app } = await buildTestApp({ tls: tlsFiles(), connections: HASTY })
    const url = await listen(app)
    const silent = await openRaw(url)
    const half = await openRaw(url)
    half.socket.write(Buffer.from("160301020001", "hex"))
    await silent.closed
    await half.closed
    expect(silent.heard() + half.heard()).not.toContain("HTTP")
})

test.each([undefined, tlsFiles()])(
    "the limits are set without being asked for, TLS: %#",
    async tls => {
        const { app } = await buildTestApp(tls && { tls })
        const { headersTimeout, requestTimeout, timeout, keepAliveTimeout, maxConnections } =
            app.server
        const { headersMs, requestMs, silentMs, unusedMs, all } = CONNECTION_LIMITS
        expect([headersTimeout, requestTimeout, timeout, keepAliveTimeout, maxConnections]).toEqual(
            [headersMs, requestMs, silentMs, unusedMs, all]
        )
    }
)
