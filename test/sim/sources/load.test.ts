import { expect, test } from "vitest"
import { countChanges, open, sample, tempFile } from "./open.js"

const HOUR_MS = 3_600_000
const columns = { type: "load", timeColumn: "t", valueColumn: "p" }

/** Rows of [s, value]. */
function csv(rows: [number, number | string][]): string {
    return `t,p\n${rows.map(row => row.join(",")).join("\n")}\n`
}

test.each([
    [
        "a steady load",
        [
            [0, 1000],
            [1800, 1000],
        ],
        {},
        999,
    ],
    [
        "a load that changes",
        [
            [0, 600],
            [600, 3000],
            [1200, 0],
            [2400, 60],
        ],
        {},
        100 + 500 + 0 + 20,
    ],
    [
        "a load in kW",
        [
            [0, 1.2],
            [1800, 2.4],
        ],
        { valueUnit: "kW" },
        600 + 1200,
    ],
    [
        "another meter constant",
        [
            [0, 1000],
            [1800, 1000],
        ],
        { pulsesPerKwh: 75 },
        74,
    ],
    [
        "a flow in l/min",
        [
            [0, 6],
            [1800, 12],
        ],
        { valueUnit: "l/min" },
        180 + 360,
    ],
    [
        "a flow in m3/h",
        [
            [0, 0.5],
            [1800, 1],
        ],
        { valueUnit: "m3/h", pulsesPerLitre: 0.1 },
        75,
    ],
    [
        "uneven rows",
        [
            [0, 777],
            [13, 1234],
            [77, 456],
            [1830, 99],
            [2715, 5000],
        ],
        {},
        1500,
    ],
] as [string, [number, number][], object, number][])(
    "%s gives the pulses of its energy within one",
    (_name, rows, settings, expected) => {
        const file = tempFile("load.csv", csv(rows))
        const source = open({ ...columns, ...settings, file }, { durationMs: HOUR_MS })
        expect(Math.abs((source.countBetween(0, HOUR_MS) ?? 0) - expected)).toBeLessThanOrEqual(1)
    }
)

test("the remainder is carried from row to row: 40 rows of 0.3 pulses give 12 and not 0", () => {
    const rows = Array.from({ length: 40 }, (_, i): [number, number] => [i * 60, 18])
    const source = open({ ...columns, file: tempFile("load.csv", csv(rows)) })
    expect(source.countBetween(0, HOUR_MS)).toBe(12)
})

test("a pulse comes when the integral passes a whole one", () => {
    const file = tempFile(
        "load.csv",
        csv([
            [0, 1800],
            [3, 3600],
            [10, 0],
        ])
    )
    const source = open({ ...columns, file })
    // Half a pulse per second for 3 s, then one per second: 2 s, 3.5 s, 4.5 s ...
    const starts = [2000, 3500, 4500, 5500, 6500, 7500, 8500, 9500]
    for (const atMs of starts) expect(source.countBetween(atMs - 0.01, atMs + 0.01)).toBe(1)
    expect(source.countBetween(0, HOUR_MS)).toBe(starts.length)
    expect(source.endMs).toBeCloseTo(9540, 3)
})

test("counts of neighbouring spans add up to the count of the whole", () => {
    const file = tempFile(
        "load.csv",
        csv([
            [0, 4321],
            [1800, 1234],
        ])
    )
    const source = open({ ...columns, file })
    let sum = 0
    for (let atMs = 0; atMs < HOUR_MS; atMs += 5000)
        sum += source.countBetween(atMs, atMs + 5000) ?? 0
    expect(sum).toBe(source.countBetween(0, HOUR_MS))
    expect(source.countBetween(5000, 5000)).toBe(0)
})

test("a repeated load goes on with the remainder of the pass before", () => {
    const file = tempFile(
        "load.csv",
        csv([
            [0, 900],
            [1, 900],
        ])
    )
    const source = open({ ...columns, file, repeat: true }, { durationMs: HOUR_MS })
    expect(source.countBetween(0, HOUR_MS)).toBeGreaterThanOrEqual(899)
    expect(source.countBetween(0, HOUR_MS)).toBeLessThanOrEqual(900)
})

test("a repeated load without an end is made as far as it is looked at", () => {
    const file = tempFile(
        "load.csv",
        csv([
            [0, 3600],
            [10, 3600],
        ])
    )
    const source = open(
        { ...columns, file, repeat: true },
        { durationMs: Number.POSITIVE_INFINITY }
    )
    expect(source.endMs).toBe(Number.POSITIVE_INFINITY)
    expect(source.countBetween(0, 100_500)).toBe(100)
    expect(source.signalAt(200_000)).toBeGreaterThan(0.2)
})

test.each([{ durationMs: HOUR_MS }, { durationMs: Number.POSITIVE_INFINITY }])(
    "a repeated load of nothing has no pulses and an end: %o",
    options => {
        const file = tempFile(
            "load.csv",
            csv([
                [0, 0],
                [10, 0],
            ])
        )
        const source = open({ ...columns, file, repeat: true }, options)
        expect(source.countBetween(0, HOUR_MS)).toBe(0)
        expect(source.endMs).toBe(0)
    }
)

test("a compressed file reads the same", () => {
    const rows = csv([
        [0, 600],
        [600, 3000],
        [1200, 0],
    ])
    const plain = open({ ...columns, file: tempFile("load.csv", rows) })
    const packed = open({ ...columns, file: tempFile("load.csv.gz", rows) })
    expect(packed.countBetween(0, HOUR_MS)).toBe(600)
    expect(sample(packed, 25, 60_000)).toEqual(sample(plain, 25, 60_000))
})

const DAYS = `t,p\n2024-01-01 00:00,3600\n2024-01-02 00:00:00,7200\n2024-01-03 00:00,0\n`

test.each([
    [{}, 86_400 + 2 * 86_400],
    [{ startAt: "2024-01-02", durationS: 600 }, 1200],
    [{ startAt: "2024-01-02 12:00", durationS: 600 }, 1200],
    [{ from: "2024-01-01 23:50", to: "2024-01-02 00:10:00" }, 600 + 1200],
    [{ from: "2024-01-02 23:00" }, 7200],
    [{ to: "2024-01-01 00:01" }, 60],
])("the selection %o gives its part of the file", (selection, expected) => {
    const file = tempFile("load.csv", DAYS)
    const pulse = { pulseMs: 5, gapMs: 5 }
    const source = open(
        { ...columns, timeUnit: "text", file, pulse, ...selection },
        { kind: "pulse", durationMs: 5 * 86_400_000 }
    )
    const count = source.countBetween(0, 5 * 86_400_000) ?? 0
    expect(Math.abs(count - expected)).toBeLessThanOrEqual(1)
})

test("a selection by number is in the file's own unit", () => {
    const file = tempFile(
        "load.csv",
        csv([
            [1000, 3600],
            [1010, 36_000],
            [1020, 0],
        ])
    )
    const source = open({ ...columns, file, from: 1005, to: 1011, pulse: {} }, { kind: "pulse" })
    expect(source.countBetween(0, HOUR_MS)).toBe(15)
})

test.each([
    [
        "empty cells",
        csv([
            [0, 3600],
            [10, ""],
            [20, ""],
            [30, 0],
        ]),
        'Empty cells in column "p" taken as 0 W: 2.',
    ],
    [
        "cells below 0",
        csv([
            [0, 3600],
            [10, -5],
            [20, 0],
        ]),
        'Negative cells in column "p" taken as 0 W: 1.',
    ],
    [
        "an early end",
        csv([
            [0, 3600],
            [10, 0],
        ]),
        "The recording ends after 20 s: no pulses from then on.",
    ],
])("%s are told in a note", (_name, content, note) => {
    const source = open({ ...columns, file: tempFile("load.csv", content) })
    expect(source.countBetween(0, HOUR_MS)).toBe(10)
    expect(source.notes).toContain(note)
})

test("a start before the recording is told in a note", () => {
    const file = tempFile(
        "load.csv",
        csv([
            [100, 3600],
            [110, 0],
        ])
    )
    const source = open({ ...columns, file, from: 70 })
    expect(source.countBetween(0, 30_000)).toBe(0)
    expect(source.countBetween(0, HOUR_MS)).toBe(10)
    expect(source.notes).toContain("The first 30 s lie before the recording: no pulses.")
})

test("pulses too near each other are delayed and told, none is dropped", () => {
    const file = tempFile(
        "load.csv",
        csv([
            [0, 144_000],
            [1, 0],
            [10, 0],
        ])
    )
    const source = open({ ...columns, file, pulse: {} }, { kind: "pulse", durationMs: 20_000 })
    expect(source.countBetween(0, 20_000)).toBe(40)
    expect(countChanges(sample(source, 5, 20_000), 1)).toBe(40)
    expect(source.notes[1]).toBe(
        "39 of 40 pulses were delayed, by 1365 ms at most, to keep 60 ms from one to the next."
    )
})
