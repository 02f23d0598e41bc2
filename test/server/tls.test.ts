import { writeFileSync } from "node:fs"
import { request } from "node:https"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { startServer } from "../../server/main.js"
import { buildTestApp, makeTempDir } from "./helpers.js"
import { makeSelfSigned } from "./self-signed.js"

function writeFiles() {
    const dir = makeTempDir()
    const { cert, key } = makeSelfSigned()
    const tlsCert = join(dir, "cert.pem")
    const tlsKey = join(dir, "key.pem")
    writeFileSync(tlsCert, cert)
    writeFileSync(tlsKey, key)
    return { dir, cert, tlsCert, tlsKey }
}

function start(dir: string, change: Partial<Parameters<typeof startServer>[0]>) {
    return startServer({ host: "127.0.0.1", port: 0, readOnly: false, dataDir: dir, ...change })
}

test("speaks HTTPS with the given files, and its cookie is for HTTPS alone", async () => {
    const { dir, cert, tlsCert, tlsKey } = writeFiles()
    const server = await start(join(dir, "data"), { tlsCert, tlsKey })
    onTestFinished(() => server.close())
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const answer = await new Promise<{ status: number | undefined; cookie: string }>(
        (resolve, reject) => {
            const sent = request(`${server.url}/api/v1/sign-in`, {
                method: "POST",
                ca: cert,
                headers: { "content-type": "application/json" },
            })
            sent.once("error", reject)
            sent.once("response", ({ statusCode, headers }) =>
                resolve({ status: statusCode, cookie: headers["set-cookie"]?.join() ?? "" })
            )
            sent.end(JSON.stringify({ user: "owner", password: server.firstRunPassword }))
        }
    )
    expect(answer.status).toBe(200)
    expect(answer.cookie).toMatch(/; HttpOnly; Secure; SameSite=Strict$/)
})

test("the devices' link goes over TLS too", async () => {
    const { dir, cert, tlsCert, tlsKey } = writeFiles()
    const server = await start(join(dir, "data"), { tlsCert, tlsKey })
    onTestFinished(() => server.close())
    const url = `${server.url.replace("https", "wss")}/wssk/0000000000000000`
    const socket = new WebSocket(url, { ca: cert })
    const refusal = await new Promise(resolve =>
        socket.once("unexpected-response", (_request, { statusCode }) => resolve(statusCode))
    )
    // as an unknown device is refused on a plain link
    expect(refusal).toBe(404)
    socket.on("error", () => undefined)
    socket.terminate()
})

test.each<[string, (files: ReturnType<typeof writeFiles>) => object, string]>([
    ["one file", ({ tlsCert }) => ({ tlsCert }), "tls-cert and tls-key: must be given together"],
    [
        "a missing file",
        ({ tlsCert }) => ({ tlsCert, tlsKey: "/nowhere/key.pem" }),
        "tls-key: the file /nowhere/key.pem cannot be read",
    ],
    [
        "two certificates",
        ({ tlsCert }) => ({ tlsCert, tlsKey: tlsCert }),
        "are no certificate and its key in PEM",
    ],
    [
        "a proxy's name",
        () => ({ trustedProxies: ["proxy.example"] }),
        "trust-proxy: proxy.example is no address and no network such as 10.0.0.0/8",
    ],
])("%s is refused by name", async (_name, change, message) => {
    const files = writeFiles()
    await expect(start(join(files.dir, "data"), change(files))).rejects.toThrow(message)
})

const WRONG = { url: "/api/v1/now", headers: { authorization: `Bearer ${"0".repeat(32)}` } }

test.each<[string, string[], string[], string, number]>([
    [
        "a trusted proxy tells addresses apart",
        ["10.9.0.0/16"],
        ["1.1.1.1", "2.2.2.2"],
        "10.9.1.1",
        50,
    ],
    ["others' word on the address is not taken", [], ["1.1.1.1", "2.2.2.2"], "10.9.1.1", 100],
    [
        "nor through a trusted proxy",
        ["10.9.0.0/16"],
        ["1.1.1.1, 5.5.5.5", "2.2.2.2, 5.5.5.5"],
        "10.9.1.1",
        100,
    ],
])("%s", async (_name, trustedProxies, forwarded, remoteAddress, secondMs) => {
    const { app, time } = await buildTestApp({ trustedProxies })
    const waits: number[] = []
    for (const each of forwarded) {
        const startMs = time.uptimeMs
        const headers = { ...WRONG.headers, "x-forwarded-for": each }
        await app.inject({ ...WRONG, headers, remoteAddress })
        waits.push(time.uptimeMs - startMs)
    }
    expect(waits).toEqual([50, secondMs])
})
