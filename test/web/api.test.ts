import { describe, expect, test } from "vitest"
import { ApiError, createApi, type Fetch } from "../../web/api.js"

interface Call {
    path: string
    init: RequestInit | undefined
}

function answering(reply: () => Response) {
    const calls: Call[] = []
    const fetchFn: Fetch = async (path, init) => {
        calls.push({ path, init })
        return reply()
    }
    return { api: createApi(fetchFn), calls }
}

test("a sign-in posts JSON and gives the session", async () => {
    const session = { user: "owner", mustChangePassword: true }
    const { api, calls } = answering(() => Response.json(session))
    expect(await api.signIn("owner", "secret")).toEqual(session)
    expect(calls[0].path).toBe("/api/v1/sign-in")
    expect(calls[0].init).toMatchObject({
        method: "POST",
        body: '{"user":"owner","password":"secret"}',
        headers: { "content-type": "application/json" },
    })
})

test("a call without a body claims no content type", async () => {
    const { api, calls } = answering(() => new Response(null, { status: 204 }))
    expect(await api.signOut()).toBeUndefined()
    expect(calls[0].init?.headers).toBeUndefined()
})

test("a series is asked for with whole milliseconds that cover the view", async () => {
    const { api, calls } = answering(() => Response.json({}))
    await api.series({ channelId: 7, fromMs: 10.7, toMs: 20.2, points: 640 })
    expect(calls[0].path).toBe("/api/v1/channels/7/series?fromMs=10&toMs=21&points=640")
})

test("lists come without their wrapping", async () => {
    const { api } = answering(() => Response.json({ devices: [], channels: [1], events: [2] }))
    expect(await api.events(5)).toEqual([2])
    expect(await api.devices()).toEqual([])
    expect(await api.channels()).toEqual([1])
})

describe("a failure", () => {
    test.each([
        [
            "carries the server's sentence",
            () => Response.json({ error: { code: "busy", message: "Wait" } }, { status: 429 }),
            [429, "busy", "Wait"],
        ],
        [
            "of a proxy is named by its status",
            () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
            [502, "unexpected", "The server answered 502"],
        ],
        [
            "of the network has status 0",
            () => {
                throw new TypeError("fetch failed")
            },
            [0, "unreachable", "The server did not answer"],
        ],
    ])("%s", async (_name, reply, [status, code, message]) => {
        const error = await answering(reply)
            .api.session()
            .catch(thrown => thrown)
        expect(error).toBeInstanceOf(ApiError)
        expect(error).toMatchObject({ status, code, message })
    })

    test("that was asked for by aborting is passed on", async () => {
        const { api } = answering(() => {
            throw new DOMException("stopped", "AbortError")
        })
        const query = { channelId: 1, fromMs: 0, toMs: 1, points: 1 }
        await expect(api.series(query, AbortSignal.abort())).rejects.toThrow("stopped")
    })
})
