import { expect, test } from "vitest"
import { DEVICE_ID, listen, START_MS } from "../helpers.js"
import { ingestAll, MAINS_ID, makePieces } from "../mains-helpers.js"
import { buildWithMains, connect } from "./mains-app.js"

test("gives a waveform in columns, in volts too", async () => {
    const { send, store } = await buildWithMains()
    for (const piece of makePieces(20, { cause: 10 })) ingestAll(store, { kind: "waveform", piece })
    const { waveforms } = (await send("GET", `/waveforms?channelId=${MAINS_ID}`)).json()
    expect(waveforms).toEqual([
        {
            id: 1,
            channelId: MAINS_ID,
            startedMs: START_MS,
            cause: "sag",
            sampleNs: 160_000,
            samples: 20,
            isComplete: true,
        },
    ])
    const found = (await send("GET", "/waveforms/1")).json()
    expect(found.tUs.slice(0, 3)).toEqual([0, 160, 320])
    expect(found.voltage.slice(0, 3)).toEqual([0, 260, 520])
    expect(found.current.slice(0, 3)).toEqual([130, 390, 650])
    // 260 codes are 209.5 mV, and 1,000 mV stand for 250 V
    expect(found.voltageV[1] - found.voltageV[0]).toBeCloseTo((260 * 3300 * 0.25) / 4095, 9)
    expect(found.currentA).toBeNull()
    expect((await send("GET", "/waveforms/2")).statusCode).toBe(404)
    expect((await send("GET", "/waveforms?channelId=77")).statusCode).toBe(404)
})

test("tells amperes and volts by the clamp and the gains that are wanted", async () => {
    const { send, store } = await buildWithMains()
    for (const piece of makePieces(20)) ingestAll(store, { kind: "waveform", piece })
    const fields = { pin: 2, voltagePin: 3, clampA: 100, currentGain: 9000, voltageGain: 11_000 }
    const put = (expectedVersion: number, more: object) =>
        send("PUT", `/devices/${DEVICE_ID}/settings`, {
            expectedVersion,
            channels: [
                { kind: "light", name: "Main", type: "electricity", fields: { pin: 1 } },
                {
                    kind: "mains",
                    name: "Oven",
                    type: "electricity",
                    fields: { ...fields, ...more },
                },
            ],
        })
    const stepOf = (codes: number[]) => codes[1] - codes[0]
    // what 260 codes are of 1,000 mV
    const share = (260 * 3300) / 4095 / 1000
    await put(0, {})
    const found = (await send("GET", "/waveforms/1")).json()
    expect(stepOf(found.voltageV)).toBeCloseTo(share * 250 * 1.1, 9)
    expect(stepOf(found.currentA)).toBeCloseTo(share * 100 * 0.9, 9)
    await put(1, { isReversed: 1 })
    const turned = (await send("GET", "/waveforms/1")).json()
    expect(stepOf(turned.currentA)).toBeCloseTo(share * -90, 9)
    expect(stepOf(turned.voltageV)).toBeCloseTo(share * 275, 9)
})

test("asks a device that is online for a waveform", async () => {
    const { send, app } = await buildWithMains()
    const url = await listen(app)
    expect((await send("POST", `/channels/${MAINS_ID}/waveform`)).statusCode).toBe(409)
    const link = await connect(url)
    for (const id of [1, 3])
        expect((await send("POST", `/channels/${id}/waveform`)).statusCode).toBe(400)
    expect((await send("POST", "/channels/77/waveform")).statusCode).toBe(404)
    expect((await send("POST", `/channels/${MAINS_ID}/waveform`)).statusCode).toBe(202)
    const { topic, data } = await link.receive()
    expect([topic, data.toString("hex")]).toEqual(["c", "010201"])
})

test("asks for no waveform of a disabled channel", async () => {
    const { send, app } = await buildWithMains()
    await connect(await listen(app))
    const oven = { kind: "mains", name: "Oven", type: "electricity", fields: { pin: 2 } }
    const put = (expectedVersion: number, isEnabled: boolean) =>
        send("PUT", `/devices/${DEVICE_ID}/settings`, {
            expectedVersion,
            channels: [
                { kind: "light", name: "Main", type: "electricity", fields: { pin: 1 } },
                { ...oven, isEnabled },
            ],
        })
    await put(0, false)
    const reply = await send("POST", `/channels/${MAINS_ID}/waveform`)
    expect([reply.statusCode, reply.json().error.message]).toEqual([
        400,
        "The channel is disabled: it takes no waveform.",
    ])
    await put(1, true)
    expect((await send("POST", `/channels/${MAINS_ID}/waveform`)).statusCode).toBe(202)
})
