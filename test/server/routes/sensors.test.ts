import { expect, test } from "vitest"
import { MISSING } from "../../../src/wire/report.js"
import { DEVICE_ID, makeHello, makeReport, START_MS } from "../helpers.js"
import { makeMains, makeSlot } from "../mains-helpers.js"
import { buildSignedInApp } from "./sign-in.js"

const SPAN = `fromMs=${START_MS}&toMs=${START_MS + 20_000}&resolution=slot`

/** Channels 1 and 2 light and pulse, 3 gas, 4 mains. */
async function buildWithChannels() {
    const parts = await buildSignedInApp()
    const hello = makeHello({ kinds: [0, 1, 3, 4] })
    parts.store.ingest([{ kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello }])
    parts.store.updateChannel(3, { type: "gas" })
    return parts
}

test("a sensor is made, changed and removed", async () => {
    const { send } = await buildWithChannels()
    const made = await send("POST", "/sensors", {
        name: " main ",
        type: "electricity",
        channelIds: [1, 2],
    })
    expect(made.statusCode).toBe(201)
    const sensor = made.json()
    expect(sensor).toEqual({
        id: 1,
        name: "main",
        type: "electricity",
        isEnabled: true,
        channelIds: [1, 2],
        homeId: 1,
        isMain: false,
        publicId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    const change = { name: "solar", channelIds: [2], isEnabled: false }
    expect((await send("PATCH", "/sensors/1", change)).json()).toEqual({ ...sensor, ...change })
    expect((await send("GET", "/sensors")).json().sensors).toEqual([{ ...sensor, ...change }])
    expect((await send("DELETE", "/sensors/1")).statusCode).toBe(204)
    expect((await send("GET", "/sensors")).json().sensors).toEqual([])
})

test.each([
    [{ channelIds: [] }, "channelIds: must name at least one channel"],
    [{ channelIds: [9] }, "channelIds: there is no channel 9"],
    [{ channelIds: [1, 1] }, "channelIds: channel 1 is named twice"],
    [{ channelIds: [1, 3] }, "channelIds: channel 3 counts gas, this sensor electricity"],
    [
        { channelIds: [1, 4] },
        "channelIds: channel 4 is of class analog, channel 1 of class pulse: a sensor adds up one class",
    ],
    [{ name: "" }, "name: must not be empty"],
    [{ name: "x".repeat(17) }, "name: must be at most 16 characters"],
    [{ type: "oil" }, "type: must be one of electricity, gas, water, heat"],
])("a sensor with %j is refused", async (change, message) => {
    const { send } = await buildWithChannels()
    const body = { name: "main", type: "electricity", channelIds: [1], ...change }
    const reply = await send("POST", "/sensors", body)
    expect([reply.statusCode, reply.json().error.message]).toEqual([400, message])
})

test("names are distinct", async () => {
    const { send } = await buildWithChannels()
    const body = { name: "main", type: "electricity", channelIds: [1] }
    await send("POST", "/sensors", body)
    const again = await send("POST", "/sensors", body)
    expect([again.statusCode, again.json().error.message]).toEqual([
        409,
        "name: there is already a sensor main",
    ])
    await send("POST", "/sensors", { ...body, name: "solar" })
    expect((await send("PATCH", "/sensors/2", { name: "main" })).statusCode).toBe(409)
    expect((await send("PATCH", "/sensors/2", { name: "solar" })).statusCode).toBe(200)
    expect((await send("PATCH", "/sensors/7", { name: "x" })).statusCode).toBe(404)
})

test("a sensor's series is the sum of its channels, and nothing where one is missing", async () => {
    const { send, store } = await buildWithChannels()
    store.updateChannel(2, { perPulse: 0.5, direction: "out" })
    const reports = [
        makeReport({ slots: [4, 0, 2, MISSING] }),
        makeReport({ channel: 1, slots: [2, 4, MISSING, 1] }),
    ]
    store.ingest(
        reports.map(report => ({
            kind: "report",
            deviceId: DEVICE_ID,
            nowMs: START_MS + 60_000,
            report,
        }))
    )
    const body = { name: "net", type: "electricity", channelIds: [1, 2] }
    await send("POST", "/sensors", body)
    const reply = (await send("GET", `/sensors/1/series?${SPAN}`)).json()
    expect(reply).toMatchObject({ sensorId: 1, unit: "W", resolution: "slot", resolutionMs: 5000 })
    expect(reply.startMs[0]).toBe(START_MS)
    // 4 Wh in and 1 Wh out in 5 s
    expect(reply.values).toEqual([(3 * 3600) / 5, (-2 * 3600) / 5, null, null])
    const energy = (await send("GET", `/sensors/1/series?${SPAN}&unit=Wh`)).json()
    expect(energy.values).toEqual([3, -2, null, null])
    expect((await send("GET", `/sensors/2/series?${SPAN}`)).statusCode).toBe(404)
})

test("the type of a channel that a sensor adds up stays what it is", async () => {
    const { send } = await buildWithChannels()
    await send("POST", "/sensors", { name: "main", type: "electricity", channelIds: [1] })
    const channels = [{ kind: "light", name: "Main", type: "water", fields: { pin: 1 } }]
    const reply = await send("PUT", `/devices/${DEVICE_ID}/settings`, {
        expectedVersion: 0,
        channels,
    })
    expect(reply.json().error.message).toBe(
        "channels[0].type must be electricity: a sensor adds it up as that"
    )
})

/** Channels 1 and 2 are mains channels, the second of what the roof delivers. */
async function buildWithRoof() {
    const parts = await buildSignedInApp()
    const { store, send } = parts
    const at = { deviceId: DEVICE_ID, nowMs: START_MS + 60_000 }
    store.ingest([{ kind: "hello", ...at, hello: makeHello({ kinds: [4, 5] }) }])
    await send("PATCH", "/channels/2", { direction: "out" })
    const slotsOf = (channel: number, energies: ([number, number] | undefined)[]) =>
        makeMains({
            channel,
            slots: energies.map(
                energy => energy && makeSlot({ energyIn: energy[0], energyOut: energy[1] })
            ),
        })
    const house = slotsOf(0, [[10_000, 0], [0, 5000], [20_000, 0], undefined])
    const roof = slotsOf(1, [[4000, 0], [1000, 0], undefined, [10_000, 0]])
    for (const report of [house, roof]) store.ingest([{ kind: "mains", ...at, report }])
    await send("POST", "/sensors", { name: "net", type: "electricity", channelIds: [1, 2] })
    return parts
}

// 10,000 tenths of a mWh in 5 s are 720 W
test.each([
    ["", "W", [720 - 288, -360 - 72, null, null]],
    ["&quantity=power", "W", [432, -432, null, null]],
    ["&unit=Wh", "Wh", [0.6, -0.6, null, null]],
    ["&unit=count", "count", [6000, -6000, null, null]],
    ["&quantity=energyIn", "Wh", [1, 0, null, null]],
    ["&quantity=energyOut", "Wh", [0.4, 0.6, null, null]],
] as const)("a sensor of mains channels, asked %s, is net in %s", async (query, unit, values) => {
    const { send } = await buildWithRoof()
    const reply = (await send("GET", `/sensors/1/series?${SPAN}${query}`)).json()
    expect(reply.unit).toBe(unit)
    expect(reply.values).toEqual(
        values.map(value => (value === null ? null : expect.closeTo(value, 9)))
    )
})

test("a longer step of a mains sensor is the mean of what each channel measured", async () => {
    const { send } = await buildWithRoof()
    const span = `fromMs=${START_MS}&toMs=${START_MS + 60_000}&resolution=minute`
    const reply = (await send("GET", `/sensors/1/series?${span}`)).json()
    // 25,000 and 15,000 in three slots each
    expect(reply.values).toEqual([expect.closeTo(((25_000 - 15_000) * 0.36) / 15, 9)])
})

test.each([
    ["quantity=power&unit=W", "unit: cannot go together with quantity"],
    ["quantity=voltage", "quantity: must be one of power, energyIn, energyOut"],
])("a sensor's series with %s is refused", async (query, message) => {
    const { send } = await buildWithRoof()
    const reply = await send("GET", `/sensors/1/series?${SPAN}&${query}`)
    expect([reply.statusCode, reply.json().error.message]).toEqual([400, message])
})

test("pulses have no quantities, and a channel of a sensor keeps its type", async () => {
    const { send } = await buildWithChannels()
    await send("POST", "/sensors", { name: "main", type: "electricity", channelIds: [1] })
    const series = await send("GET", `/sensors/1/series?${SPAN}&quantity=power`)
    expect(series.json().error.message).toBe(
        "quantity: only a sensor of mains channels has several"
    )
    const patched = await send("PATCH", "/channels/1", { type: "heat" })
    expect([patched.statusCode, patched.json().error.message]).toEqual([
        400,
        "type: must stay electricity: sensor main adds this channel up",
    ])
    expect((await send("PATCH", "/channels/1", { type: "electricity" })).statusCode).toBe(200)
    expect((await send("PATCH", "/channels/2", { type: "heat" })).json().type).toBe("heat")
})
