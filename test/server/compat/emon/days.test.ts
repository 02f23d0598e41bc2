import { expect, test } from "vitest"
import { openEmonFile } from "../../../../server/compat/emon/emon-file.js"
import { importEmon } from "../../../../server/compat/emon/import-emon.js"
import { seededNumbers } from "../../helpers.js"
import { buildSignedInApp, request, signIn } from "../../routes/sign-in.js"
import { addPulses, emonDatabase } from "./emon-database.js"

const HOUR_S = 3600

/** Local days of Brussels, and where each begins by UTC. */
const DAYS = [
    { name: "of 23 hours", startS: Date.UTC(2026, 2, 28, 23) / 1000, hours: 23 },
    { name: "of 24 hours", startS: Date.UTC(2026, 2, 2, 23) / 1000, hours: 24 },
    { name: "of 25 hours", startS: Date.UTC(2026, 9, 24, 22) / 1000, hours: 25 },
]

/** Three days around the one, so that its edges cut something. */
function pulsesAround(startS: number): number[] {
    const random = seededNumbers(`pulses ${startS}`)
    const epochs: number[] = []
    for (let epochS = startS - 86_400; epochS < startS + 2 * 86_400; epochS += random(300))
        epochs.push(epochS)
    return epochs
}

async function startAt(startS: number, hours: number) {
    const parts = await buildSignedInApp()
    const { store, app, time } = parts
    const home = store.addHome({ name: "Brussels", timeZone: "Europe/Brussels" })
    store.saveMember(home.id, "ann", "owner")
    const epochs = pulsesAround(startS)
    const file = emonDatabase(db => addPulses(db, 21, epochs))
    const opened = openEmonFile(file)
    const nowMs = (startS + 3 * 86_400) * 1000
    const [{ sensorId }] = importEmon(store, opened, { homeId: home.id, name: "emon", nowMs })
    opened.close()
    // half an hour before the day's end
    time.nowMs = (startS + hours * HOUR_S) * 1000 - 1_800_000
    const credentials = { username: "ann", password: "correct horse" }
    const login = await app.inject({ method: "POST", url: "/api/login", payload: credentials })
    const headers = { "x-access-token": login.json().token }
    const ask = async (method: "GET" | "PUT", url: string, payload?: object) => {
        const reply = await app.inject({ method, url, headers, payload })
        expect(reply.statusCode, reply.body).toBe(200)
        return reply.json()
    }
    const before = (atS: number) => {
        const at = epochs.findIndex(epochS => epochS >= atS)
        return at < 0 ? epochs.length : at
    }
    const truth = (fromS: number, toS: number) => before(toS) - before(fromS)
    const send = request(app, await signIn(app))
    return {
        ...parts,
        send,
        ask,
        truth,
        sensorId,
        channelId: store.sensor(sensorId)?.channelIds[0] ?? 0,
    }
}

const sum = (counts: number[]) => counts.reduce((all, each) => all + each, 0)

test.each(DAYS)(
    "a day $name has the same energy on emon's API, on ours and in the sums",
    async ({ startS, hours }) => {
        const { ask, truth, send, store, sensorId, channelId } = await startAt(startS, hours)
        const endS = startS + hours * HOUR_S
        const wh = truth(startS, endS)
        expect(wh).toBeGreaterThan(500)

        // emon's first generation, by local days
        const day: { time: number; ticks: number }[] = await ask("GET", "/api/24h")
        expect(day.map(({ time }) => time)).toEqual(
            Array.from({ length: hours }, (_, at) => startS + at * HOUR_S)
        )
        for (const { time, ticks } of day) expect(ticks).toBe(truth(time, time + HOUR_S))
        expect(sum(day.map(({ ticks }) => ticks))).toBe(wh)
        expect(await ask("GET", "/api/nday/1")).toEqual([{ time: startS, ticks: wh, cost: 0 }])
        const week: { time: number; ticks: number }[] = await ask("GET", "/api/7d")
        expect(week.at(-1)).toMatchObject({ time: startS, ticks: wh })
        expect(week.at(-2)?.ticks).toBe(truth(week.at(-2)?.time ?? 0, startS))
        expect(await ask("GET", `/api/nhour/${hours}`)).toEqual(day)

        // its second, by days of UTC
        const utc = []
        for (const nrDaysBack of ["1", "0"])
            utc.push(...(await ask("PUT", "/apiv2/e-energy", { nrDaysBack })).values)
        const within = utc.filter(({ time }) => time >= startS && time < endS)
        expect(within.map(({ time, energy }) => ({ time, ticks: energy, cost: 0 }))).toEqual(day)
        const minutes = []
        for (const nrDaysBack of [1, "0"])
            minutes.push(...(await ask("PUT", "/apiv2/e-power", { mid: 21, nrDaysBack })).values)
        for (const { time, energy } of minutes) expect(energy).toBe(truth(time, time + 60) * 60)

        // a table of every length, and the pulses themselves
        for (const seconds of [5, 60, 420, HOUR_S, hours * HOUR_S]) {
            const rows = await ask(
                "GET",
                `/apiv2/tables/emon_21_${seconds}?from=${startS}&to=${endS}`
            )
            for (const { epoch, ticks, m_id } of rows) {
                expect([epoch % seconds, m_id]).toEqual([0, 21])
                expect(ticks).toBe(truth(epoch, epoch + seconds))
            }
        }
        const pulses = await ask("GET", `/apiv2/measurement?from=${startS}&to=${endS}`)
        expect(pulses).toHaveLength(wh)
        expect(pulses[0]).toEqual({ epoch: expect.any(Number), m_id: 21 })

        // ours, and the sums
        const range = `fromMs=${startS * 1000}&toMs=${endS * 1000}`
        const local = await send(
            "GET",
            `/sensors/${sensorId}/series?${range}&resolution=local-day&unit=Wh`
        )
        expect(local.json()).toMatchObject({ startMs: [startS * 1000], values: [wh] })
        for (const resolution of ["slot", "minute", "quarter", "hour"] as const) {
            const query = `${range}&resolution=${resolution}&unit=Wh`
            const reply = await send("GET", `/sensors/${sensorId}/series?${query}`)
            expect(reply.statusCode, reply.body).toBe(200)
            expect(sum(reply.json().values)).toBe(wh)
            const { counts } = store.series(channelId, startS * 1000, endS * 1000, resolution)
            expect(sum(counts.map(count => count ?? 0))).toBe(wh)
        }
    }
)
