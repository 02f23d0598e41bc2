import { describe, expect, test } from "vitest"
import { BAD_SETTINGS } from "../../wire/bad-settings.js"
import {
    channelOf,
    fullHouse,
    MANY_PINS,
    S3_CHIPS_PINS,
    S3_PINS,
} from "../../wire/settings-vectors.js"
import { DEVICE_ID, makeReport, START_MS } from "../helpers.js"
import { buildWithDevice, OTHER_BOARD, SETTINGS_PATH, wanted } from "./settings-helpers.js"

const LIGHT = {
    kind: "light",
    name: "Main",
    type: "electricity",
    perPulse: 0.1,
    fields: { pin: 2 },
}
const GAS = { kind: "magnet", name: "Gas", type: "gas", perPulse: 10, fields: { pin: 3 } }
const CLAMP = { kind: "mains", name: "Oven", type: "electricity", fields: { pin: 1 } }

function clamp(pin: number, fields: object = {}) {
    return { ...CLAMP, name: `Phase ${pin}`, fields: { pin, ...fields } }
}

test("a device that nobody set up shows what it has built in", async () => {
    const { send } = await buildWithDevice()
    const reply = (await send("GET", SETTINGS_PATH)).json()
    expect(reply).toMatchObject({
        version: 0,
        versionInForce: null,
        status: "none",
        lastSyncMs: null,
        answer: null,
        phases: 1,
        analogPins: S3_PINS.analogPins,
        digitalPins: S3_PINS.digitalPins,
        channels: [
            { kind: "light", name: "Electricity 1", fields: { pin: 1 }, channelId: 1 },
            { kind: "pulse", name: "Pulse 2", fields: { pin: 1 }, channelId: 2 },
        ],
    })
})

test("settings are kept with their defaults filled in, and count up by one per change", async () => {
    const { put, send, store } = await buildWithDevice()
    const reply = await put(0, [LIGHT, { ...GAS, direction: "out", isEnabled: false }, CLAMP])
    expect(reply.json()).toMatchObject({
        version: 1,
        status: "waiting",
        channels: [
            { ...LIGHT, isEnabled: true, direction: "in", channelId: 1 },
            { ...GAS, isEnabled: false, direction: "out", channelId: 2 },
            { ...CLAMP, perPulse: 0.0001, direction: "in", channelId: 3 },
        ],
    })
    expect(reply.json().channels[2].fields).toMatchObject({
        clampA: 50,
        lineVoltageV: 230,
        currentGain: 10000,
    })
    expect((await send("GET", SETTINGS_PATH)).json()).toEqual(reply.json())
    expect((await put(1, [LIGHT])).json()).toMatchObject({ version: 2 })
    // kinds follow the device, names and weights what people want
    expect(store.channels()).toMatchObject([
        { name: "Main", kind: 0, perPulse: 0.1 },
        { name: "Gas", kind: 1, type: "gas", perPulse: 10, direction: "out" },
        { name: "Oven", kind: 4, perPulse: 0.0001 },
    ])
})

test("what was read can be put back as it is", async () => {
    const { put, send } = await buildWithDevice()
    await put(0, fullHouse().map(wanted))
    const { channels } = (await send("GET", SETTINGS_PATH)).json()
    const sent = channels.map(
        ({ channelId: _channelId, ...channel }: { channelId: number }) => channel
    )
    const reply = await put(1, sent)
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toMatchObject({ version: 2, bytes: 150, channels })
})

test("of two people who change the same settings, the second is told", async () => {
    const { put, send } = await buildWithDevice()
    await put(0, [LIGHT])
    const reply = await put(0, [GAS])
    expect(reply.statusCode).toBe(409)
    expect(reply.json().error.message).toBe(
        "expectedVersion: 0 is not the newest any more, 1 is: load the settings again"
    )
    expect((await send("GET", SETTINGS_PATH)).json().channels).toMatchObject([LIGHT])
})

describe("a bad setting changes nothing, and the reply names field and limit", () => {
    // a board of other pins cannot be had here, nor a field that is missing
    const boards = new Map([
        [S3_PINS, "meterbeat_s3"],
        [S3_CHIPS_PINS, "meterbeat_s3_chips"],
        [MANY_PINS, OTHER_BOARD],
    ])
    const told = BAD_SETTINGS.filter(
        ({ board = S3_PINS, isDeviceOnly }) => boards.has(board) && !isDeviceOnly
    )
    test.each(told)("$sentence", async ({ channels, board = S3_PINS, sentence }) => {
        const { put, store } = await buildWithDevice(boards.get(board))
        const reply = await put(0, channels().map(wanted))
        expect(reply.json().error).toEqual({ code: "bad_request", message: sentence })
        expect(store.deviceSettings(DEVICE_ID)?.version).toBe(0)
    })

    test.each([
        [[{ ...LIGHT, kind: "lamp" }], "channels[0].kind must be one of light, pulse, disc,"],
        [[{ ...LIGHT, fields: {} }], "channels[0].pin must be 1 to 10: this board has A1 to A10"],
        [[{ ...LIGHT, fields: { edge: 1 } }], "channels[0].edge is no field of a light channel"],
        [[{ ...LIGHT, name: " " }], "channels[0].name must be 1 to 16 characters"],
        [[LIGHT, { ...GAS, name: "x".repeat(17) }], "channels[1].name must be 1 to 16 characters"],
        [[LIGHT, { ...GAS, name: "Main" }], "channels[1].name Main is the name of channels[0]"],
        [
            [{ ...LIGHT, type: "oil" }],
            "channels[0].type must be one of electricity, gas, water, heat",
        ],
        [[{ ...LIGHT, direction: "up" }], "channels[0].direction must be one of in, out"],
        [[{ ...LIGHT, perPulse: 0 }], "channels[0].perPulse must be 0.001 to 65535.999"],
        [[{ ...LIGHT, perPulse: 65536 }], "channels[0].perPulse must be 0.001 to 65535.999"],
        [[{ ...LIGHT, perPulse: 1.0005 }], "channels[0].perPulse must have at most three decimals"],
        [
            [{ ...CLAMP, perPulse: 1 }],
            "channels[0].perPulse cannot be set: a mains channel counts 0.0001 Wh",
        ],
        [
            [{ ...CLAMP, type: "heat" }],
            "channels[0].type must be electricity: a mains channel measures power",
        ],
    ])("%j: %s", async (channels, sentence) => {
        const { put, store } = await buildWithDevice()
        const reply = await put(0, channels)
        expect(reply.statusCode).toBe(400)
        expect(reply.json().error.message).toContain(sentence)
        expect(store.deviceSettings(DEVICE_ID)?.version).toBe(0)
    })
})

test("what was counted does not become something else", async () => {
    const { put, store } = await buildWithDevice()
    store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs: START_MS, report: makeReport() }])
    const reply = await put(0, [CLAMP])
    expect(reply.json().error.message).toBe(
        "channels[0].kind cannot change from light to mains: its history counts something else; add a channel instead"
    )
    expect((await put(0, [{ ...GAS, type: "electricity" }, CLAMP])).statusCode).toBe(200)
})

test("three phases make one sensor of three clamps, and one phase three again", async () => {
    const { put, send } = await buildWithDevice()
    const channels = [clamp(1), LIGHT, clamp(3), clamp(4), clamp(5)]
    const three = (await put(0, channels, { phases: 3 })).json()
    expect(three.phases).toBe(3)
    const groupOf = (reply: typeof three) =>
        reply.channels.map((one: { fields: { phaseGroup?: number } }) => one.fields.phaseGroup)
    expect(groupOf(three)).toEqual([1, undefined, 1, 1, 0])
    expect((await send("GET", "/sensors")).json().sensors).toMatchObject([
        { name: "Phase 1", isEnabled: true, channelIds: [1, 3, 4] },
        { name: "Phase 3", isEnabled: false, channelIds: [3] },
        { name: "Phase 4", isEnabled: false, channelIds: [4] },
    ])
    const one = (await put(1, channels, { phases: 1 })).json()
    expect(groupOf(one)).toEqual([0, undefined, 0, 0, 0])
    expect((await send("GET", "/sensors")).json().sensors).toMatchObject([
        { name: "Phase 1", isEnabled: true, channelIds: [1] },
        { name: "Phase 3", isEnabled: true, channelIds: [3] },
        { name: "Phase 4", isEnabled: true, channelIds: [4] },
    ])
})

test.each([
    [[clamp(1), clamp(2)], "phases 3 needs three mains or chip channels"],
    [
        [clamp(1), clamp(2), clamp(3, { clampA: 100 })],
        "channels[2].clampA must be 50: phases 3 needs three identical clamps",
    ],
])("three phases need three identical clamps: %#", async (channels, sentence) => {
    const { put } = await buildWithDevice()
    expect((await put(0, channels, { phases: 3 })).json().error.message).toBe(sentence)
})

test.each([
    ["GET", "/devices/ffffffffffffffff/settings", undefined, 404],
    ["PUT", "/devices/ffffffffffffffff/settings", { expectedVersion: 0, channels: [LIGHT] }, 404],
    ["PUT", SETTINGS_PATH, { expectedVersion: 0, channels: [LIGHT], phases: 2 }, 400],
    ["PUT", SETTINGS_PATH, { expectedVersion: 0, channels: [{ ...LIGHT, colour: 1 }] }, 400],
    ["PUT", SETTINGS_PATH, { channels: [LIGHT] }, 400],
] as const)("%s %s with %j is refused", async (method, path, body, status) => {
    const { send } = await buildWithDevice()
    const reply = await send(method, path, body)
    expect(reply.statusCode).toBe(status)
    expect(reply.json().error.message).toMatch(/\S/)
})

test("a channel of every kind can be put", async () => {
    const { put } = await buildWithDevice(OTHER_BOARD)
    const channels = [
        channelOf(0, { pin: 1 }),
        channelOf(1, { pin: 1 }),
        channelOf(2, { pin: 2 }),
        channelOf(3, { pin: 2, isDigital: 1 }),
        channelOf(4, { pin: 3 }),
        channelOf(5, { chip: 1, input: 1 }),
    ]
    const reply = await put(0, channels.map(wanted))
    expect(reply.json().channels.map(({ kind }: { kind: string }) => kind)).toEqual([
        "light",
        "pulse",
        "disc",
        "magnet",
        "mains",
        "chip",
    ])
})
