import { pino } from "pino"
import { expect, test } from "vitest"
import { DEVICE_ID, makeHello, nthReport, START_MS } from "../helpers.js"
import { buildSignedInApp, request } from "./sign-in.js"

const DAY_MS = 86_400_000

async function buildWithHistory() {
    const lines: object[] = []
    const logger = pino({ level: "warn" }, { write: text => void lines.push(JSON.parse(text)) })
    const parts = await buildSignedInApp({ logger })
    const item = { deviceId: DEVICE_ID, nowMs: START_MS }
    parts.store.ingest([{ ...item, kind: "hello", hello: makeHello() }])
    for (let at = 0; at < 10; at++) {
        const report = nthReport(at, { startMs: START_MS - (9 - at) * DAY_MS - 50_000 })
        parts.store.ingest([{ ...item, kind: "report", report }])
    }
    return { ...parts, lines }
}

test("how long detail is kept is shown, changed, obeyed at once and told in the log", async () => {
    const { send, store, lines } = await buildWithHistory()
    const none = { slotsGoneBeforeMs: 0, minutesGoneBeforeMs: 0 }
    const forEver = { keepSlotsDays: null, keepMinutesDays: null }
    expect((await send("GET", "/retention")).json()).toEqual({ ...forEver, ...none })
    const keep = { keepSlotsDays: 3, keepMinutesDays: 6 }
    const changed = await send("PUT", "/retention", keep)
    expect([changed.statusCode, changed.json()]).toEqual([200, expect.objectContaining(keep)])
    expect(lines).toEqual([
        expect.objectContaining({ ...keep, user: "ann", msg: "changed how long detail is kept" }),
    ])
    const slotsAt = (day: number) =>
        store.slots(1, START_MS - day * DAY_MS - 50_000, START_MS - day * DAY_MS).length
    const gone = () => store.retention().minutesGoneBeforeMs
    await expect.poll(gone).toBe(START_MS - 6 * DAY_MS)
    expect([slotsAt(2), slotsAt(3), slotsAt(4)]).toEqual([10, 0, 0])
    expect(store.now(0)[0]).toMatchObject({ totalCount: 200, unplacedCount: 0, sinceCount: 200 })
    // a chart takes the finest that is still there
    const resolutionAt = async (day: number) => {
        const toMs = START_MS - day * DAY_MS
        const path = `/channels/1/series?fromMs=${toMs - 60_000}&toMs=${toMs}`
        const { resolution, values } = (await send("GET", path)).json()
        return [resolution, values.some((value: number | null) => value !== null)]
    }
    expect(await resolutionAt(2)).toEqual(["slot", true])
    expect(await resolutionAt(5)).toEqual(["minute", true])
    expect(await resolutionAt(8)).toEqual(["quarter", true])
})

test.each([
    [{ keepSlotsDays: 1, keepMinutesDays: null }, "keepSlotsDays: must be a whole number"],
    [{ keepSlotsDays: 2.5, keepMinutesDays: null }, "keepSlotsDays: must be a whole number"],
    [{ keepSlotsDays: 9, keepMinutesDays: 40_000 }, "keepMinutesDays: must be a whole number"],
    [{ keepSlotsDays: 9, keepMinutesDays: 8 }, "keepMinutesDays: must not be less"],
    [{ keepSlotsDays: null, keepMinutesDays: 8 }, "keepMinutesDays: must not be less"],
    [{ keepSlotsDays: 9 }, "keepMinutesDays: "],
])("refuses %j by its name", async (body, message) => {
    const { send, store } = await buildWithHistory()
    const reply = await send("PUT", "/retention", body)
    expect([reply.statusCode, reply.json().error.message]).toEqual([
        400,
        expect.stringContaining(message),
    ])
    expect(store.retention().keepSlotsDays).toBeNull()
})

test("needs a session", async () => {
    const { app } = await buildSignedInApp()
    expect((await request(app)("GET", "/retention")).statusCode).toBe(401)
})
