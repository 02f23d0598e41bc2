import { expect, test } from "vitest"
import { FIRST_HOME } from "../../../../server/store/people-store.js"
import { DEVICE_ID, makeHello, makeReport, START_MS } from "../../helpers.js"
import { ACCOUNT_TOKEN, ask, buildWithMeter, MANUAL_MS } from "./fluksometer.js"

const NOW_S = MANUAL_MS / 1000
const DAY_S = 86_400
const YEAR_S = 365 * DAY_S

/** What 45 W, or as many thousandths of a litre, are in each unit. */
const IN_UNIT = {
    watt: 45,
    kwhperyear: 394,
    eurperyear: 71,
    audperyear: 75,
    lpermin: 1,
    lperday: 1080,
    m3peryear: 394,
}
/** Rows of each time range. */
const ROWS = {
    "15min": 15,
    hour: 60,
    day: 96,
    week: 7,
    month: 28,
    year: 53,
    decade: 522,
    night: 28,
}

test("every time range in every unit has its rows, and the last is open", {
    timeout: 60_000,
}, async () => {
    const { app, store, sensorId } = await buildWithMeter()
    const [fromS, toS] = [NOW_S - 11 * YEAR_S, NOW_S]
    const values = []
    for (let atS = fromS; atS < toS; atS += 90 * DAY_S)
        values.push({ atS, counter: ((atS - fromS) * 45) / 3600 })
    values.push({ atS: toS, counter: ((toS - fromS) * 45) / 3600 })
    store.storeCounter(sensorId, values, MANUAL_MS)
    for (const [interval, count] of Object.entries(ROWS))
        for (const [unit, value] of Object.entries(IN_UNIT)) {
            const reply = await ask(app, `interval=${interval}&unit=${unit}`)
            const rows: [number, number | string][] = reply.json()
            const expected = new Array(count).fill(value).with(-1, "nan")
            expect(rows.map(([, shown]) => shown)).toEqual(expected)
            expect(rows.every(([endS]) => Number.isInteger(endS))).toBe(true)
        }
})

/** An hour of 5 s slots from 9 on: 1 Wh each, so 720 W. */
async function buildWithHour() {
    const parts = await buildWithMeter()
    const fromS = Date.UTC(2011, 6, 7, 9) / 1000
    const values = Array.from({ length: 721 }, (_, at) => ({ atS: fromS + at * 5, counter: at }))
    parts.store.storeCounter(parts.sensorId, values, MANUAL_MS)
    return { ...parts, fromS }
}

test("CSV has a row a line, and nan for what is not known", async () => {
    const { app, fromS } = await buildWithHour()
    const query = `start=${fromS - 900}&end=${fromS + 3600}&resolution=15min&unit=watt`
    const reply = await ask(app, query, { accept: "text/csv" })
    expect(reply.headers["content-type"]).toBe("text/csv")
    expect(reply.body).toBe(
        [
            `${fromS},nan`,
            `${fromS + 900},720`,
            `${fromS + 1800},720`,
            `${fromS + 2700},720`,
            `${fromS + 3600},720`,
            `${fromS + 4500},nan`,
            "",
        ].join("\r\n")
    )
    expect((await ask(app, query, { accept: "text/html" })).statusCode).toBe(406)
    expect((await ask(app, "param=all", { accept: "text/csv" })).statusCode).toBe(406)
})

test("prices are the home's", async () => {
    const { app, store, fromS } = await buildWithHour()
    const shown = async (unit: string) => {
        const query = `start=${fromS}&end=${fromS}&resolution=15min&unit=${unit}`
        return (await ask(app, query)).json()
    }
    expect(await shown("eurperyear")).toEqual([[fromS + 900, 1135]])
    store.saveFluksoPrices(FIRST_HOME, { eurPerKwh: 0.25, audPerKwh: 0.5 })
    expect(await shown("eurperyear")).toEqual([[fromS + 900, 1577]])
    expect(await shown("audperyear")).toEqual([[fromS + 900, 3154]])
})

test("a sensor that is off and has nothing has no series; off with something it has", async () => {
    const { app, store, sensorId } = await buildWithMeter()
    const config = { name: null, type: null, isEnabled: false, class: null }
    const wiring = { voltage: null, current: null, phase: null, constant: null }
    const query = "interval=hour&unit=watt"
    expect((await ask(app, query)).statusCode).toBe(200)
    store.saveFluksoConfig(sensorId, { ...config, ...wiring }, MANUAL_MS)
    const reply = await ask(app, query)
    expect([reply.statusCode, reply.body]).toEqual([404, ""])
    const values = [
        { atS: NOW_S - 60, counter: 1 },
        { atS: NOW_S, counter: 2 },
    ]
    store.storeCounter(sensorId, values, MANUAL_MS)
    expect((await ask(app, query)).statusCode).toBe(200)
})

test("the night is the mean rate from 2 to 5 by the home's clocks, a row a day", async () => {
    const { app, store, sensorId } = await buildWithMeter()
    // in UTC, the time zone of a new home: 720 W from 2 to 5 on the 5th, nothing before and after
    const at = (hour: number) => Date.UTC(2011, 6, 5, hour) / 1000
    const values = [
        { atS: at(0), counter: 1000 },
        { atS: at(2), counter: 1000 },
        { atS: at(5), counter: 3160 },
        { atS: at(24 + 6), counter: 3160 },
    ]
    store.storeCounter(sensorId, values, MANUAL_MS)
    const rows = (await ask(app, "interval=night&unit=watt")).json()
    expect(rows.slice(-4)).toEqual([
        [Date.UTC(2011, 6, 5) / 1000, "nan"],
        [Date.UTC(2011, 6, 6) / 1000, 720],
        [Date.UTC(2011, 6, 7) / 1000, 0],
        [Date.UTC(2011, 6, 8) / 1000, "nan"],
    ])
})

test("a sensor of one of our own devices is read like any other", async () => {
    const { app, store, time } = await buildWithMeter()
    const item = { deviceId: DEVICE_ID, nowMs: START_MS }
    store.ingest([
        { ...item, kind: "hello", hello: makeHello() },
        { ...item, kind: "report", report: makeReport() },
        { ...item, kind: "report", report: makeReport({ channel: 1 }) },
    ])
    const [light, pulse] = store.channels().filter(({ deviceId }) => deviceId === DEVICE_ID)
    store.updateChannel(light.id, { perPulse: 0.5 })
    store.updateChannel(pulse.id, { perPulse: 0.5 })
    const channelIds = [light.id, pulse.id]
    const own = store.addSensor({ name: "Own", type: "electricity", isEnabled: true, channelIds })
    time.nowMs = START_MS + 70_000
    const get = async (query: string) => {
        const headers = { "x-version": "1.0", "x-token": ACCOUNT_TOKEN }
        return (await app.inject({ url: `/sensor/${own.publicId}?${query}`, headers })).body
    }
    const lastS = START_MS / 1000 + 50
    expect(await get("param=all")).toBe(
        `{"access":${lastS},"type":"electricity","function":"Own","class":"pulse","voltage":null,"current":null,"phase":null,"constant":0.5,"enabled":1,"lastupdate":[${lastS},20]}`
    )
    // 10 slots of 2 pulses of 0.5 Wh on two channels; the minute is not over for them
    expect(await get("interval=15min&unit=watt")).toMatch(/"nan"\],\[\d+,"nan"\]\]$/)
    const more = { sequence: 10, countSinceBoot: 40 }
    for (const channel of [0, 1])
        store.ingest([
            {
                ...item,
                kind: "report",
                report: makeReport({ channel, ...more, startMs: START_MS + 50_000 }),
            },
        ])
    expect(await get("interval=15min&unit=watt")).toMatch(/"nan"\],\[\d+,1440\],\[\d+,"nan"\]\]$/)
})

test("a revoked token opens nothing any more", async () => {
    const { app, store } = await buildWithMeter()
    expect((await ask(app, "param=all")).statusCode).toBe(200)
    store.removeToken(1)
    const reply = await ask(app, "param=all")
    expect([reply.statusCode, reply.headers["www-authenticate"], reply.body]).toEqual([
        401,
        "Access refused",
        "",
    ])
})
