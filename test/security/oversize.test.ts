import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { listen } from "../server/helpers.js"
import { buildSignedInApp } from "../server/routes/sign-in.js"
import { openRaw, parseReply, sendRaw } from "./raw-http.js"

const MEGABYTE = 1_048_576

async function startServer() {
    const { app, cookie, store } = await buildSignedInApp()
    const url = await listen(app)
    const head = (start: string, more = "") =>
        `${start} HTTP/1.1\r\nHost: a\r\nCookie: meterbeat_session=${cookie}\r\nConnection: close\r\n${more}`
    /** Every route that takes a body, with ids that are there. */
    const writes = app.routeTable
        .filter(({ method }) => ["POST", "PUT", "PATCH"].includes(method))
        .map(({ method, url }) => `${method} ${url.replaceAll(/:\w+(\([^)]*\))?|\*/g, "1")}`)
    return { app, url, head, writes, store }
}

test("a body above a route's limit is refused before it has come, whatever the route", async () => {
    const { url, head, writes } = await startServer()
    expect(writes.length).toBeGreaterThan(8)
    for (const start of writes) {
        const length = `Content-Type: application/json\r\nContent-Length: ${1024 * MEGABYTE}\r\n\r\n{`
        const { status } = parseReply(await sendRaw(url, head(start, length)))
        expect([start, status >= 400 && status < 500]).toEqual([start, true])
    }
})

test("a body in chunks is refused once it is above the limit", async () => {
    const { url, head } = await startServer()
    const chunks = `${"2000\r\n".concat(" ".repeat(0x2000))}\r\n`.repeat(3)
    const type = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    const heard = await sendRaw(url, head("POST /api/v1/devices", type + chunks))
    expect(parseReply(heard)).toMatchObject({ status: 413, body: expect.stringContaining("16 kB") })
})

test.each([
    ["one header of 20 kB", `X-A: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["three thousand headers", `${"X-A: b\r\n".repeat(3000)}\r\n`, 400],
    ["a hundred and one headers", `${"X-A: b\r\n".repeat(98)}\r\n`, 400],
])("%s is refused", async (_name, headers, status) => {
    const { url, head } = await startServer()
    const heard = await sendRaw(url, head("GET /api/v1/health", headers))
    expect(parseReply(heard).status).toBe(status)
})

test("an address of 20 kB is refused", async () => {
    const { url, head } = await startServer()
    const heard = await sendRaw(url, head(`GET /${"a".repeat(20_000)}`, "\r\n"))
    expect(parseReply(heard).status).toBe(431)
})

/** A request of given bytes on a connection of its own. */
async function post(url: string, head: string, body: Buffer): Promise<number> {
    const connection = await openRaw(url)
    connection.socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`)
    connection.socket.write(body)
    await connection.closed
    return parseReply(connection.heard()).status
}

const ZIP_BOMB = gzipSync(Buffer.alloc(64 * MEGABYTE, 0x20))
const DEEP_JSON = Buffer.from(`${"[".repeat(8000)}${"]".repeat(8000)}`)
const LAUGHS = Array.from({ length: 10 }, (_, at) =>
    at === 0 ? '<!ENTITY l0 "ha">' : `<!ENTITY l${at} "${`&l${at - 1};`.repeat(10)}">`
).join("")
const XML_BOMB = Buffer.from(`<?xml version="1.0"?><!DOCTYPE a [${LAUGHS}]><a>&l9;</a>`)
const XML_QUADRATIC = Buffer.from(
    `<!DOCTYPE a [<!ENTITY b "${"x".repeat(5000)}">]><a>${"&b;".repeat(3000)}</a>`
)
const XML_FILE = Buffer.from(
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><package><device>&b;</device></package>'
)
const XML_DEEP = Buffer.from(`${"<a>".repeat(4000)}${"</a>".repeat(4000)}`)

test.each([
    ["a zip bomb as JSON", "application/json", "gzip", ZIP_BOMB],
    ["a zip bomb as XML", "application/xml", "gzip", ZIP_BOMB],
    ["a zip bomb that is zipped twice", "application/json", "gzip, gzip", gzipSync(ZIP_BOMB)],
    ["a zip bomb by another name", "application/json", "deflate", ZIP_BOMB],
    ["half a zip file", "application/json", "gzip", ZIP_BOMB.subarray(0, 1000)],
    ["JSON that is 8,000 deep", "application/json", "identity", DEEP_JSON],
    ["a billion laughs", "application/xml", "identity", XML_BOMB],
    ["a billion laughs as text", "text/xml", "identity", XML_BOMB],
    ["a billion laughs, zipped", "application/xml", "gzip", gzipSync(XML_BOMB)],
    ["a long entity, often", "application/xml", "identity", XML_QUADRATIC],
    ["a file of the server as an entity", "application/xml", "identity", XML_FILE],
    ["XML that is 4,000 deep", "application/xml", "identity", XML_DEEP],
])("%s is refused by every route that takes a body", async (_name, type, encoding, body) => {
    const { url, head, writes, store } = await startServer()
    const before = store.listDevices()
    const memoryBefore = process.memoryUsage().rss
    for (const start of writes) {
        const headers = `Content-Type: ${type}\r\nContent-Encoding: ${encoding}\r\n`
        const status = await post(url, head(start, headers), body)
        // a route may have an answer of its own for what it does not know, but has done nothing then
        expect([start, status < 500]).toEqual([start, true])
    }
    expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(200 * MEGABYTE)
    expect(store.listDevices()).toEqual(before)
})
