import { describe, expect, test } from "vitest"
import { createFormat } from "../../web/format.js"

const format = createFormat("en-GB", "Europe/Berlin")
const text = ({ value, unit }: { value: string; unit: string }) => `${value} ${unit}`

test.each([
    [0, "0 W"],
    [0.04, "0.0 W"],
    [4.26, "4.3 W"],
    [12.4, "12 W"],
    [-640, "-640 W"],
    [2340.4, "2,340 W"],
    [9999.4, "9,999 W"],
    [9999.6, "10.00 kW"],
    [-12_345, "-12.35 kW"],
])("%d W reads %s", (powerW, expected) => {
    expect(text(format.powerW(powerW))).toBe(expected)
})

test.each([
    [0, "0.00 kWh"],
    [1234.5, "1.23 kWh"],
    [123_456, "123.5 kWh"],
    [12_345_678, "12,346 kWh"],
])("%d Wh reads %s", (energyWh, expected) => {
    expect(text(format.energyWh(energyWh))).toBe(expected)
})

test.each([
    [0, "0 l"],
    [2.5, "2.5 l"],
    [640, "640 l"],
    [1500, "1.50 m³"],
    [240_000, "240.0 m³"],
])("%d l reads %s", (volumeL, expected) => {
    expect(text(format.volumeL(volumeL))).toBe(expected)
})

test("a flow keeps one digit after the point", () => {
    expect(text(format.flowLPerMin(7.25))).toBe("7.3 l/min")
    expect(text(format.rate("gas", 0))).toBe("0 l/min")
})

test("what a channel measures decides its unit", () => {
    expect(text(format.amount("water", 640))).toBe("640 l")
    expect(text(format.amount("electricity", 640))).toBe("0.64 kWh")
    expect(text(format.amount("heat", 640))).toBe("0.64 kWh")
    expect(text(format.rate("heat", 4200))).toBe("4,200 W")
})

test.each([
    ["electricity", [0, 500, 1000], ["0", "500", "1,000"], "W"],
    ["electricity", [0, 5000, 10_000], ["0", "5", "10"], "kW"],
    ["electricity", [0, 7500, 15_000], ["0.0", "7.5", "15.0"], "kW"],
    ["heat", [0, 5000, 10_000], ["0", "5", "10"], "kW"],
    ["gas", [0, 0.25, 0.5], ["0.00", "0.25", "0.50"], "l/min"],
    ["gas", [], [], "l/min"],
] as const)("the %s axis labels %j as %j %s", (type, values, labels, unit) => {
    expect(format.axis(type, [...values])).toEqual({ labels, unit })
})

describe("times", () => {
    const noonMs = Date.UTC(2025, 10, 5, 11, 0, 0)
    const midnightMs = Date.UTC(2025, 10, 4, 23, 0, 0)

    test.each([
        [noonMs, 10_000, "12:00:00"],
        [noonMs, 900_000, "12:00"],
        [midnightMs, 3_600_000, "5 Nov"],
        [noonMs, 86_400_000, "5 Nov"],
        [noonMs, 31 * 86_400_000, "Nov 2025"],
    ])("a tick at %d with %d ms to the next reads %s", (atMs, stepMs, expected) => {
        expect(format.tick(atMs, stepMs)).toBe(expected)
    })

    test.each([
        [60_000, "Wed 5 Nov, 12:00:00 – 12:01:00"],
        [3_600_000, "Wed 5 Nov, 12:00 – 13:00"],
        [86_400_000, "Wed 5 Nov, 12:00 – Thu 6 Nov, 12:00"],
        [7 * 86_400_000, "Wed 5 Nov – Wed 12 Nov"],
    ])("a stretch of %d ms reads %s", (spanMs, expected) => {
        expect(format.stretch(noonMs, noonMs + spanMs).replace(/,? (?=\d+ Nov)/g, " ")).toBe(
            expected
        )
    })

    test.each([
        [-500, "just now"],
        [4_000, "just now"],
        [42_000, "42 seconds ago"],
        [61_000, "1 minute ago"],
        [7_200_000, "2 hours ago"],
        [3 * 86_400_000, "3 days ago"],
    ])("%d ms are %s", (ageMs, expected) => {
        expect(format.ago(noonMs, noonMs + ageMs)).toBe(expected)
    })

    test("a moment is as exact as the view", () => {
        expect(format.moment(noonMs, 900_000)).toBe("12:00:00")
        expect(format.moment(noonMs, 86_400_000)).toBe("12:00")
        expect(format.moment(noonMs, 7 * 86_400_000)).toBe("5 Nov, 12:00")
    })
})

test("numbers follow the reader's locale", () => {
    expect(text(createFormat("de-DE", "UTC").energyWh(1_234_567))).toBe("1.234,6 kWh")
})
