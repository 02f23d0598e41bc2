import { describe, expect, test } from "vitest"
import type { ReadAmounts } from "../../../server/amounts.js"
import { localDateStartMs } from "../../../server/local-days.js"
import { RESOLUTION_SECONDS } from "../../../server/store/store.js"
import { type CostQuery, costOf } from "../../../server/tariffs/cost.js"
import type { PricePeriod, TariffTerms, TariffVersion } from "../../../server/tariffs/tariff.js"

const PARIS = "Europe/Paris"
const CREUSES: PricePeriod = { name: "heures creuses", from: "22:30", to: "06:30", price: 0.2 }
const NOTHING_GONE = { slotsGoneBeforeMs: 0, minutesGoneBeforeMs: 0 }

const parisMs = (year: number, month: number, day: number) =>
    localDateStartMs({ year, month, day }, PARIS)

/** So many a second, all along: 3,600 a second are 12.96 kWh an hour. */
function steady(perSecond: number): ReadAmounts {
    return (fromMs, toMs, resolution) => {
        const stepMs = RESOLUTION_SECONDS[resolution] * 1000
        const firstMs = Math.floor(fromMs / stepMs) * stepMs
        const length = Math.ceil((toMs - firstMs) / stepMs)
        return {
            startMs: Array.from({ length }, (_, at) => firstMs + at * stepMs),
            amounts: new Array(length).fill((perSecond * stepMs) / 1000),
            coveredS: new Array(length).fill(stepMs / 1000),
        }
    }
}

/** One kWh an hour. */
const ONE_KWH_AN_HOUR = steady(1000 / 3600)

function termsOf(change: Partial<TariffVersion>, others: Partial<TariffTerms> = {}): TariffTerms {
    const version = { validFrom: "2020-01-01", basePrice: 0.3, periods: [], ...change }
    return { currency: "EUR", unit: "kWh", holidays: [], versions: [version], ...others }
}

function costs(query: Partial<CostQuery> & Pick<CostQuery, "terms" | "edgesMs">) {
    return costOf({ timeZone: PARIS, readers: [ONE_KWH_AN_HOUR], gone: NOTHING_GONE, ...query })
}

const near = (value: number) => expect.closeTo(value, 6)

describe("heures creuses from 22:30 to 06:30, a kWh an hour", () => {
    test.each([
        ["24", [2026, 3, 3], 8],
        ["23", [2026, 3, 29], 7],
        ["25", [2026, 10, 25], 9],
    ] as const)("a day of %s hours", (hours, [year, month, day], cheapHours) => {
        const edgesMs = [parisMs(year, month, day), parisMs(year, month, day + 1)]
        const { steps, periods } = costs({ terms: termsOf({ periods: [CREUSES] }), edgesMs })
        const cost = cheapHours * 0.2 + 16 * 0.3
        expect(steps).toEqual([
            { amount: near(Number(hours)), cost: near(cost), standingCharge: 0, unpricedAmount: 0 },
        ])
        expect(periods).toEqual([
            { name: "heures creuses", amount: near(cheapHours), cost: near(cheapHours * 0.2) },
            { name: "base", amount: near(16), cost: near(16 * 0.3) },
        ])
    })

    test("every month of a year, and the year", () => {
        const terms = termsOf({ periods: [CREUSES] })
        const edgesMs = Array.from({ length: 13 }, (_, month) => parisMs(2026, 1 + month, 1))
        const months = costs({ terms, edgesMs }).steps.map(({ cost }) => cost)
        const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        const cheap = days.map(
            (count, month) => count * 8 - (month === 2 ? 1 : 0) + (month === 9 ? 1 : 0)
        )
        expect(months).toEqual(days.map((count, at) => near(cheap[at] * 0.2 + count * 16 * 0.3)))
        const year = costs({ terms, edgesMs: [edgesMs[0], edgesMs[12]] }).steps
        expect(year[0].cost).toBeCloseTo(365 * (8 * 0.2 + 16 * 0.3), 6)
    })
})

describe("a tariff", () => {
    test("several channels add up, and one that measured nothing adds nothing", () => {
        const nothing: ReadAmounts = (...range) => {
            const { amounts, ...rest } = ONE_KWH_AN_HOUR(...range)
            return { ...rest, amounts: amounts.map(() => null) }
        }
        const edgesMs = [parisMs(2026, 3, 3), parisMs(2026, 3, 4)]
        const readers = [ONE_KWH_AN_HOUR, nothing, ONE_KWH_AN_HOUR]
        expect(costs({ terms: termsOf({}), edgesMs, readers }).steps[0].cost).toBeCloseTo(
            48 * 0.3,
            6
        )
    })

    test("when it changes, what was before its date keeps its price, and the rest has the new one", () => {
        const edgesMs = [parisMs(2026, 3, 3), parisMs(2026, 3, 4), parisMs(2026, 3, 5)]
        const [version] = termsOf({}).versions
        const versions = [version, { ...version, validFrom: "2026-03-04", basePrice: 0.5 }]
        const { steps } = costs({ terms: termsOf({}, { versions }), edgesMs })
        expect(steps.map(({ cost }) => cost)).toEqual([near(24 * 0.3), near(24 * 0.5)])
    })

    test("before its first date nothing is paid, and that is told", () => {
        const terms = termsOf({
            validFrom: "2026-03-04",
            standingCharge: { amount: 2, per: "day" },
        })
        const edgesMs = [parisMs(2026, 3, 3), parisMs(2026, 3, 5)]
        const { steps, periods } = costs({ terms, edgesMs })
        expect(steps).toEqual([
            {
                amount: near(48),
                cost: near(7.2),
                standingCharge: near(2),
                unpricedAmount: near(24),
            },
        ])
        expect(periods).toEqual([{ name: "base", amount: near(24), cost: near(7.2) }])
    })
})

describe("a standing charge", () => {
    test.each([
        ["day", 1, [1, 0.5, 1]],
        ["month", 31, [1, 0.5, 1]],
        ["year", 365, [1, 0.5, 1]],
    ] as const)(
        "by the %s counts whole days, and a cut day by its share",
        (per, amount, charges) => {
            const terms = termsOf({ standingCharge: { amount, per } })
            // half of the day of 23 hours
            const halfMs = parisMs(2026, 3, 29) + 11.5 * 3_600_000
            const whole = costs({ terms, edgesMs: [parisMs(2026, 3, 3), parisMs(2026, 3, 4)] })
            const half = costs({ terms, edgesMs: [parisMs(2026, 3, 29), halfMs] })
            const short = costs({ terms, edgesMs: [parisMs(2026, 3, 29), parisMs(2026, 3, 30)] })
            const all = [whole, half, short].map(({ steps }) => steps[0].standingCharge)
            expect(all).toEqual(charges.map(near))
        }
    )

    test("by the month is the same in February as in March", () => {
        const terms = termsOf({ standingCharge: { amount: 12, per: "month" } })
        const edgesMs = [parisMs(2026, 2, 1), parisMs(2026, 3, 1), parisMs(2026, 4, 1)]
        const { steps } = costs({ terms, edgesMs })
        expect(steps.map(({ standingCharge }) => standingCharge)).toEqual([near(12), near(12)])
    })
})

describe("gas", () => {
    const terms = termsOf({ basePrice: 0.1 })
    const edgesMs = [parisMs(2026, 3, 3), parisMs(2026, 3, 5)]
    // a cubic metre an hour
    const readers = [steady(1000 / 3600)]

    test("is paid by its energy, by the value of each day", () => {
        const gasValues = [
            { fromMs: 0, calorificKwhPerM3: 10, correction: 1 },
            { fromMs: parisMs(2026, 3, 4), calorificKwhPerM3: 12, correction: 0.9 },
        ]
        const { steps } = costs({ terms, edgesMs, readers, gasValues })
        expect(steps[0].amount).toBeCloseTo(24 * 10 + 24 * 10.8, 6)
        expect(steps[0].cost).toBeCloseTo(0.1 * (24 * 10 + 24 * 10.8), 6)
    })

    test("or by the cubic metre", () => {
        const { steps } = costs({
            terms: termsOf({ basePrice: 1.5 }, { unit: "m3" }),
            edgesMs,
            readers,
        })
        expect(steps[0]).toMatchObject({ amount: near(48), cost: near(72) })
    })
})
