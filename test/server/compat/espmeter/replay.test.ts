import { expect, test } from "vitest"
import { fixture, replay } from "../replay.js"
import { bodyOf, startWithEspmeter, TOKEN, withBody } from "./espmeter-app.js"

/** The oldest NodeMCU clients keep no more of an answer. */
const MOST_BYTES = 1024

test("the time is answered so that NodeMCU's client reads it", async () => {
    const { url, time, path, send, deviceId } = await startWithEspmeter()
    expect(path).toBe(`/espmeter/${TOKEN}/post.php`)
    time.nowMs = 1_772_535_607_654
    const answer = await replay(url, fixture("espmeter/time.request"))
    expect(answer).toMatchObject({ status: "HTTP/1.1 200 OK", hasEnded: true })
    expect(answer.body).toBe('{"time":1772535608.0001}')
    expect(answer.headers).toContain("content-length: 24")
    expect(answer.headers).not.toContain("transfer-encoding: chunked")
    expect(answer.text.length).toBeLessThan(MOST_BYTES)
    // as Lua does it: the number printed with 14 digits, cut at its dot
    const printed = JSON.parse(answer.body).time.toPrecision(14)
    expect(/^([^.]*)\.([^.]*)$/.exec(printed)?.slice(1)).toEqual(["1772535608", "0001"])
    const { notes } = (await send("GET", `/devices/${deviceId}/notes`)).json()
    expect(notes).toEqual([
        { what: "clock_ahead_s", atMs: 1_772_535_607_654, value: -7, text: null },
    ])
})

test("a day that is posted again is stored once", async () => {
    const { url, time, store, channelId, deviceId } = await startWithEspmeter()
    const request = fixture("espmeter/day-24h.request")
    for (let again = 0; again < 3; again++) {
        time.nowMs = (bodyOf("day-24h").ts + again * 3600) * 1000
        expect((await replay(url, request)).body).toMatch(/^\{"time":\d{10}\.0001\}$/)
    }
    expect(store.readings(channelId, 0, time.nowMs)).toHaveLength(288)
    expect(store.now(0).find(({ id }) => id === channelId)?.totalCount).toBe(673)
    expect(store.notes(deviceId, { what: "refused", fromMs: 0, toMs: Infinity, limit: 9 })).toEqual(
        []
    )
    const volts = store.notes(deviceId, { what: "battery_v", fromMs: 0, toMs: Infinity, limit: 99 })
    expect(volts.map(({ value }) => value)).toEqual([
        4.1, 4.146, 4.193, 4.24, 4.286, 4.333, 4.379, 4.426,
    ])
})

test("what no checksum vouches for or has another shape is refused and reported", async () => {
    const { url, time, store, channelId, send, deviceId } = await startWithEspmeter()
    const day = bodyOf("day-24h")
    time.nowMs = day.ts * 1000
    const { "0": first, "1": second, "2": third, "3": _left, ...others } = day.dt
    const dt = {
        ...others,
        "0": { ...first, f: first.f.slice(1) },
        "1": { ...second, f: [256, ...second.f.slice(1)] },
        "2": { ...third, t: -1 },
        "8": third,
    }
    await replay(url, withBody(JSON.stringify({ ...day, dt })))
    const readings = store.readings(channelId, 0, time.nowMs)
    expect(readings).toHaveLength(4 * 36)
    expect(Math.min(...readings.map(({ startS }) => startS))).toBe(day.ts - 4 - 43_200)
    const { notes } = (await send("GET", `/devices/${deviceId}/notes?what=refused`)).json()
    expect(notes).toHaveLength(1)
    expect(notes[0].text.split("; ").sort()).toEqual([
        "slot set 0: f must hold 36 counts",
        "slot set 1: f must hold whole numbers from 0 to 255",
        "slot set 2: t must be a whole number from 0 to 65535",
        "slot set 3: left out, since its checksum was wrong on the device",
        "slot set 8: its number must be from 0 to 7",
    ])
})

test.each([
    { body: "{log:[6422690,0,0]}", reason: "the body is no post of an ESPmeter" },
    { body: '{"vrs":"1","ts":"1"}', reason: "the body is no post of an ESPmeter" },
    { body: '{"vrs":"1","ts":1772535600,"dt":[]}', reason: "the body is no post of an ESPmeter" },
    {
        body: '{"vrs":"1","ts":1772535600,"dt":{}}',
        reason: "a day is not posted within two hours of midnight",
    },
    { body: '{"vrs":"1","ts":12,"dt":{}}', reason: "the device's clock is 1772535588 s off" },
])(
    "of $body nothing is stored, and the time is answered all the same",
    async ({ body, reason }) => {
        const { url, time, store, deviceId } = await startWithEspmeter()
        time.nowMs = 1_772_535_600_000
        expect((await replay(url, withBody(body))).body).toBe('{"time":1772535600.0001}')
        const query = { what: "refused" as const, fromMs: 0, toMs: Infinity, limit: 9 }
        expect(store.notes(deviceId, query).map(({ text }) => text)).toEqual([reason])
        expect(store.now(0).every(({ totalCount }) => totalCount === 0)).toBe(true)
    }
)

test("a path with another token leads nowhere, nor does one that was revoked", async () => {
    const { url, store } = await startWithEspmeter()
    const request = fixture("espmeter/time.request").toString()
    const other = Buffer.from(request.replace(TOKEN, "f".repeat(32)))
    expect((await replay(url, other)).status).toBe("HTTP/1.1 404 Not Found")
    store.removeToken(1)
    expect((await replay(url, Buffer.from(request))).status).toBe("HTTP/1.1 404 Not Found")
})
