import { expect, test } from "vitest"
import { CsvRows, placeSlots } from "../../../../server/compat/blinkiki/csv.js"
import { seededNumbers } from "../../helpers.js"

const readAll = (dates: string[], timeZone = "Europe/Brussels") => {
    const rows = new CsvRows(timeZone)
    return dates.map((date, at) => rows.read({ date, pulses: "1" }, at + 2).endS)
}
const iso = (endS: number) => new Date(endS * 1000).toISOString().slice(0, 19)

test("dates are of the clock on the wall, of both hours where it shows one twice", () => {
    const night = ["02:59:50", "02:59:55", "02:00:00", "02:30:00", "02:59:55", "03:00:00"]
    expect(readAll(night.map(time => `2026-10-25 ${time}`)).map(iso)).toEqual([
        "2026-10-25T00:59:50",
        "2026-10-25T00:59:55",
        "2026-10-25T01:00:00",
        "2026-10-25T01:30:00",
        "2026-10-25T01:59:55",
        "2026-10-25T02:00:00",
    ])
    // a slot that filled a gap is a little out of order
    const late = ["02:30:00", "02:29:20", "02:30:05"].map(time => `2026-10-25T${time}`)
    expect(readAll(late).map(iso)).toEqual([
        "2026-10-25T00:30:00",
        "2026-10-25T00:29:20",
        "2026-10-25T00:30:05",
    ])
    expect(readAll(["2026-03-29 01:59:55", "2026-03-29 03:00:00.5"]).map(iso)).toEqual([
        "2026-03-29T00:59:55",
        "2026-03-29T01:00:00",
    ])
})

test.each([
    [{ day: "2026-03-03", pulses: "1" }, "line 1: there must be columns date and pulses"],
    [{ date: "03/03/2026 10:00", pulses: "1" }, "line 7: date must look like 2026-03-03 10:00:00"],
    [{ date: "2026-13-03 10:00:00", pulses: "1" }, "line 7: date must look like"],
    [{ date: "2026-03-03 10:00:00", pulses: "-1" }, "line 7: pulses must be a whole number"],
    [{ date: "2026-03-03 10:00:00", pulses: "" }, "line 7: pulses must be a whole number"],
])("the row %o is refused", (row, problem) => {
    expect(() => new CsvRows("UTC").read(row as never, 7)).toThrow(problem)
})

test.each([0, 1, 2])("slots %i s early or late leave no hole, and no pulse is lost", jitterS => {
    const random = seededNumbers(`jitter ${jitterS}`)
    const slots = Array.from({ length: 5000 }, (_, at) => ({
        endS: 1_772_496_000 + at * 5 + random(jitterS + 1),
        count: random(5),
    }))
    const readings = [...placeSlots(slots)]
    const sum = (counts: number[]) => counts.reduce((all, count) => all + count, 0)
    expect(sum(readings.map(({ count }) => count ?? 0))).toBe(sum(slots.map(({ count }) => count)))
    expect(readings.length).toBeGreaterThan(4990)
    readings.forEach(({ startS }, at) => {
        expect(startS % 5).toBe(0)
        if (at > 0) expect(startS).toBeGreaterThan(readings[at - 1].startS)
    })
})
