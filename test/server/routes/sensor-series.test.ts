import { expect, test } from "vitest"
import { ingestSlots } from "../known-days.js"
import { buildSignedInApp } from "./sign-in.js"

const FROM_MS = Date.UTC(2026, 2, 3)
const HOUR_MS = 3_600_000
const RANGE = `fromMs=${FROM_MS}&toMs=${FROM_MS + 2 * HOUR_MS}`

/** Pulses of 1 Wh: one a slot in the first hour, three in the second. */
async function buildWithHours() {
    const parts = await buildSignedInApp()
    ingestSlots(parts.store, FROM_MS, 1440, slot => (slot < 720 ? 1 : 3))
    for (const name of ["main", "again"])
        await parts.send("POST", "/sensors", { name, type: "electricity", channelIds: [1] })
    return parts
}

test("statistics tell the least, the mean, the most and the load duration", async () => {
    const { send } = await buildWithHours()
    const reply = (await send("GET", `/sensors/1/statistics?${RANGE}`)).json()
    expect(reply).toMatchObject({
        sensorId: 1,
        unit: "W",
        resolution: "slot",
        steps: 1440,
        measuredSteps: 1440,
        min: { value: 720, startMs: FROM_MS },
        mean: 1440,
        max: { value: 2160, startMs: FROM_MS + HOUR_MS },
    })
    expect(reply.loadDuration).toHaveLength(101)
    expect([reply.loadDuration[49], reply.loadDuration[51]]).toEqual([2160, 720])
    const hours = await send("GET", `/sensors/1/statistics?${RANGE}&resolution=hour&unit=kWh`)
    expect(hours.json()).toMatchObject({ resolution: "hour", steps: 2, mean: 1.44 })
    expect((await send("GET", `/sensors/3/statistics?${RANGE}`)).statusCode).toBe(404)
})

test("several sensors share their steps", async () => {
    const { send } = await buildWithHours()
    const path = `/series?sensorIds=2,1&${RANGE}`
    const hours = (await send("GET", `${path}&resolution=hour&unit=Wh`)).json()
    expect(hours).toEqual({
        resolution: "hour",
        resolutionMs: HOUR_MS,
        startMs: [FROM_MS, FROM_MS + HOUR_MS],
        endMs: FROM_MS + 2 * HOUR_MS,
        columns: [2, 1].map(sensorId => ({ sensorId, unit: "Wh", values: [720, 2160] })),
    })
    const days = (await send("GET", `${path}&resolution=local-day&unit=Wh`)).json()
    expect(days).toMatchObject({ resolutionMs: null, timeZone: "UTC", startMs: [FROM_MS] })
    expect(days.columns[0].values).toEqual([2880])
})

test("several sensors are refused when one is not there", async () => {
    const { send } = await buildWithHours()
    const bad: [string, number, string][] = [
        [`/series?sensorIds=1,3&${RANGE}`, 404, "There is no sensor 3."],
        [`/series?sensorIds=&${RANGE}`, 400, "sensorIds: must be 1 to 20 ids"],
        [`/series?sensorIds=1;2&${RANGE}`, 400, "sensorIds: must be 1 to 20 ids"],
        [
            `/series?sensorIds=1,2&fromMs=0&toMs=300000000&resolution=slot`,
            400,
            "sensorIds: these give 120000 points over this range",
        ],
        [`/sensors/1/series?${RANGE}&resolution=local-day&points=5`, 400, "points: cannot go"],
        [
            "/sensors/1/series?fromMs=0&toMs=500000000000&resolution=local-day",
            400,
            "resolution: local-day gives more than 4000 steps",
        ],
        [`/sensors/1/series?${RANGE}&unit=l`, 400, "unit: a sensor of type electricity has W"],
    ]
    for (const [path, status, message] of bad) {
        const reply = await send("GET", path)
        expect([reply.statusCode, reply.json().error.message]).toEqual([
            status,
            expect.stringContaining(message),
        ])
    }
})
