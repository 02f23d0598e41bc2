import { expect, test } from "vitest"
import { localDayStartMs, nextLocalDayStartMs } from "../../../../server/local-days.js"
import { request, signIn } from "../../routes/sign-in.js"
import { ask, buildWithMeter, SENSOR } from "./fluksometer.js"
import { post } from "./post.js"

const ZONE = "Europe/Brussels"

/** Noon of a day, its hours, and what the meter counts in it: Wh in each quarter by its number. */
test.each([
    ["2026-03-29", 23],
    ["2026-03-31", 24],
    ["2026-10-25", 25],
])(
    "the day %s of %d hours has the same energy everywhere",
    async (date, hours) => {
        const noonMs = Date.parse(`${date}T12:00:00Z`)
        const fromMs = localDayStartMs(noonMs, ZONE)
        const toMs = nextLocalDayStartMs(noonMs, ZONE)
        expect(toMs - fromMs).toBe(hours * 3_600_000)
        const quarters = hours * 4
        const inQuarter = (quarter: number) => 30 + ((quarter * 37) % 91)
        const trueWh = Array.from({ length: quarters }, (_, at) => inQuarter(at)).reduce(
            (a, b) => a + b
        )

        const { app, store, time, sensorId } = await buildWithMeter()
        // as the device sends: every five minutes, with a value at each quarter and some between
        const values: [number, number][] = []
        let counter = 5000
        const fromS = fromMs / 1000
        for (let quarter = -4; quarter < quarters + 4; quarter++) {
            const wh = inQuarter((quarter + quarters) % quarters)
            for (const share of [0, 0.3, 0.7])
                values.push([fromS + quarter * 900 + share * 900, counter + Math.floor(wh * share)])
            counter += wh
        }
        for (let at = 0; at < values.length; at++) {
            time.nowMs = values[at][0] * 1000 + 1000
            const reply = await post(app, `/sensor/${SENSOR}`, {
                measurements: values.slice(Math.max(0, at - 2), at + 1),
            })
            expect(reply.statusCode).toBe(200)
        }
        time.nowMs = toMs + 1_800_000

        // its own API: rows are stamped with their ends, and W of a quarter are four times its Wh
        const query = `start=${fromS}&end=${toMs / 1000 - 900}&resolution=15min&unit=watt`
        const rows: [number, number][] = (await ask(app, query)).json()
        expect(rows.map(([endS]) => endS)).toEqual(
            Array.from({ length: quarters }, (_, at) => fromS + (at + 1) * 900)
        )
        expect(rows.map(([, watt]) => watt)).toEqual(
            Array.from({ length: quarters }, (_, at) => inQuarter(at) * 4)
        )

        // ours
        const send = request(app, await signIn(app))
        const range = `fromMs=${fromMs}&toMs=${toMs}&unit=Wh`
        const wh = (values: (number | null)[]) => values.reduce<number>((a, b) => a + (b ?? 0), 0)
        const channelId = store.sensor(sensorId)?.channelIds[0]
        for (const resolution of ["slot", "minute", "quarter", "hour"]) {
            const path = `/channels/${channelId}/series?${range}&resolution=${resolution}`
            const reply = await send("GET", path)
            expect(wh(reply.json().values), resolution).toBeCloseTo(trueWh, 6)
        }
        const series = await send("GET", `/sensors/${sensorId}/series?${range}&resolution=hour`)
        expect(wh(series.json().values)).toBeCloseTo(trueWh, 6)

        // the sums themselves
        const now = store.now(fromMs).find(({ id }) => id === channelId)
        const before = store.now(toMs).find(({ id }) => id === channelId)
        expect((now?.sinceCount ?? 0) - (before?.sinceCount ?? 0)).toBeCloseTo(trueWh, 6)
    },
    60_000
)
