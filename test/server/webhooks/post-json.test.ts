import { once } from "node:events"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { jsonPoster } from "../../../server/webhooks/post-json.js"

interface Received {
    method: string | undefined
    url: string | undefined
    headers: IncomingHttpHeaders
    body: string
}

/** A receiver that answers with a status, and sends everybody on to itself. */
async function startReceiver(status: number) {
    const received: Received[] = []
    const server = createServer(async (request, response) => {
        const parts: Buffer[] = []
        for await (const part of request) parts.push(part)
        const { method, url, headers } = request
        received.push({ method, url, headers, body: Buffer.concat(parts).toString() })
        response.writeHead(status, { location: "/elsewhere" })
        // an answer without an end
        response.write("x".repeat(100_000))
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    onTestFinished(() => {
        server.closeAllConnections()
        server.close()
    })
    return { received, port: (server.address() as AddressInfo).port }
}

const NEVER = new AbortController().signal

test("what is posted arrives as it is, and its status comes back without the answer's end", async () => {
    const { received, port } = await startReceiver(200)
    const body = JSON.stringify({ text: "Zähler" })
    const url = `http://127.0.0.1:${port}/hook?a=b`
    expect(await jsonPoster(true)(url, body, { "meterbeat-delivery": "7" }, NEVER)).toBe(200)
    expect(received).toMatchObject([
        {
            method: "POST",
            url: "/hook?a=b",
            body,
            headers: { "content-type": "application/json", "meterbeat-delivery": "7" },
        },
    ])
})

test("it does not go where it is sent on to", async () => {
    const { received, port } = await startReceiver(302)
    expect(await jsonPoster(true)(`http://127.0.0.1:${port}/`, "{}", {}, NEVER)).toBe(302)
    expect(received).toHaveLength(1)
})

test.each(["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])(
    "%s is not connected to, by address or by name",
    async host => {
        const { received, port } = await startReceiver(200)
        const posted = jsonPoster(false)(`http://${host}:${port}/`, "{}", {}, NEVER)
        await expect(posted).rejects.toThrow("is not of the public Internet.")
        expect(received).toEqual([])
    }
)

test("nobody there is told, and an end breaks it off", async () => {
    const { port } = await startReceiver(200)
    const post = jsonPoster(true)
    await expect(post("http://127.0.0.1:1/", "{}", {}, NEVER)).rejects.toThrow("ECONNREFUSED")
    const stopped = AbortSignal.abort()
    await expect(post(`http://127.0.0.1:${port}/`, "{}", {}, stopped)).rejects.toThrow("abort")
})
