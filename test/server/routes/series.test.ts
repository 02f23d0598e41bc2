import { expect, test } from "vitest"
import { MISSING } from "../../../src/wire/report.js"
import { DEVICE_ID, makeHello, makeReport, START_MS } from "../helpers.js"
import { buildSignedInApp } from "./sign-in.js"

const DAY_MS = 86_400_000
const TO_MS = START_MS + 60_000

async function buildWithReport() {
    const parts = await buildSignedInApp()
    const report = makeReport({
        slots: [2, 2, MISSING, 0, 2, 2, 2, 2, 2, 2],
        pulseTimes: Array.from({ length: 16 }, (_, at) => at * 300),
    })
    parts.store.ingest([
        { kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello() },
        { kind: "report", deviceId: DEVICE_ID, nowMs: START_MS, report },
    ])
    const get = async (query: string) =>
        (
            await parts.send("GET", `/channels/1/series?fromMs=${START_MS}&toMs=${TO_MS}${query}`)
        ).json()
    return { ...parts, get }
}

test("gives slots as columns, with null where nothing was measured", async () => {
    const { get } = await buildWithReport()
    expect(await get("")).toEqual({
        channelId: 1,
        unit: "W",
        resolution: "slot",
        resolutionMs: 5000,
        startMs: Array.from({ length: 12 }, (_, at) => START_MS + at * 5000),
        values: [1440, 1440, null, 0, 1440, 1440, 1440, 1440, 1440, 1440, null, null],
        poor: [],
    })
})

test.each([
    ["the average over what was measured", "&resolution=minute", [1280]],
    ["energy", "&resolution=minute&unit=Wh", [16]],
    ["pulses", "&resolution=quarter&unit=count", [16]],
    ["one point", "&points=1", [1280]],
])("gives %s", async (_name, query, values) => {
    const { get } = await buildWithReport()
    expect((await get(query)).values).toEqual(values)
})

test.each([
    ["l", [160]],
    ["m3", [0.16]],
    ["lpermin", [(16 * 10 * 60) / 45]],
    ["count", [16]],
])("gives water in %s", async (unit, values) => {
    const { get, store } = await buildWithReport()
    store.updateChannel(1, { type: "water", perPulse: 10 })
    expect((await get(`&resolution=minute&unit=${unit}`)).values).toEqual(values)
})

test.each([
    [60_000, "slot"],
    [3_600_000, "minute"],
    [10 * 3_600_000, "minute"],
    [DAY_MS, "quarter"],
    [7 * DAY_MS, "hour"],
    [300 * DAY_MS, "day"],
    [4000 * DAY_MS, "day"],
])("over %d ms the finest resolution that fits is %s", async (spanMs, resolution) => {
    const { send } = await buildWithReport()
    const range = `fromMs=${START_MS - (START_MS % DAY_MS)}&toMs=${START_MS - (START_MS % DAY_MS) + spanMs}`
    const reply = (await send("GET", `/channels/1/series?${range}&points=300`)).json()
    expect(reply.resolution).toBe(resolution)
    expect(reply.startMs).toHaveLength(reply.values.length)
})

test.each([
    ["fromMs=5&toMs=5", "toMs: must be after fromMs"],
    ["toMs=5", "fromMs: "],
    ["fromMs=x&toMs=5", "fromMs: must be a whole number from 0 to 8640000000000000"],
    ["fromMs=1&toMs=9999999999999999", "toMs: must be a whole number from 0 to 8640000000000000"],
    ["fromMs=1&toMs=5&points=0", "points: must be a whole number from 1 to 5000"],
    ["fromMs=1&toMs=5&points=5001", "points: must be a whole number from 1 to 5000"],
    ["fromMs=1&toMs=5&points=5&resolution=day", "points: cannot go together with resolution"],
    ["fromMs=1&toMs=5&resolution=week", "resolution: must be one of"],
    ["fromMs=0&toMs=1700000000000&resolution=slot", "resolution: slot gives 340000000 points"],
    ["fromMs=0&toMs=8640000000000000", "resolution: day gives"],
    [
        "fromMs=1&toMs=5&unit=l",
        "unit: a channel of type electricity has W, kW, Wh, kWh, J, MJ, count, not l",
    ],
    ["fromMs=1&toMs=5&unit=kg", "unit: must be one of"],
    ["fromMs=1&toMs=5&colour=red", "colour"],
])("refuses %s", async (query, message) => {
    const { send } = await buildWithReport()
    const reply = await send("GET", `/channels/1/series?${query}`)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().error.message).toContain(message)
})

test("an unknown channel is not found", async () => {
    const { send } = await buildWithReport()
    expect((await send("GET", "/channels/9/series?fromMs=1&toMs=5")).statusCode).toBe(404)
})

test("now tells power, totals and what came since", async () => {
    const { send, time } = await buildWithReport()
    time.nowMs = START_MS + 55_000
    const { serverTimeMs, channels } = (
        await send("GET", `/now?sinceMs=${START_MS + 10_000}`)
    ).json()
    expect(serverTimeMs).toBe(time.nowMs)
    expect(channels).toHaveLength(2)
    expect(channels[0]).toEqual({
        id: 1,
        deviceId: DEVICE_ID,
        name: "Electricity 1",
        type: "electricity",
        direction: "in",
        // the last pulse came 5 s before the report ended, and 3 s after the one before it
        powerW: 720,
        totalCount: 16,
        unplacedCount: 0,
        sinceCount: 12,
        total: 16,
        since: 12,
        meterReading: null,
        lastSlotEndMs: START_MS + 50_000,
        isStale: false,
        quality: 90,
        rejected: 0,
        lateTicks: 0,
    })
    expect(channels[1]).toMatchObject({ powerW: null, totalCount: 0, isStale: true, quality: null })
})

test("power is unknown two minutes after the last report", async () => {
    const { send, time } = await buildWithReport()
    const powerAt = async (nowMs: number) => {
        time.nowMs = nowMs
        const [{ powerW, isStale }] = (await send("GET", "/now")).json().channels
        return [powerW, isStale]
    }
    expect(await powerAt(START_MS + 170_000)).toEqual([720, false])
    expect(await powerAt(START_MS + 170_001)).toEqual([null, true])
})

test("now tells the flow of a water channel", async () => {
    const { send, store } = await buildWithReport()
    store.updateChannel(1, { type: "water", perPulse: 10 })
    const [water] = (await send("GET", "/now")).json().channels
    expect(water).toMatchObject({ type: "water", flowLPerMin: 120, total: 160 })
    expect(water).not.toHaveProperty("powerW")
})
