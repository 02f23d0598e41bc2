import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { createSecretBox } from "../../../../server/auth/secret-box.js"
import { migrate } from "../../../../server/store/migrate.js"
import { storeOn } from "../../../../server/store/sqlite.js"
import { openDatabase } from "../../../../server/store/sqlite-open.js"
import { buildTestApp, DEVICE_ID, makeTempDir, seededBytes } from "../../helpers.js"
import {
    ACCOUNT_TOKEN,
    addMeter,
    addToken,
    ask,
    buildWithMeter,
    DEVICE,
    MANUAL_MS,
    SENSOR,
    TOKEN,
    WATER_SENSOR,
} from "./fluksometer.js"
import { post } from "./post.js"

const NOW_S = MANUAL_MS / 1000
/** A Wh in every minute of the last day. */
const MESSAGE = {
    measurements: Array.from({ length: 1441 }, (_, at) => [NOW_S - 5 - (1440 - at) * 60, 100 + at]),
}

test("what cannot be stored is not answered with 200, and is stored when it comes again", async () => {
    const db = openDatabase(join(makeTempDir(), "meterbeat.db"), false)
    onTestFinished(() => void db.close())
    await migrate(db)
    const store = storeOn(db, createSecretBox(Buffer.alloc(32, 1), seededBytes("box")))
    const { app, time } = await buildTestApp({ store })
    time.nowMs = MANUAL_MS
    const { sensorId } = await addMeter(store)
    // room for nothing more, and a day needs some
    db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true }))}`)
    const refused = await post(app, `/sensor/${SENSOR}`, MESSAGE)
    expect([refused.statusCode, refused.headers["retry-after"], refused.body]).toEqual([
        503,
        "30",
        "",
    ])
    expect(store.fluksoSensor(sensorId)?.last).toBeNull()
    db.pragma("max_page_count = 1000000")
    const reply = await post(app, `/sensor/${SENSOR}`, MESSAGE)
    expect([reply.statusCode, reply.body]).toEqual([200, '{"response":"ok"}'])
    expect(store.sensorTotal(sensorId)).toEqual({ atS: NOW_S - 5, counter: 1440 })
})

test("too much at once is refused with an empty body", async () => {
    const { app } = await buildWithMeter()
    const measurements = new Array(5000).fill([NOW_S - 60, 100])
    const reply = await post(app, `/sensor/${SENSOR}`, { measurements })
    expect([reply.statusCode, reply.body]).toEqual([413, ""])
    const syslog = "A".repeat(200_000)
    expect((await post(app, `/device/${DEVICE}`, { reset: 0, syslog })).statusCode).toBe(200)
})

test("a server that only reads takes nothing", async () => {
    const { store } = await buildWithMeter()
    const { app } = await buildTestApp({ store, readOnly: true })
    expect((await post(app, `/sensor/${SENSOR}`, MESSAGE)).statusCode).toBe(503)
    expect((await post(app, `/device/${DEVICE}`, { reset: 0 })).statusCode).toBe(503)
})

test.each<[object, object]>([
    [
        {
            class: "analog",
            type: "electricity",
            function: "main",
            voltage: 230,
            current: 50,
            enable: 1,
            phase: 1,
        },
        {
            class: "analog",
            type: "electricity",
            function: "main",
            voltage: 230,
            current: 50,
            phase: 1,
            constant: null,
            enabled: 1,
        },
    ],
    [
        { class: "pulse", type: "gas", function: " boiler ", constant: 0.001, enable: 0 },
        {
            class: "pulse",
            type: "gas",
            function: "boiler",
            voltage: null,
            current: null,
            phase: null,
            constant: 0.001,
            enabled: 0,
        },
    ],
    [
        { class: "pulse", type: "water", function: "Water", constant: 65535.999, enable: 1 },
        // the other sensor of the home is called so
        { class: "pulse", type: "water", function: "Water 2", constant: 65535.999, enabled: 1 },
    ],
    [
        { class: "steam", type: "wind", function: 5, voltage: "230", constant: -1, enable: true },
        {
            class: null,
            type: "electricity",
            function: "Port 4",
            voltage: null,
            constant: null,
            enabled: 0,
        },
    ],
])("a sensor is set as its device says: %j", async (config, parameters) => {
    const { app } = await buildWithMeter()
    const reply = await post(app, `/sensor/${SENSOR}`, { config })
    expect([reply.statusCode, reply.body]).toEqual([200, '{"response":"ok"}'])
    expect((await ask(app, "param=all")).json()).toMatchObject(parameters)
})

test.each<[string, unknown[], number | undefined]>([
    ["nothing", [], undefined],
    [
        "fractions and texts left out",
        [
            [NOW_S - 60, 1.5],
            [NOW_S - 50, "7"],
            [NOW_S - 40, 5],
        ],
        5,
    ],
    [
        "times before there was one left out",
        [
            [1_234_567_889, 1],
            [NOW_S - 40, 5],
        ],
        5,
    ],
    [
        "a time more than a day ahead left out",
        [
            [NOW_S + 86_401, 1],
            [NOW_S - 40, 5],
        ],
        5,
    ],
    [
        "negative counters left out",
        [
            [NOW_S - 60, -5],
            [NOW_S - 40, 5],
        ],
        5,
    ],
])("measurements: %s", async (_name, measurements, counter) => {
    const { app, store, sensorId } = await buildWithMeter()
    expect((await post(app, `/sensor/${SENSOR}`, { measurements })).statusCode).toBe(200)
    expect(store.fluksoSensor(sensorId)?.last?.counter).toBe(counter)
})

test.each([
    [{ measurements: "all" }],
    [{ measurements: [1, 2] }],
    [{ measurements: [[1, 2, 3]] }],
    [{ config: [] }],
    [[]],
])("%j is malformed", async message => {
    const { app } = await buildWithMeter()
    expect((await post(app, `/sensor/${SENSOR}`, message)).statusCode).toBe(400)
})

test("an account's lists of sensors and devices", async () => {
    const { app, store, deviceId } = await buildWithMeter()
    const heartbeat = { reset: 1, version: 250, uptime: 17_394, ip: "192.168.1.20", port: "8080" }
    await post(app, `/device/${DEVICE}`, heartbeat)
    const uid = store.fluksoUid("ann")
    const get = async (path: string, token = ACCOUNT_TOKEN) => {
        const reply = await app.inject({ url: `${path}?version=1.0&token=${token}` })
        return reply.statusCode === 200 ? reply.json() : reply.statusCode
    }
    const [ip, port] = [heartbeat.ip, heartbeat.port]
    expect(await get(`/user/${uid}/sensor`)).toEqual([
        { sensor: SENSOR, type: "electricity", function: "Port 4", ip, port },
        { sensor: WATER_SENSOR, type: "water", function: "Water", ip, port },
    ])
    // our own device is no Fluksometer, and is there all the same
    expect(await get(`/user/${uid}/device`)).toContainEqual({
        serial: "FL01122867",
        device: `${"0".repeat(16)}${DEVICE_ID}`,
        version: null,
        heartbeat: null,
        uptime: null,
        resets: 0,
    })
    expect(await get(`/user/${uid}/device`)).toContainEqual({
        serial: "FL00001234",
        device: DEVICE,
        version: 250,
        heartbeat: NOW_S,
        uptime: 17_394,
        resets: 1,
    })
    const rest = { config: null, subtype: null, kid: null, data_type: "counter" }
    expect(await get(`/device/${DEVICE}/sensor`)).toEqual([
        { sensor: SENSOR, port: 4, type: "electricity", function: "Port 4", ...rest },
        { sensor: WATER_SENSOR, port: 5, type: "water", function: "Water", ...rest },
    ])
    addToken(store, "1".repeat(32), store.sensorOfPublicId(WATER_SENSOR) ?? 0)
    for (const path of [`/user/${uid}/sensor`, `/user/${uid}/device`, `/device/${DEVICE}/sensor`]) {
        expect(await get(path, TOKEN)).toBe(401)
        expect(await get(path, "2".repeat(32))).toBe(401)
    }
    expect(await get(`/user/${Number(uid) + 1}/sensor`)).toBe(401)
    expect(await get("/user/ann/sensor")).toBe(400)
    expect(await get("/device/12/sensor")).toBe(400)
    const call = await app.inject({
        url: `/device/${DEVICE}/sensor?version=1.0&token=${ACCOUNT_TOKEN}&callback=f`,
    })
    expect(call.body).toMatch(/^f\(\[\{.*\}\]\);$/)
    expect(call.headers["x-content-type-options"]).toBeUndefined()
    expect(store.fluksometer(deviceId)?.number).toBe(1234)
})

test.each([
    [TOKEN, SENSOR, 200],
    [TOKEN, WATER_SENSOR, 401],
    [ACCOUNT_TOKEN, SENSOR, 200],
    [ACCOUNT_TOKEN, WATER_SENSOR, 200],
    [ACCOUNT_TOKEN, "f".repeat(32), 401],
    ["f".repeat(32), SENSOR, 401],
])("the token %s on sensor %s gives %d", async (token, sensor, status) => {
    const { app } = await buildWithMeter()
    const headers = { "x-version": "1.0", "x-token": token }
    const reply = await app.inject({ url: `/sensor/${sensor}?param=all`, headers })
    expect(reply.statusCode).toBe(status)
    expect(reply.headers["access-control-allow-origin"]).toBe("*")
})
