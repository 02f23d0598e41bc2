import { describe, expect, test } from "vitest"
import {
    isTimeZone,
    localDateStartMs,
    localDayStartMs,
    localMonthStartMs,
    localTime,
    nextLocalDayStartMs,
    nextLocalMonthStartMs,
    offsetSpans,
    utcOffsetMs,
} from "../../server/local-days.js"

const HOUR_MS = 3_600_000
const at = (text: string) => Date.parse(text)

// zone, a time within the day, the day's start and end in UTC, its hours
const DAYS: [string, string, string, string, number][] = [
    ["UTC", "2026-03-29T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z", 24],
    ["Europe/Paris", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23],
    ["Europe/Paris", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25],
    ["Europe/Paris", "2026-10-25T00:30:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25],
    ["Europe/Paris", "2026-10-25T01:30:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25],
    ["Europe/Paris", "2026-10-25T23:00:00Z", "2026-10-25T23:00:00Z", "2026-10-26T23:00:00Z", 24],
    [
        "Europe/Paris",
        "2026-10-25T22:59:59.999Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z",
        25,
    ],
    [
        "America/New_York",
        "2026-03-08T12:00:00Z",
        "2026-03-08T05:00:00Z",
        "2026-03-09T04:00:00Z",
        23,
    ],
    [
        "America/New_York",
        "2026-11-01T12:00:00Z",
        "2026-11-01T04:00:00Z",
        "2026-11-02T05:00:00Z",
        25,
    ],
    // half an hour of summer time
    [
        "Australia/Lord_Howe",
        "2026-04-05T01:00:00Z",
        "2026-04-04T13:00:00Z",
        "2026-04-05T13:30:00Z",
        24.5,
    ],
    ["Asia/Kathmandu", "2026-06-01T12:00:00Z", "2026-05-31T18:15:00Z", "2026-06-01T18:15:00Z", 24],
    // midnight is skipped
    [
        "America/Sao_Paulo",
        "2018-11-04T12:00:00Z",
        "2018-11-04T03:00:00Z",
        "2018-11-05T02:00:00Z",
        23,
    ],
    // midnight comes twice
    ["America/Havana", "2026-11-01T04:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 25],
    ["America/Havana", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 25],
    // a minute after midnight, clocks went back to 23:01 of the day before
    [
        "America/St_Johns",
        "2010-11-07T03:00:00Z",
        "2010-11-07T02:30:00Z",
        "2010-11-08T03:30:00Z",
        25,
    ],
    // the 30th was left out
    ["Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", 24],
]

describe("local days", () => {
    test.each(DAYS)("%s at %s", (zone, time, start, end, hours) => {
        expect(new Date(localDayStartMs(at(time), zone))).toEqual(new Date(start))
        expect(new Date(nextLocalDayStartMs(at(time), zone))).toEqual(new Date(end))
        expect(at(end) - at(start)).toBe(hours * HOUR_MS)
    })

    test.each([...new Set(DAYS.map(([zone]) => zone))])(
        "two years of days in %s follow each other without a hole",
        zone => {
            const lengths = new Map<number, number>()
            const endMs = at("2027-06-01T00:00:00Z")
            let ms = localDayStartMs(at("2025-06-01T00:00:00Z"), zone)
            while (ms < endMs) {
                const nextMs = nextLocalDayStartMs(ms, zone)
                expect(localDayStartMs(ms, zone)).toBe(ms)
                expect(localDayStartMs(nextMs - 1, zone)).toBe(ms)
                const hours = (nextMs - ms) / HOUR_MS
                lengths.set(hours, (lengths.get(hours) ?? 0) + 1)
                ms = nextMs
            }
            const changes = [...lengths].filter(([hours]) => hours !== 24)
            // two changes a year or none
            expect(changes.map(([, days]) => days)).toEqual(changes.map(() => 2))
        }
    )
})

describe("local months", () => {
    test("an October is an hour longer than an August where summer time ends in it", () => {
        const startMs = localMonthStartMs(at("2026-10-25T01:30:00Z"), "Europe/Paris")
        const endMs = nextLocalMonthStartMs(at("2026-10-25T01:30:00Z"), "Europe/Paris")
        expect(new Date(startMs)).toEqual(new Date("2026-09-30T22:00:00Z"))
        expect(endMs - startMs).toBe((31 * 24 + 1) * HOUR_MS)
    })

    test("December is followed by January", () => {
        expect(nextLocalMonthStartMs(at("2026-12-31T22:59:00Z"), "Europe/Paris")).toBe(
            at("2026-12-31T23:00:00Z")
        )
        expect(localMonthStartMs(at("2026-12-31T23:00:00Z"), "Europe/Paris")).toBe(
            at("2026-12-31T23:00:00Z")
        )
    })
})

describe("local dates", () => {
    test("begin at their first midnight", () => {
        const date = { year: 2024, month: 2, day: 29 }
        expect(localDateStartMs(date, "Europe/Paris")).toBe(at("2024-02-28T23:00:00Z"))
    })

    test("count on over the end of a month and of a year", () => {
        const date = { year: 2026, month: 12, day: 32 }
        expect(localDateStartMs(date, "UTC")).toBe(at("2027-01-01T00:00:00Z"))
    })

    test("a date that was left out begins with the next", () => {
        expect(localDateStartMs({ year: 2011, month: 12, day: 30 }, "Pacific/Apia")).toBe(
            localDateStartMs({ year: 2011, month: 12, day: 31 }, "Pacific/Apia")
        )
    })
})

describe("local time", () => {
    test("is what clocks show, on a Sunday too", () => {
        expect(localTime(at("2026-10-25T01:30:59Z"), "Europe/Paris")).toEqual({
            year: 2026,
            month: 10,
            day: 25,
            weekday: 7,
            minuteOfDay: 150,
        })
    })

    test("the hour that is repeated has the same minutes twice", () => {
        const minutes = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map(
            time => localTime(at(time), "Europe/Paris").minuteOfDay
        )
        expect(minutes).toEqual([150, 150])
    })
})

describe("offsets from UTC", () => {
    test("fractions of a second do not count", () => {
        expect(utcOffsetMs(at("2026-07-01T00:00:00.999Z"), "Asia/Kolkata")).toBe(5.5 * HOUR_MS)
    })

    test("a year is cut where clocks change, to the millisecond", () => {
        const [fromMs, toMs] = [at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")]
        const [spring, autumn] = [at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z")]
        expect(offsetSpans(fromMs, toMs, "Europe/Paris")).toEqual([
            { startMs: fromMs, endMs: spring, offsetMs: HOUR_MS },
            { startMs: spring, endMs: autumn, offsetMs: 2 * HOUR_MS },
            { startMs: autumn, endMs: toMs, offsetMs: HOUR_MS },
        ])
        expect(offsetSpans(fromMs, spring, "Europe/Paris")).toHaveLength(1)
        expect(offsetSpans(spring, toMs, "Europe/Paris")).toHaveLength(2)
    })
})

describe("names of zones", () => {
    test.each(["Europe/Paris", "UTC", "America/Argentina/Ushuaia"])("%s is one", name => {
        expect(isTimeZone(name)).toBe(true)
    })
    test.each(["", "Europe/Nowhere", "+05:00", "../etc", "Europe/Paris\n"])("%j is none", name => {
        expect(isTimeZone(name)).toBe(false)
    })
})
