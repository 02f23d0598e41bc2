import { expect, test } from "vitest"
import { listen } from "../server/helpers.js"
import { buildSignedInApp } from "../server/routes/sign-in.js"
import { countReplies, parseReply, sendRaw } from "./raw-http.js"

/** Signs ann out, if anybody takes it for a request. */
const HIDDEN = "POST /api/v1/sign-out HTTP/1.1\r\nHost: a\r\nCookie: COOKIE\r\n\r\n"

async function startServer() {
    const { app, send, cookie } = await buildSignedInApp()
    const url = await listen(app)
    const isSignedIn = async () => (await send("GET", "/session")).statusCode === 200
    return {
        url,
        isSignedIn,
        fill: (text: string) => text.replace("COOKIE", `meterbeat_session=${cookie}`),
    }
}

function post(headers: string, body: string): string {
    return `POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`
}

const REFUSED: [string, string][] = [
    [
        "Content-Length beside chunks",
        post("Content-Length: 5\r\nTransfer-Encoding: chunked", `0\r\n\r\n${HIDDEN}`),
    ],
    [
        "chunks beside Content-Length",
        post("Transfer-Encoding: chunked\r\nContent-Length: 5", `0\r\n\r\n${HIDDEN}`),
    ],
    ["two lengths", post(`Content-Length: 0\r\nContent-Length: ${HIDDEN.length}`, HIDDEN)],
    ["the same length twice", post("Content-Length: 2\r\nContent-Length: 2", `{}${HIDDEN}`)],
    ["a list of lengths", post("Content-Length: 2, 2", `{}${HIDDEN}`)],
    ["a length with a sign", post("Content-Length: +2", `{}${HIDDEN}`)],
    ["a length below 0", post("Content-Length: -2", HIDDEN)],
    ["a length in hex", post("Content-Length: 0x2", `{}${HIDDEN}`)],
    ["an empty length", post("Content-Length: ", HIDDEN)],
    ["a length beyond 64 bits", post("Content-Length: 99999999999999999999", HIDDEN)],
    ["an unknown transfer coding", post("Transfer-Encoding: xchunked", `0\r\n\r\n${HIDDEN}`)],
    [
        "chunks that are not the last coding",
        post("Transfer-Encoding: chunked, identity", `0\r\n\r\n${HIDDEN}`),
    ],
    [
        "two transfer codings apart",
        post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", `0\r\n\r\n${HIDDEN}`),
    ],
    [
        "a space before the colon",
        post("Transfer-Encoding : chunked\r\nContent-Length: 2", `{}${HIDDEN}`),
    ],
    [
        "a folded header line",
        `GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n${HIDDEN}`,
    ],
    [
        "a folded transfer coding",
        post("Transfer-Encoding:\r\n chunked\r\nContent-Length: 2", `{}${HIDDEN}`),
    ],
    ["a folded first line", `GET /api/v1/health HTTP/1.1\r\n Host: a\r\n\r\n${HIDDEN}`],
    ["lines that end in LF alone", `GET /api/v1/health HTTP/1.1\nHost: a\n\n${HIDDEN}`],
    ["a CR within a line", `GET /api/v1/health HTTP/1.1\r\nHost: a\rX: b\r\n\r\n${HIDDEN}`],
    ["a NUL in a header", `GET /api/v1/health HTTP/1.1\r\nHost: a\0\r\n\r\n${HIDDEN}`],
    ["no Host", `GET /api/v1/health HTTP/1.1\r\n\r\n`],
    [
        "an expectation that is not known",
        `GET /api/v1/health HTTP/1.1\r\nHost: a\r\nExpect: cookies\r\n\r\n${HIDDEN}`,
    ],
    ["two Hosts", `GET /api/v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`],
    ["HTTP 0.9", "GET /api/v1/health\r\n\r\n"],
    ["the start of HTTP 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    [
        "chunks in HTTP 1.0",
        `POST /api/v1/sign-in HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    ],
    ["a chunk that ends in LF", post("Transfer-Encoding: chunked", `2\n{}\n0\n\n${HIDDEN}`)],
    [
        "a line break in a chunk's extension",
        post("Transfer-Encoding: chunked", `2;a=\nb\r\n{}\r\n0\r\n\r\n${HIDDEN}`),
    ],
    [
        "a length in a trailer",
        post("Transfer-Encoding: chunked", `0\r\nContent-Length: 7\r\n\r\n${HIDDEN}`),
    ],
    ["two content types", post("Content-Type: text/plain\r\nContent-Length: 2", `{}${HIDDEN}`)],
]

test.each(REFUSED)("%s is refused, and nothing behind it is done", async (_name, text) => {
    const { url, isSignedIn, fill } = await startServer()
    const heard = await sendRaw(url, fill(text))
    expect(countReplies(heard)).toBe(1)
    expect(parseReply(heard)).toMatchObject({ status: 400, headers: { connection: "close" } })
    expect(await isSignedIn()).toBe(true)
})

test("what is no body is the next request, so the trap works", async () => {
    const { url, isSignedIn, fill } = await startServer()
    const end = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    const heard = await sendRaw(url, fill(post("Content-Length: 2", `{}${HIDDEN}`)) + end)
    expect([countReplies(heard), await isSignedIn()]).toEqual([3, false])
})

test("a body of a GET is its body, not another request", async () => {
    const { url, isSignedIn, fill } = await startServer()
    const body = fill(HIDDEN)
    const text = `GET /api/v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const heard = await sendRaw(url, text)
    expect([countReplies(heard), parseReply(heard).status]).toEqual([1, 200])
    expect(await isSignedIn()).toBe(true)
})

test("an address of another server is answered by its path here, and nobody else is asked", async () => {
    const { url } = await startServer()
    const text =
        "GET http://elsewhere/api/v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    expect(JSON.parse(parseReply(await sendRaw(url, text)).body)).toMatchObject({ status: "ok" })
})

test("nobody is connected through to another server", async () => {
    const { url } = await startServer()
    expect(await sendRaw(url, "CONNECT elsewhere:80 HTTP/1.1\r\nHost: elsewhere\r\n\r\n")).toBe("")
})

test("requests that come at once are answered in their order", async () => {
    const { url } = await startServer()
    const one = (path: string, end = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${end}\r\n`
    const heard = await sendRaw(
        url,
        one("/api/v1/health") + one("/nothing") + one("/api/v1/now", "Connection: close\r\n")
    )
    expect(heard.match(/HTTP\/1\.1 (\d{3})/g)).toEqual([
        "HTTP/1.1 200",
        "HTTP/1.1 404",
        "HTTP/1.1 401",
    ])
})
