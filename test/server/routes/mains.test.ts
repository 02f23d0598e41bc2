import { expect, onTestFinished, test } from "vitest"
import { SESSION_COOKIE } from "../../../server/auth/sessions.js"
import { decodeAck } from "../../../src/wire/ack.js"
import { encodeEvent } from "../../../src/wire/event.js"
import { encodeLive } from "../../../src/wire/live.js"
import { encodeMainsReport } from "../../../src/wire/mains-report.js"
import { encodeReport } from "../../../src/wire/report.js"
import { encodeWaveform } from "../../../src/wire/waveform.js"
import { DEVICE_ID, listen, makeReport, START_MS } from "../helpers.js"
import {
    ingestAll,
    MAINS_ID,
    makeEvent,
    makeMains,
    makePieces,
    makeSlot,
} from "../mains-helpers.js"
import { buildWithMains, connect } from "./mains-app.js"

test("a series of a mains channel is power with a sign", async () => {
    const { series } = await buildWithMains()
    expect(await series("")).toEqual({
        channelId: MAINS_ID,
        unit: "W",
        quantity: "power",
        isApparent: false,
        resolution: "slot",
        resolutionMs: 5000,
        startMs: [0, 5000, 10_000].map(ms => START_MS + ms),
        values: [2299.968, -720, null],
        poor: [[START_MS, START_MS + 15_000]],
    })
})

test.each([
    ["quantity=voltage", "V", [230, 230, null]],
    ["quantity=energyOut", "Wh", [0, 1, null]],
    ["quantity=frequency&resolution=minute", "Hz", [49.99]],
    ["resolution=minute", "W", [(2299.968 - 720) / 2]],
    ["resolution=minute&unit=W", "W", [(2299.968 - 720) / 2]],
    ["resolution=minute&unit=Wh", "Wh", [3.1944]],
    ["resolution=day&unit=count", "count", [31_944]],
])("%s gives %s", async (query, unit, values) => {
    const { series } = await buildWithMains()
    const reply = await series(`&${query}`)
    expect(reply.unit).toBe(unit)
    expect(reply.values).toHaveLength(values.length)
    values.forEach((value, at) => {
        if (value === null) expect(reply.values[at]).toBeNull()
        else expect(reply.values[at]).toBeCloseTo(value, 9)
    })
})

test.each([
    ["/channels/1/series?fromMs=1&toMs=9&quantity=voltage", "quantity: only a mains channel"],
    ["/channels/2/series?fromMs=1&toMs=9&quantity=voltage&unit=W", "unit: cannot go together"],
    ["/channels/2/series?fromMs=1&toMs=9&quantity=colour", "quantity: must be one of power"],
    ["/events?fromMs=5&toMs=5", "toMs: must be after fromMs"],
    ["/events?limit=0", "limit: must be a whole number from 1 to 1000"],
    ["/events?deviceId=x", "deviceId: must be 16 lowercase hex digits"],
    ["/waveforms", "channelId"],
])("refuses %s", async (path, message) => {
    const { send } = await buildWithMains()
    const reply = await send("GET", path)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().error.message).toContain(message)
})

test("now tells what a mains channel measured last, until that is stale", async () => {
    const { send, time } = await buildWithMains()
    time.nowMs = START_MS + 20_000
    const get = async () => (await send("GET", `/now?sinceMs=${START_MS}`)).json().channels[1]
    expect(await get()).toMatchObject({
        powerW: -720,
        total: expect.closeTo(3.1944, 9),
        totalOut: 1,
        sinceOut: 1,
        lateTicks: 0,
        quality: 20,
        mains: {
            voltageV: 230,
            currentA: 12.5,
            powerFactor: expect.closeTo(-720 / 2875, 9),
            frequencyHz: 49.99,
            isApparent: false,
            sharePercent: 12,
        },
    })
    time.nowMs += 120_000
    expect(await get()).toMatchObject({ powerW: null, mains: null, totalOut: 1, isStale: true })
})

test("ticks that came late add up over all reports, and a repeat adds none", async () => {
    const { send, store } = await buildWithMains()
    const reports = [3, 255, 255, 2].map((lateTicks, at) =>
        makeMains({ sequence: [1, 2, 2, 3][at], startMs: START_MS + at * 50_000, lateTicks })
    )
    for (const report of reports) ingestAll(store, { kind: "mains", report })
    ingestAll(store, { kind: "report", report: makeReport({ lateTicks: 4 }) })
    ingestAll(store, { kind: "report", report: makeReport({ lateTicks: 5, sequence: 1 }) })
    const { channels } = (await send("GET", "/now")).json()
    expect(channels.map(({ lateTicks }: { lateTicks: number | null }) => lateTicks)).toEqual([
        9,
        260,
        null,
    ])
})

test("without a voltage input power is apparent power, and marked", async () => {
    const { send, store, time } = await buildWithMains()
    // what voltage the device reports is what it was set to
    const slots = [makeSlot({ isApparent: true, voltageCv: 0, reactiveDvar: 0, angleDdeg: 0 })]
    ingestAll(store, { kind: "mains", report: makeMains({ channel: 2, slots }) })
    time.nowMs = START_MS + 5000
    expect((await send("GET", "/now")).json().channels[2]).toMatchObject({
        powerW: 2299.968,
        mains: {
            isApparent: true,
            apparentVa: 2299.968,
            voltageV: null,
            powerFactor: null,
            reactiveVar: null,
            angleDeg: null,
        },
    })
    const path = `/channels/3/series?fromMs=${START_MS}&toMs=${START_MS + 5000}`
    expect((await send("GET", path)).json()).toMatchObject({ isApparent: true, values: [2299.968] })
})

test("a mains channel's constant is not for people to set", async () => {
    const { send } = await buildWithMains()
    expect((await send("GET", "/channels")).json().channels[1].perPulse).toBe(0.0001)
    expect((await send("PATCH", `/channels/${MAINS_ID}`, { perPulse: 5 })).statusCode).toBe(400)
    expect((await send("PATCH", `/channels/${MAINS_ID}`, { name: "Oven" })).statusCode).toBe(200)
})

test.each([
    [10, 16_105, "sag", 161.05, "V"],
    [5, 120, "clamp-open", 0.12, "A"],
    [12, 44_900, "frequency", 44.9, "Hz"],
    [21, 0, "calibration", null, null],
    [99, 7, "unknown", null, null],
])("names event %d", async (code, value, kind, shown, unit) => {
    const { send, store } = await buildWithMains()
    ingestAll(store, { kind: "event", event: makeEvent({ code, value }) })
    const { events } = (await send("GET", `/events?deviceId=${DEVICE_ID}&channelId=2`)).json()
    expect(events).toEqual([
        {
            id: 1,
            deviceId: DEVICE_ID,
            channelId: MAINS_ID,
            kind,
            beganMs: START_MS,
            durationMs: 60,
            value: shown,
            unit,
        },
    ])
})

test("acknowledges every kind by the channel byte it came with", async () => {
    const { app, store } = await buildWithMains()
    const link = await connect(await listen(app))
    const [piece] = encodeWaveform({ ...makePieces(1)[0], cause: 0 }, [1], [2], 1)
    const acked = async (topic: string, message: Buffer) => {
        link.send(topic, message)
        const ack = decodeAck((await link.receive()).data)
        return typeof ack === "string" ? ack : ack.reports
    }
    expect(await acked("r", encodeMainsReport(makeMains({ sequence: 5 })))).toEqual([
        { channel: 1, sequence: 5 },
    ])
    expect(await acked("e", encodeEvent(makeEvent({ sequence: 6 })))).toEqual([
        { channel: 16, sequence: 6 },
    ])
    expect(await acked("w", piece)).toEqual([{ channel: 17, sequence: 0 }])
    // counted before the channel was a mains channel: nowhere to go, but it must not be sent forever
    expect(await acked("r", encodeReport(makeReport({ channel: 1, sequence: 7 })))).toEqual([
        { channel: 1, sequence: 7 },
    ])
    expect(store.events({ fromMs: 0, toMs: START_MS * 2, limit: 9 })).toHaveLength(1)
    expect(store.waveforms(MAINS_ID)).toHaveLength(1)
})

test("tells whoever watches of mains power each second, and of events", async () => {
    const { app, cookie } = await buildWithMains()
    const url = await listen(app)
    const link = await connect(url)
    const abort = new AbortController()
    onTestFinished(() => abort.abort())
    const reply = await fetch(`${url}/api/v1/live`, {
        headers: { cookie: `${SESSION_COOKIE}=${cookie}` },
        signal: abort.signal,
    })
    if (!reply.body) throw new Error("the stream has no body")
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ""
    const until = async (end: RegExp) => {
        while (!end.test(text)) text += (await reader.read()).value ?? ""
    }
    await until(/event: hello\n.*\n\n/)
    const mains = [{ channel: 1, powerDw: -7205, currentMa: 3130, voltageCv: 23_015 }]
    link.send("l", encodeLive({ bootId: 1, uptimeMs: 5000, channels: [], mains }))
    link.send("e", encodeEvent(makeEvent()))
    await until(/event: event\n.*\n\n/)
    const data = (event: string) =>
        JSON.parse(new RegExp(`event: ${event}\ndata: (.*)\n`).exec(text)?.[1] ?? "null")
    expect(data("live")).toEqual({
        channelId: MAINS_ID,
        atMs: START_MS,
        powerW: -720.5,
        voltageV: 230.15,
        currentA: 3.13,
        totalCount: 31_944,
    })
    expect(data("event")).toMatchObject({ kind: "sag", channelId: MAINS_ID, value: 161.05 })
})
