import { describe, expect, test } from "vitest"
import { localDateStartMs } from "../../../server/local-days.js"
import { priceSpans } from "../../../server/tariffs/price-spans.js"
import type { PricePeriod, TariffTerms } from "../../../server/tariffs/tariff.js"

const PARIS = "Europe/Paris"
const HOUR_MS = 3_600_000

/** Cheap from 22:30 to 06:30, every day. */
const CREUSES: PricePeriod = { name: "heures creuses", from: "22:30", to: "06:30", price: 0.2 }

function termsOf(
    periods: PricePeriod[],
    change: Partial<TariffTerms> = {}
): Pick<TariffTerms, "versions" | "holidays"> {
    return {
        holidays: [],
        versions: [{ validFrom: "2020-01-01", basePrice: 0.3, periods }],
        ...change,
    }
}

/** Spans over local days, as [clock, price or name]. */
function shown(
    terms: Pick<TariffTerms, "versions" | "holidays">,
    [year, month, day]: [number, number, number],
    days = 1
) {
    const fromMs = localDateStartMs({ year, month, day }, PARIS)
    const toMs = localDateStartMs({ year, month, day: day + days }, PARIS)
    const spans = priceSpans(terms, fromMs, toMs, PARIS)
    // nothing is left out and nothing twice
    expect(spans[0].startMs).toBe(fromMs)
    expect(spans.at(-1)?.endMs).toBe(toMs)
    for (const [at, { endMs }] of spans.slice(0, -1).entries())
        expect(spans[at + 1].startMs).toBe(endMs)
    return spans.map(({ startMs, endMs, price }) => [
        new Date(startMs).toISOString().slice(5, 16),
        (endMs - startMs) / HOUR_MS,
        price,
    ])
}

describe("heures creuses from 22:30 to 06:30", () => {
    const terms = termsOf([CREUSES])

    test("on a day of 24 hours", () => {
        expect(shown(terms, [2026, 3, 3])).toEqual([
            ["03-02T23:00", 6.5, 0.2],
            ["03-03T05:30", 16, 0.3],
            ["03-03T21:30", 1.5, 0.2],
        ])
    })

    test("are an hour shorter in the night to summer time", () => {
        expect(shown(terms, [2026, 3, 28], 2)).toEqual([
            ["03-27T23:00", 6.5, 0.2],
            ["03-28T05:30", 16, 0.3],
            ["03-28T21:30", 7, 0.2],
            ["03-29T04:30", 16, 0.3],
            ["03-29T20:30", 1.5, 0.2],
        ])
    })

    test("are an hour longer in the night to winter time", () => {
        expect(shown(terms, [2026, 10, 24], 2)).toEqual([
            ["10-23T22:00", 6.5, 0.2],
            ["10-24T04:30", 16, 0.3],
            ["10-24T20:30", 9, 0.2],
            ["10-25T05:30", 16, 0.3],
            ["10-25T21:30", 1.5, 0.2],
        ])
    })
})

describe("clocks that change within a period's edges", () => {
    test("an edge that is skipped is where clocks skip to", () => {
        const terms = termsOf([{ name: "night", from: "02:30", to: "04:00", price: 0.1 }])
        expect(shown(terms, [2026, 3, 29])).toEqual([
            ["03-28T23:00", 2, 0.3],
            ["03-29T01:00", 1, 0.1],
            ["03-29T02:00", 20, 0.3],
        ])
    })

    test("an edge that clocks show twice counts twice", () => {
        const terms = termsOf([{ name: "night", from: "02:30", to: "04:00", price: 0.1 }])
        expect(shown(terms, [2026, 10, 25])).toEqual([
            ["10-24T22:00", 2.5, 0.3],
            ["10-25T00:30", 0.5, 0.1],
            ["10-25T01:00", 0.5, 0.3],
            ["10-25T01:30", 1.5, 0.1],
            ["10-25T03:00", 20, 0.3],
        ])
    })
})

describe("days", () => {
    const WEEKEND: PricePeriod = {
        name: "weekend",
        from: "00:00",
        to: "24:00",
        price: 0.1,
        days: ["sat", "sun", "holiday"],
    }

    test("a weekend is one span, and a holiday is like it", () => {
        const terms = termsOf([WEEKEND], { holidays: ["2026-05-01"] })
        // 1 May 2026 is a Friday
        expect(shown(terms, [2026, 4, 30], 5)).toEqual([
            ["04-29T22:00", 24, 0.3],
            ["04-30T22:00", 72, 0.1],
            ["05-03T22:00", 24, 0.3],
        ])
    })

    test("a holiday is no day of the week", () => {
        const night: PricePeriod = { ...CREUSES, from: "00:00", to: "06:00", days: ["fri"] }
        const terms = termsOf([night], { holidays: ["2026-05-01"] })
        expect(shown(terms, [2026, 5, 1])).toEqual([["04-30T22:00", 24, 0.3]])
        expect(shown(terms, [2026, 5, 8])).toHaveLength(2)
    })

    test("a night belongs to the day on which it began", () => {
        const terms = termsOf([{ ...CREUSES, days: ["fri"] }])
        // from Friday 6 March on
        expect(shown(terms, [2026, 3, 6], 2)).toEqual([
            ["03-05T23:00", 22.5, 0.3],
            ["03-06T21:30", 8, 0.2],
            ["03-07T05:30", 17.5, 0.3],
        ])
    })

    test("the first period that a time is in counts", () => {
        const spans = shown(termsOf([WEEKEND, CREUSES]), [2026, 3, 7], 2)
        expect(spans.map(([, , price]) => price)).toEqual([0.1])
    })
})

describe("versions", () => {
    const versions = [
        { validFrom: "2026-03-03", basePrice: 0.3, periods: [CREUSES] },
        { validFrom: "2026-03-04", basePrice: 0.4, periods: [{ ...CREUSES, price: 0.25 }] },
    ]

    test("begin at the local midnight of their date, and before the first there is no price", () => {
        expect(shown(termsOf([], { versions }), [2026, 3, 2], 3)).toEqual([
            ["03-01T23:00", 24, null],
            ["03-02T23:00", 6.5, 0.2],
            ["03-03T05:30", 16, 0.3],
            ["03-03T21:30", 1.5, 0.2],
            ["03-03T23:00", 6.5, 0.25],
            ["03-04T05:30", 16, 0.4],
            ["03-04T21:30", 1.5, 0.25],
        ])
    })

    test("without one there is no price", () => {
        expect(shown(termsOf([], { versions: [] }), [2026, 3, 2])).toEqual([
            ["03-01T23:00", 24, null],
        ])
    })
})

test("a range within a period is one span", () => {
    const fromMs = Date.UTC(2026, 2, 3, 22)
    expect(priceSpans(termsOf([CREUSES]), fromMs, fromMs + 60_000, PARIS)).toEqual([
        { startMs: fromMs, endMs: fromMs + 60_000, name: "heures creuses", price: 0.2 },
    ])
})
