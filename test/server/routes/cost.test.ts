import { expect, test } from "vitest"
import { localDateStartMs } from "../../../server/local-days.js"
import { ingestSlots } from "../known-days.js"
import { buildSignedInApp } from "./sign-in.js"

const PARIS = "Europe/Paris"
const DAY_SLOTS = 17_280

/** The night to summer time, which has 23 hours. */
const FROM_MS = localDateStartMs({ year: 2026, month: 3, day: 28 }, PARIS)
const TO_MS = localDateStartMs({ year: 2026, month: 3, day: 30 }, PARIS)

const TARIFF = {
    name: "Tarif bleu",
    type: "electricity",
    currency: "EUR",
    unit: "kWh",
    versions: [
        {
            validFrom: "2026-02-01",
            basePrice: 0.3,
            standingCharge: { amount: 0.5, per: "day" },
            periods: [{ name: "heures creuses", from: "22:30", to: "06:30", price: 0.2 }],
        },
    ],
}

/** A pulse of 1 Wh in each slot of two days and more, which are 0.72 kWh an hour. */
async function buildWithDays() {
    const parts = await buildSignedInApp()
    ingestSlots(parts.store, FROM_MS, 2 * DAY_SLOTS + 720, () => 1)
    const body = { name: "main", type: "electricity", channelIds: [1] }
    await parts.send("POST", "/sensors", body)
    return parts
}

const near = (value: number) => expect.closeTo(value, 9)
const COST = `/sensors/1/cost?fromMs=${FROM_MS}&toMs=${TO_MS}&timeZone=${PARIS}`

test("a tariff is made, prices what was, is changed and prices it anew, and is removed", async () => {
    const { send } = await buildWithDays()
    const none = await send("GET", COST)
    expect([none.statusCode, none.json().error.message]).toEqual([
        404,
        "There is no tariff for electricity in this home.",
    ])
    const made = await send("POST", "/homes/1/tariffs", TARIFF)
    expect(made.statusCode).toBe(201)
    expect(made.json()).toEqual({ ...TARIFF, id: 1, homeId: 1, direction: "in", holidays: [] })
    expect((await send("POST", "/homes/1/tariffs", TARIFF)).statusCode).toBe(409)

    const days = (await send("GET", `${COST}&resolution=local-day`)).json()
    expect(days).toMatchObject({ tariffId: 1, currency: "EUR", unit: "kWh", timeZone: PARIS })
    expect(days.startMs).toEqual([FROM_MS, FROM_MS + 24 * 3_600_000])
    expect(days.endMs).toBe(TO_MS)
    expect(days.amounts).toEqual([near(24 * 0.72), near(23 * 0.72)])
    expect(days.costs).toEqual([
        near(0.72 * (8 * 0.2 + 16 * 0.3)),
        near(0.72 * (7 * 0.2 + 16 * 0.3)),
    ])
    expect(days.standingCharges).toEqual([0.5, 0.5])
    expect(days.unpricedAmounts).toEqual([0, 0])
    expect(days.total).toBeCloseTo(1 + 0.72 * (15 * 0.2 + 32 * 0.3), 9)
    expect(days.periods).toEqual([
        { name: "heures creuses", amount: near(15 * 0.72), cost: near(15 * 0.72 * 0.2) },
        { name: "base", amount: near(32 * 0.72), cost: near(32 * 0.72 * 0.3) },
    ])

    const dearer = { ...TARIFF, versions: [{ ...TARIFF.versions[0], basePrice: 0.6 }] }
    expect((await send("PUT", "/homes/1/tariffs/1", dearer)).statusCode).toBe(200)
    const after = (await send("GET", COST)).json()
    expect(after.costs).toEqual([near(0.72 * (15 * 0.2 + 32 * 0.6))])

    expect((await send("DELETE", "/homes/1/tariffs/1")).statusCode).toBe(204)
    expect((await send("GET", "/homes/1/tariffs")).json().tariffs).toEqual([])
    expect((await send("DELETE", "/homes/1/tariffs/1")).statusCode).toBe(404)
})

test("bad tariffs are refused", async () => {
    const { send } = await buildSignedInApp()
    const [version] = TARIFF.versions
    const [period] = version.periods
    const withVersion = (change: object) => ({ versions: [{ ...version, ...change }] })
    const withPeriod = (change: object) => withVersion({ periods: [{ ...period, ...change }] })
    const bad: [object, string][] = [
        [{ currency: "euro" }, "currency: must be three capital letters, such as EUR"],
        [{ unit: "m3" }, "unit: electricity is priced by kWh, not by m3"],
        [{ versions: [] }, "versions: must hold at least one version"],
        [
            withVersion({ validFrom: "2026-02-30" }),
            "versions.0.validFrom: must be a date of the calendar",
        ],
        [{ versions: [version, version] }, "versions.1.validFrom: must be after 2026-02-01"],
        [{ holidays: ["25 December"] }, "holidays.0: must be a date such as 2026-02-01"],
        [withPeriod({ from: "24:00" }), "versions.0.periods.0.from: must be a time such as 22:30"],
        [withPeriod({ to: "22:30" }), "versions.0.periods.0.to: must differ from `from`"],
        [withPeriod({ name: "base" }), "versions.0.periods.0.name: must not be base"],
        [withPeriod({ price: 1e7 }), "versions.0.periods.0.price: must be at most 1000000"],
        [withPeriod({ days: ["monday"] }), "versions.0.periods.0.days.0: must be one of mon"],
    ]
    for (const [change, message] of bad) {
        const reply = await send("POST", "/homes/1/tariffs", { ...TARIFF, ...change })
        expect([reply.statusCode, reply.json().error.message]).toEqual([
            400,
            expect.stringContaining(message),
        ])
    }
})

test("bad ranges and tariffs of something else are refused", async () => {
    const { send } = await buildWithDays()
    await send("POST", "/homes/1/tariffs", TARIFF)
    await send("POST", "/homes/1/tariffs", { ...TARIFF, name: "Water", type: "water", unit: "m3" })
    const bad: [string, number, string][] = [
        ["/sensors/1/cost?fromMs=5&toMs=5", 400, "toMs: must be after fromMs"],
        ["/sensors/1/cost?fromMs=0&toMs=8640000000000000", 400, "toMs: must be at most 3600 days"],
        [`${COST}&resolution=day`, 400, "resolution: must be one of local-day, local-month"],
        [
            `${COST.replace(PARIS, "Europe/Nowhere")}`,
            400,
            "timeZone: must be the name of a time zone",
        ],
        [`${COST}&tariffId=2`, 400, "tariffId: is for water, the sensor counts electricity"],
        [`${COST}&tariffId=9`, 404, "There is no tariff 9."],
        ["/sensors/7/cost?fromMs=0&toMs=5", 404, "There is no sensor 7."],
        ["/homes/2/tariffs", 404, "There is no home 2."],
    ]
    for (const [path, status, message] of bad) {
        const reply = await send("GET", path)
        expect([reply.statusCode, reply.json().error.message]).toEqual([
            status,
            expect.stringContaining(message),
        ])
    }
})

test("gas is paid by the energy that its dated values give", async () => {
    const { send, store } = await buildWithDays()
    await send("DELETE", "/sensors/1")
    store.updateChannel(1, { type: "gas", perPulse: 1 })
    await send("POST", "/sensors", { name: "gas", type: "gas", channelIds: [1] })
    await send("POST", "/homes/1/tariffs", {
        ...TARIFF,
        type: "gas",
        versions: [{ validFrom: "2026-01-01", basePrice: 0.1 }],
    })
    const unknown = await send("GET", COST)
    expect(unknown.json().error.message).toBe("The calorific value of this home's gas is not set.")
    const values = [
        { validFrom: "2020-01-01", calorificKwhPerM3: 10 },
        { validFrom: "2026-03-29", calorificKwhPerM3: 12, correction: 0.9 },
    ]
    const put = await send("PUT", "/homes/1/gas-values", { values })
    expect(put.json().values).toEqual([{ ...values[0], correction: 1 }, values[1]])
    expect((await send("GET", "/homes/1/gas-values")).json()).toEqual(put.json())
    // the home's own day begins an hour later than in Paris; 0.72 m3 an hour
    const cost = (await send("GET", COST)).json()
    expect(cost.amounts).toEqual([near(0.72 * (25 * 10 + 22 * 10.8))])
    const series = `/sensors/1/series?fromMs=${FROM_MS}&toMs=${TO_MS}&resolution=local-day&timeZone=${PARIS}&unit=kWh`
    expect((await send("GET", series)).json()).toMatchObject({
        unit: "kWh",
        resolutionMs: null,
        timeZone: PARIS,
        endMs: TO_MS,
        values: [near(0.72 * 24 * 10), near(0.72 * (1 * 10 + 22 * 10.8))],
    })
    const twice = await send("PUT", "/homes/1/gas-values", { values: [values[1], values[0]] })
    expect(twice.json().error.message).toBe("values.1.validFrom: must be after 2026-03-29")
})
