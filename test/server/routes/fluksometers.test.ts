import { expect, test } from "vitest"
import { FIRST_HOME } from "../../../server/store/people-store.js"
import { buildSignedInApp } from "./sign-in.js"

const PATH = `/homes/${FIRST_HOME}/fluksometers`
const SENSOR = { id: "3".repeat(32), port: 1, name: "main", type: "electricity" }
const WATER = { id: "4".repeat(32), port: 5, name: "water", type: "water" }
const METER = {
    name: "Fuse box",
    fluksoId: "1".repeat(32),
    key: "2".repeat(32),
    serial: "FL00001234",
    sensors: [SENSOR, WATER],
}

test("a Fluksometer comes with its own ids, and its sensors are the home's", async () => {
    const { send, store } = await buildSignedInApp()
    const reply = await send("POST", PATH, METER)
    expect(reply.statusCode, reply.body).toBe(201)
    const { id } = reply.json()
    expect(store.foreignDeviceOf("flukso", METER.fluksoId)?.id).toBe(id)
    expect(store.foreignDevice(id)?.key?.toString()).toBe(METER.key)
    expect(store.fluksometer(id)).toMatchObject({ number: 1234, resets: 0, heartbeatS: null })
    expect(store.homeOfDevice(id)).toBe(FIRST_HOME)
    const sensor = store.sensor(store.sensorOfPublicId(WATER.id) ?? 0)
    expect(sensor).toMatchObject({ name: "water", type: "water", isEnabled: true, homeId: 1 })
    expect((await send("POST", PATH, METER)).statusCode).toBe(409)
    const other = { ...METER, fluksoId: "5".repeat(32), sensors: [{ ...SENSOR, name: "other" }] }
    const taken = await send("POST", PATH, other)
    expect([taken.statusCode, taken.json().error.message]).toEqual([
        409,
        `sensors: there is already a sensor ${SENSOR.id}`,
    ])
    // nothing of a refused one stays
    expect(store.foreignDeviceOf("flukso", other.fluksoId)).toBeUndefined()
})

test.each([
    [{ fluksoId: "1".repeat(31) }, "fluksoId: must be 32 lowercase hex digits"],
    [{ key: "G".repeat(32) }, "key: must be 32 lowercase hex digits"],
    [{ serial: "1234" }, "serial: must be FL and eight digits"],
    [{ sensors: [] }, "sensors: must name at least one"],
    [{ sensors: [{ ...SENSOR, port: 7 }] }, "sensors.0.port: must be at most 6"],
    [{ sensors: [SENSOR, { ...WATER, port: 1 }] }, "sensors: must differ in id, port and name"],
    [{ sensors: [SENSOR, { ...WATER, name: "main" }] }, "sensors: must differ"],
    [{ sensors: [SENSOR, { ...WATER, id: SENSOR.id }] }, "sensors: must differ"],
])("refuses %j", async (change, message) => {
    const { send } = await buildSignedInApp()
    const reply = await send("POST", PATH, { ...METER, ...change })
    expect(reply.statusCode).toBe(400)
    expect(reply.json().error.message).toContain(message)
})

test("prices are the home's, and people learn the number that Flukso's clients call them by", async () => {
    const { send, store } = await buildSignedInApp()
    const path = `/homes/${FIRST_HOME}/flukso`
    const uid = store.fluksoUid("ann")
    expect(uid).toBeGreaterThan(0)
    expect((await send("GET", path)).json()).toEqual({ eurPerKwh: 0.18, audPerKwh: 0.19, uid })
    const prices = { eurPerKwh: 0.3012, audPerKwh: 0 }
    expect((await send("PUT", path, prices)).json()).toEqual(prices)
    expect((await send("GET", path)).json()).toEqual({ ...prices, uid })
    expect((await send("PUT", path, { ...prices, eurPerKwh: -1 })).statusCode).toBe(400)
    expect((await send("PUT", path, { ...prices, audPerKwh: 101 })).statusCode).toBe(400)
})
