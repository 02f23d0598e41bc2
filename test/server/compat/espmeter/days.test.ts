import { readFileSync } from "node:fs"
import { get } from "node:http"
import { gunzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { endedDay, placeSet } from "../../../../server/compat/espmeter/day.js"
import { request, signIn } from "../../routes/sign-in.js"
import { fixture, replay } from "../replay.js"
import { startWithEspmeter } from "./espmeter-app.js"

interface Day {
    startS: number
    endS: number
    pulses: number
    hours: number[]
}
const DAYS: Record<string, Day> = JSON.parse(
    readFileSync(new URL("../../../fixtures/espmeter/days.json", import.meta.url), "utf8")
)

const sum = (counts: (number | null)[]) =>
    counts.reduce<number>((all, each) => all + (each ?? 0), 0)

async function startAfter(name: string) {
    const parts = await startWithEspmeter()
    const day = DAYS[name]
    parts.time.nowMs = day.endS * 1000
    await replay(parts.url, fixture(`espmeter/${name}.request`))
    const series = async (resolution: string) => {
        const range = `fromMs=${day.startS * 1000}&toMs=${day.endS * 1000}`
        const path = `/channels/${parts.channelId}/series?${range}&resolution=${resolution}&unit=l`
        const reply = await request(parts.app, await signIn(parts.app))("GET", path)
        expect(reply.statusCode, reply.body).toBe(200)
        return reply.json().values.map((litres: number) => litres / 10) as number[]
    }
    return { ...parts, day, series }
}

test.each(["day-23h", "day-24h", "day-25h"])(
    "the pulses of %s are the same on its own API, on ours and in the sums",
    async name => {
        const { day, series, chart, store, channelId, time } = await startAfter(name)
        const line = (await (await chart("day")).text()).split("\n")[1]
        const date = new Date(day.endS * 1000 - 7_200_000).toISOString().slice(0, 10)
        expect(line).toBe(`${date},${(day.pulses / 100).toFixed(2)},4.100`)
        for (const agg of ["hour", "5min"]) {
            const lines = (await (await chart(agg)).text()).trim().split("\n").slice(1)
            const litres = lines.map(each => Math.round(Number(each.split(",")[1]) * 1000))
            expect(sum(litres)).toBe(day.pulses * 10)
        }
        for (const resolution of ["minute", "quarter", "hour"]) {
            const counts = await series(resolution)
            expect(sum(counts)).toBeCloseTo(day.pulses, 6)
        }
        const now = store.now(day.startS * 1000).find(({ id }) => id === channelId)
        expect(now).toMatchObject({ totalCount: day.pulses, sinceCount: day.pulses })
        const stored = store.readings(channelId, 0, time.nowMs)
        expect(stored[0].startS).toBe(day.startS)
        expect(sum(stored.map(({ seconds }) => seconds))).toBe(day.endS - day.startS)
    }
)

test.each(["day-23h", "day-24h"])("each hour of %s is where it was", async name => {
    const { day, series, chart } = await startAfter(name)
    expect(await series("hour")).toEqual(day.hours)
    const lines = (await (await chart("hour")).text()).trim().split("\n").slice(1)
    expect(lines.map(each => Math.round(Number(each.split(",")[1]) * 100))).toEqual(day.hours)
})

test("where clocks go back, only the hours of the counter's last frame are shared out", async () => {
    const { day, series, store, channelId } = await startAfter("day-25h")
    const counts = await series("hour")
    expect(counts.slice(0, 2)).toEqual(day.hours.slice(0, 2))
    expect(counts.slice(4)).toEqual(day.hours.slice(4))
    expect(counts[2] + counts[3]).toBeCloseTo(day.hours[2] + day.hours[3], 6)
    const long = store.readings(channelId, 0, day.endS * 1000).filter(each => each.seconds > 300)
    expect(long).toEqual([
        { startS: day.startS + 10_500, seconds: 3900, count: expect.any(Number) },
    ])
})

test("the chart is CSV as ESPmeter's page reads it, packed if asked for", async () => {
    const { chart, day, url } = await startAfter("day-23h")
    const answer = await chart("5min", { "accept-encoding": "identity" })
    expect(answer.headers.get("content-type")).toBe("text/plain;charset=UTF-8")
    expect(answer.headers.get("cache-control")).toBe("no-cache")
    const lines = (await answer.text()).split("\n")
    expect(lines[0]).toBe("ts,m3,vcc")
    expect(lines).toHaveLength(276 + 2)
    expect(lines[1]).toMatch(/^2026-03-29 00:00:00,\d\.\d\d,4\.426$/)
    // from two to three there is nothing on this day
    expect(lines[24]).toMatch(/^2026-03-29 01:55:00,/)
    expect(lines[25]).toMatch(/^2026-03-29 03:00:00,\d\.\d\d,4\.379$/)
    const packed = await new Promise<Buffer>(resolve => {
        const path = `${url}/espmeter/0123456789abcdef0123456789abcdef/chartdata.php?agg=hour`
        get(path, { headers: { "accept-encoding": "gzip" } }, reply => {
            const parts: Buffer[] = []
            expect(reply.headers["content-encoding"]).toBe("gzip")
            reply.on("data", part => parts.push(part))
            reply.on("end", () => resolve(Buffer.concat(parts)))
        })
    })
    expect(gunzipSync(packed).toString().trim().split("\n")).toHaveLength(1 + day.hours.length)
})

const bounds = endedDay(DAYS["day-24h"].endS * 1000, "Europe/Brussels") ?? []
const endS = DAYS["day-24h"].endS
const counts = Array.from({ length: 36 }, (_, at) => at)

test.each([
    { name: "a little early", seconds: 10_600, fromS: -10_800, readings: 36, last: [300, 35] },
    { name: "by a fast clock", seconds: 11_900, fromS: -10_800, readings: 36, last: [300, 35] },
    {
        name: "just after it was read before",
        seconds: 240,
        fromS: -300,
        readings: 1,
        last: [300, 630],
    },
    { name: "an hour after a start", seconds: 3610, fromS: -3600, readings: 12, last: [300, 311] },
    {
        name: "after one reading failed",
        seconds: 21_590,
        fromS: -21_600,
        readings: 36,
        last: [11_100, 35],
    },
])("a slot set read $name is of the time it counts", ({ seconds, fromS, readings, last }) => {
    const placed = placeSet({ slot: 7, battery: 180, seconds, counts }, bounds)
    expect(placed).toHaveLength(readings)
    expect(placed[0].startS).toBe(endS + fromS)
    const final = placed[readings - 1]
    // what later frames hold is in the last
    const rest = counts.slice(readings - 1).reduce((all, each) => all + each, 0)
    expect([final.seconds, final.count]).toEqual([last[0], rest])
    expect(final.startS + final.seconds).toBe(endS)
    expect(sum(placed.map(({ count }) => count))).toBe(630)
})

test.each([
    { zone: "Europe/Brussels", date: [2026, 2, 29], hours: [2, 3, 3, 3, 3, 3, 3, 3] },
    { zone: "Europe/Brussels", date: [2026, 9, 25], hours: [4, 3, 3, 3, 3, 3, 3, 3] },
    { zone: "Europe/Helsinki", date: [2026, 2, 29], hours: [3, 2, 3, 3, 3, 3, 3, 3] },
    { zone: "Europe/Helsinki", date: [2026, 9, 25], hours: [4, 3, 3, 3, 3, 3, 3, 3] },
    { zone: "America/Santiago", date: [2026, 8, 6], hours: [2, 3, 3, 3, 3, 3, 3, 3] },
    { zone: "Asia/Kolkata", date: [2026, 2, 3], hours: [3, 3, 3, 3, 3, 3, 3, 3] },
])("the sets of $date in $zone begin by the clock on the wall", ({ zone, date, hours }) => {
    const [year, month, day] = date
    const nearMs = Date.UTC(year, month, day + 1)
    const offsets = Array.from({ length: 48 }, (_, at) => nearMs + (at - 24) * 1_800_000)
    const posts = offsets.map(atMs => endedDay(atMs, zone)).filter(found => found !== undefined)
    const found = posts.find(each => {
        const noon = new Date((each[0] + 43_200) * 1000)
        return (
            new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(noon) ===
            new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10)
        )
    })
    const lengths = found?.slice(1).map((atS, at) => (atS - found[at]) / 3600)
    expect(lengths).toEqual(hours)
})
