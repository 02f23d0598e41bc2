import type { Readable } from "node:stream"
import { finished } from "node:stream/promises"
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest"
import { connectLink } from "../../../sim/link-client.js"
import { encodeHello } from "../../../src/wire/hello.js"
import { encodeReport } from "../../../src/wire/report.js"
import { DEVICE_ID, DEVICE_KEY, listen, makeHello, nthReport, START_MS } from "../helpers.js"
import { buildTown } from "./town.js"
import type { HolderName } from "./who-may.js"

type Town = Awaited<ReturnType<typeof buildTown>>
type Revoke = (town: Town) => unknown

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval"] }))
afterEach(() => void vi.useRealTimers())

async function openLive({ app, keys }: Town, who: HolderName) {
    const { cookies = {}, headers = {} } = keys[who]
    const reply = await app.inject({
        url: "/api/v1/live",
        cookies,
        headers,
        payloadAsStream: true,
    })
    expect(reply.statusCode).toBe(200)
    return reply.stream()
}

/** What the stream has said so far. */
function heard(stream: Readable): string {
    const parts: string[] = []
    for (let part = stream.read(); part !== null; part = stream.read()) parts.push(String(part))
    return parts.join("")
}

test.each<["viewer" | "viewer's token", string, Revoke]>([
    [
        "viewer's token",
        "is revoked",
        ({ store, keys }) => store.removeToken(keys["viewer's token"].id ?? 0),
    ],
    ["viewer", "signs out", ({ ask }) => ask("viewer", "POST", "/sign-out")],
    [
        "viewer",
        "is signed out of all",
        ({ store }) => store.removeOtherSessions("viewer", Buffer.alloc(32)),
    ],
])("an open stream of the %s that %s ends within a second", async (who, _how, revoke) => {
    const town = await buildTown()
    const stream = await openLive(town, who)
    vi.advanceTimersByTime(5000)
    expect(stream.readableEnded).toBe(false)
    await revoke(town)
    vi.advanceTimersByTime(1000)
    stream.resume()
    await finished(stream)
})

/** The device of home 1 on a link of its own; sends reports, each until it is acknowledged. */
async function startDevice({ app }: Town) {
    const url = await listen(app)
    const link = await connectLink({ url, deviceId: DEVICE_ID, key: DEVICE_KEY })
    onTestFinished(() => link.close())
    link.send("h", encodeHello(makeHello()))
    const receiveUntil = async (wanted: string) => {
        while ((await link.receive()).topic !== wanted);
    }
    await receiveUntil("a")
    return async (nth: number) => {
        link.send("r", encodeReport(nthReport(nth, { startMs: START_MS + nth * 50_000 })))
        await receiveUntil("a")
    }
}

test("a stream tells nothing more of a home a second after its watcher has left it", async () => {
    const town = await buildTown()
    const report = await startDevice(town)
    const stream = await openLive(town, "viewer")
    await report(0)
    expect(heard(stream)).toContain("event: slots")
    town.store.removeMember(1, "viewer")
    vi.advanceTimersByTime(1000)
    await report(1)
    expect(heard(stream)).not.toContain("event: slots")
    stream.destroy()
})

test.each(["neighbour", "friend", "admin"] as const)("the %s hears nothing of it", async who => {
    const town = await buildTown()
    const report = await startDevice(town)
    const stream = await openLive(town, who)
    await report(0)
    const text = heard(stream)
    expect(text).toContain("event: hello")
    expect(text).not.toContain("event: slots")
    stream.destroy()
})
