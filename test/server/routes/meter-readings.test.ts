import { expect, test } from "vitest"
import { DEVICE_ID, makeHello, makeReport, START_MS } from "../helpers.js"
import { buildSignedInApp, USER } from "./sign-in.js"

const PATH = "/channels/1/meter-readings"
const near = (value: number) => expect.closeTo(value, 9)

/** A pulse is 1 Wh; each report has ten slots of two pulses. */
async function buildWithReports() {
    const parts = await buildSignedInApp()
    const { store, send, time } = parts
    const at = { deviceId: DEVICE_ID, nowMs: START_MS }
    store.ingest([{ kind: "hello", ...at, hello: makeHello() }])
    const report = (number: number) => {
        const startMs = START_MS + number * 50_000
        const counts = { sequence: number * 10, countSinceBoot: (number + 1) * 20 }
        const nowMs = Math.max(time.nowMs, startMs + 50_000)
        const made = makeReport({ startMs, ...counts })
        store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs, report: made }])
    }
    const shown = async () => (await send("GET", "/now")).json().channels[0].meterReading
    return { ...parts, report, shown }
}

test("a meter goes on from what it read, and only by what came after", async () => {
    const { send, time, report, shown } = await buildWithReports()
    expect(await shown()).toBeNull()
    report(0)
    time.nowMs = START_MS + 100_000
    const told = await send("POST", PATH, { reading: 1234.5 })
    expect(told.json()).toEqual({
        unit: "kWh",
        meterReading: 1234.5,
        readings: [
            {
                id: 1,
                readMs: START_MS + 100_000,
                reading: 1234.5,
                offset: near(1234.48),
                user: USER,
                undoneMs: null,
                undoneBy: null,
            },
        ],
    })
    // slots of before that come late were on the meter already
    report(1)
    expect(await shown()).toBe(1234.5)
    report(2)
    report(3)
    expect(await shown()).toBeCloseTo(1234.54, 9)
})

test("pulses whose time is not known count as well", async () => {
    const { send, store, time, report, shown } = await buildWithReports()
    report(0)
    time.nowMs = START_MS + 50_000
    await send("POST", PATH, { reading: 100 })
    // the reports of 480 pulses never came
    const lost = makeReport({
        startMs: START_MS + 1_000_000,
        sequence: 200,
        countSinceBoot: 520,
        slots: new Array(10).fill(2),
    })
    const nowMs = START_MS + 1_050_000
    store.ingest([{ kind: "report", deviceId: DEVICE_ID, nowMs, report: lost }])
    expect(await shown()).toBeCloseTo(100.5, 9)
})

test("pulses that find their slots only later were on the meter already", async () => {
    const { send, time, report, shown } = await buildWithReports()
    report(0)
    report(2)
    time.nowMs = START_MS + 150_000
    await send("POST", PATH, { reading: 100 })
    report(1)
    expect(await shown()).toBe(100)
    report(3)
    expect(await shown()).toBeCloseTo(100.02, 9)
})

test("a reading is taken back, once, and stays in the history", async () => {
    const { send, time, shown } = await buildWithReports()
    await send("POST", PATH, { reading: 100 })
    await send("POST", PATH, { reading: 900 })
    expect(await shown()).toBe(900)
    time.nowMs += 1000
    const undone = (await send("DELETE", `${PATH}/2`)).json()
    expect(undone.meterReading).toBe(100)
    expect(undone.readings).toMatchObject([
        { id: 2, reading: 900, undoneMs: START_MS + 1000, undoneBy: USER },
        { id: 1, reading: 100, undoneMs: null },
    ])
    expect((await send("DELETE", `${PATH}/2`)).statusCode).toBe(409)
    expect((await send("DELETE", "/channels/2/meter-readings/1")).statusCode).toBe(404)
    await send("DELETE", `${PATH}/1`)
    expect((await send("GET", PATH)).json().meterReading).toBeNull()
})

test("bad readings are refused", async () => {
    const { send } = await buildWithReports()
    for (const body of [{ reading: -1 }, { reading: "12" }, { reading: 1e10 }, {}])
        expect((await send("POST", PATH, body)).statusCode).toBe(400)
    expect((await send("POST", "/channels/9/meter-readings", { reading: 1 })).statusCode).toBe(404)
})
