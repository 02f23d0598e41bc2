import { once } from "node:events"
import { get, type IncomingMessage } from "node:http"
import { expect, test } from "vitest"
import { SESSION_COOKIE } from "../../../server/auth/sessions.js"
import { listen, openTestStore, START_MS } from "../helpers.js"
import { ingestSlots } from "../known-days.js"
import { buildSignedInApp } from "./sign-in.js"

async function buildWithSensor() {
    const store = await openTestStore()
    let reads = 0
    const counted = {
        ...store,
        series: (...range: Parameters<typeof store.series>) => {
            reads++
            return store.series(...range)
        },
    }
    const parts = await buildSignedInApp({ store: counted })
    ingestSlots(store, START_MS, 720, () => 1)
    await parts.send("POST", "/sensors", { name: "main", type: "electricity", channelIds: [1] })
    return { ...parts, store, reads: () => reads }
}

test("a sensor is exported from its first slot to its last", async () => {
    const { send } = await buildWithSensor()
    const reply = await send("GET", "/sensors/1/export?format=csv&resolution=hour&unit=kWh")
    expect(reply.headers["content-type"]).toBe("text/csv; charset=utf-8")
    expect(reply.headers["content-disposition"]).toBe('attachment; filename="sensor-1.csv"')
    expect(reply.body).toBe(`startMs,start,kWh\n${START_MS},2026-03-03T10:00:00.000Z,0.72\n`)
    const lines = await send("GET", `/sensors/1/export?format=jsonl&fromMs=${START_MS + 2_700_000}`)
    expect(lines.body).toBe(
        `{"startMs":${START_MS + 2_700_000},"start":"2026-03-03T10:45:00.000Z","W":720}\n`
    )
    const nothing = await send("GET", "/sensors/1/export?format=csv&toMs=5")
    expect([nothing.statusCode, nothing.body]).toEqual([200, "startMs,start,W\n"])
})

test("bad exports are refused", async () => {
    const { send } = await buildWithSensor()
    const bad: [string, number][] = [
        ["/sensors/1/export", 400],
        ["/sensors/1/export?format=xml", 400],
        ["/sensors/1/export?format=csv&fromMs=6&toMs=5", 400],
        ["/sensors/1/export?format=csv&unit=l", 400],
        ["/sensors/2/export?format=csv", 404],
    ]
    for (const [path, status] of bad) expect((await send("GET", path)).statusCode).toBe(status)
})

test("who reads slowly is waited for, and who leaves ends it", async () => {
    const { app, cookie, store, reads } = await buildWithSensor()
    // a slot years later, so that the export is long
    ingestSlots(store, START_MS + 4 * 365 * 86_400_000, 1, () => 1, 2)
    const url = `${await listen(app)}/api/v1/sensors/1/export?format=csv&resolution=slot`
    const request = get(url, { headers: { cookie: `${SESSION_COOKIE}=${cookie}` } })
    const [answer] = (await once(request, "response")) as [IncomingMessage]
    answer.pause()
    const chunksOfAll = (4 * 365 * 17_280) / 2000
    const readsAtRest = async () => {
        let before = -1
        while (before !== reads()) {
            before = reads()
            for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
        }
        return before
    }
    // what the sockets between take is a matter of this machine, but never all of it
    const waiting = await readsAtRest()
    expect(waiting).toBeGreaterThan(0)
    expect(waiting).toBeLessThan(chunksOfAll / 10)
    answer.destroy()
    await once(answer, "close")
    expect(await readsAtRest()).toBeLessThan(chunksOfAll / 10)
})
