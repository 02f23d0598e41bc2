import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { listen } from "../server/helpers.js"
import { buildSignedInApp } from "../server/routes/sign-in.js"
import { temporaryDir } from "../temporary-dir.js"
import { openRaw, parseReply, type RawReply, sendRaw } from "./raw-http.js"

async function startServer() {
    const webDir = join(temporaryDir(), "web")
    mkdirSync(webDir)
    writeFileSync(join(webDir, "index.html"), "the page")
    const limits = { checkMs: 10 }
    const { app, cookie, store } = await buildSignedInApp({
        webDir,
        connections: limits,
        uptimeMs: () => performance.now(),
    })
    const url = await listen(app)
    const ask = async (start: string, more = ""): Promise<RawReply> =>
        parseReply(
            await sendRaw(
                url,
                `${start} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: meterbeat_session=${cookie}\r\n${more}\r\n`
            )
        )
    return { url, ask, store, app }
}

type Server = Awaited<ReturnType<typeof startServer>>

const JSON_BODY = "Content-Type: application/json\r\nContent-Length: "

/** One answer of each kind that the server gives. */
const ANSWERS: [string, number, (server: Server) => Promise<RawReply>][] = [
    ["data", 200, ({ ask }) => ask("GET /api/v1/devices")],
    ["no body", 204, ({ ask }) => ask("POST /api/v1/sign-out")],
    ["a page", 200, ({ ask }) => ask("GET /")],
    [
        "a page that is known already",
        304,
        ({ ask }) =>
            ask("GET /", `If-Modified-Since: ${new Date(Date.now() + 60_000).toUTCString()}\r\n`),
    ],
    ["a redirection", 302, ({ ask }) => ask("GET /api/v1/docs")],
    ["the description of the API", 200, ({ ask }) => ask("GET /api/v1/openapi.json")],
    ["the page of the API", 200, ({ ask }) => ask("GET /api/v1/docs/")],
    ["what HEAD asks for", 200, ({ ask }) => ask("HEAD /api/v1/health")],
    ["a refused value", 400, ({ ask }) => ask("GET /api/v1/now?sinceMs=x")],
    [
        "a body that is no JSON",
        400,
        ({ ask }) => ask("POST /api/v1/devices", `${JSON_BODY}1\r\n\r\n{`),
    ],
    ["an address that cannot be read", 400, ({ ask }) => ask("GET /%zz")],
    ["an ambiguous request", 400, ({ ask }) => ask("GET /", "Host: b\r\n")],
    ["what is no HTTP", 400, async ({ url }) => parseReply(await sendRaw(url, "nonsense\r\n\r\n"))],
    ["nobody", 401, ({ ask }) => ask("GET /api/v1/devices", "Authorization: Bearer 00\r\n")],
    [
        "a wrong password",
        401,
        ({ ask }) =>
            ask("POST /api/v1/sign-in", `${JSON_BODY}29\r\n\r\n{"user":"ann","password":"x"}`),
    ],
    ["what is not there", 404, ({ ask }) => ask("GET /api/v1/channels/99/series?fromMs=0&toMs=5")],
    ["an address without anything", 404, ({ ask }) => ask("GET /nothing")],
    ["a method that is not there", 404, ({ ask }) => ask("DELETE /api/v1/devices")],
    [
        "an id that is too long",
        404,
        ({ ask }) => ask(`GET /api/v1/devices/${"a".repeat(300)}/settings`),
    ],
    [
        "too slow a request",
        408,
        async ({ url, app }) => {
            app.server.headersTimeout = 40
            app.server.requestTimeout = 40
            const connection = await openRaw(url)
            connection.socket.write("GET /")
            await connection.closed
            return parseReply(connection.heard())
        },
    ],
    ["too large a body", 413, ({ ask }) => ask("POST /api/v1/devices", `${JSON_BODY}99999\r\n`)],
    [
        "another media type",
        415,
        ({ ask }) =>
            ask("POST /api/v1/devices", "Content-Type: image/png\r\nContent-Length: 1\r\n\r\nx"),
    ],
    ["too large headers", 431, ({ ask }) => ask("GET /", `X: ${"a".repeat(20_000)}\r\n`)],
    [
        "a failure",
        500,
        ({ ask, store }) => {
            store.listDevices = () => {
                throw new Error("the disk whispered a secret")
            }
            return ask("GET /api/v1/devices")
        },
    ],
]

test.each(ANSWERS)(
    "%s (%d) may not be framed, sniffed, or made to run anything",
    async (_name, status, of) => {
        const reply = await of(await startServer())
        expect(reply.status).toBe(status)
        const { headers } = reply
        const policy = directivesOf(headers["content-security-policy"])
        expect(["'none'", "'self'"]).toContain(policy["default-src"])
        expect(policy["frame-ancestors"]).toBe("'none'")
        expect(policy["script-src"] ?? policy["default-src"]).not.toMatch(/unsafe|data:|\*|http/)
        expect(headers["x-content-type-options"]).toBe("nosniff")
        expect(headers["referrer-policy"]).toBe("no-referrer")
        expect(headers["cache-control"]).toMatch(/no-store|max-age=0/)
        expect(headers["access-control-allow-origin"]).toBeUndefined()
        expect(headers["x-powered-by"] ?? headers["server"]).toBeUndefined()
        expect(reply.body).not.toMatch(/whispered|node_modules|\.ts:\d/)
    }
)

test("the page's policy allows this server's own scripts, styles and data, and nothing else", async () => {
    const { ask } = await startServer()
    const { headers } = await ask("GET /")
    expect(directivesOf(headers["content-security-policy"])).toEqual({
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    })
})

test("a stream of live values has the headers too", async () => {
    const { url, app } = await startServer()
    const cookie = (
        await app.inject({
            method: "POST",
            url: "/api/v1/sign-in",
            payload: { user: "ann", password: "correct horse" },
        })
    ).cookies[0]
    const connection = await openRaw(url)
    const heard = new Promise<void>(resolve => connection.socket.once("data", () => resolve()))
    connection.socket.write(
        `GET /api/v1/live HTTP/1.1\r\nHost: a\r\nCookie: ${cookie.name}=${cookie.value}\r\n\r\n`
    )
    await heard
    const { headers } = parseReply(connection.heard())
    expect(headers).toMatchObject({
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    })
    connection.socket.destroy()
})

function directivesOf(policy: string | undefined): Record<string, string> {
    const parts = (policy ?? "").split(";").map(part => part.trim())
    return Object.fromEntries(
        parts.filter(Boolean).map(part => [part.split(" ")[0], part.split(" ").slice(1).join(" ")])
    )
}
