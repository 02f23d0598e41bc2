import { describe, expect, test } from "vitest"
import { Random } from "../../../sim/random.js"
import { openSource } from "../../../sim/sources/source.js"
import { sourceSchema } from "../../../sim/sources/source-schema.js"
import { open, tempFile } from "./open.js"

/** The sentence without the folder of the temporary file. */
function sentence(run: () => unknown): string {
    try {
        run()
    } catch (error) {
        return (error as Error).message.replace(/\/\S*\/(?=[\w-]+\.csv)/g, "")
    }
    throw new Error("Nothing was thrown.")
}

const load = { type: "load", timeColumn: "t", valueColumn: "p" }
const pulses = { type: "pulses", timeColumn: "t" }
const adc = { type: "adc", column: "v", fullScale: 100, rateHz: 25 }
const GOOD = "t,p\n0,1\n10,2\n"

describe("a bad file is refused with one sentence", () => {
    test.each([
        [
            "a missing column",
            { ...load, valueColumn: "power" },
            GOOD,
            'source.valueColumn "power" is not a column of a.csv, which has "t", "p".',
        ],
        [
            "a missing time column",
            { ...load, timeColumn: "time" },
            GOOD,
            'source.timeColumn "time" is not a column of a.csv, which has "t", "p".',
        ],
        [
            "a missing count column",
            { ...pulses, countColumn: "n" },
            GOOD,
            'source.countColumn "n" is not a column of a.csv, which has "t", "p".',
        ],
        [
            "a missing counter",
            { ...adc, column: "p", truth: { counterColumn: "c" } },
            GOOD,
            'source.truth.counterColumn "c" is not a column of a.csv, which has "t", "p".',
        ],
        [
            "a bad number",
            load,
            "t,p\n0,1\n10,2 W\n",
            'a.csv, row 3: "2 W" in column "p" is not a number.',
        ],
        [
            "a bad time",
            load,
            "t,p\n0,1\nnoon,2\n",
            'a.csv, row 3: "noon" in column "t" is not a number.',
        ],
        ["an empty time", load, "t,p\n0,1\n,2\n", 'a.csv, row 3: the time in column "t" is empty.'],
        [
            "a bad time text",
            { ...load, timeUnit: "text" },
            "t,p\n2024-02-30 00:00,1\n",
            'a.csv, row 2: "2024-02-30 00:00" in column "t" is not a time such as 2014-10-15 06:30:00.',
        ],
        [
            "time going backwards",
            load,
            "t,p\n0,1\n10,2\n9,3\n",
            'a.csv, row 4: the time in column "t" is before that of row 3.',
        ],
        ["an empty file", load, "", "a.csv is empty."],
        ["a header alone", load, "t,p\n", "a.csv has a header but no rows."],
        [
            "one row",
            load,
            "t,p\n0,5\n",
            "a.csv has one row, but two are needed to know how long the last one lasts.",
        ],
        [
            "a short row",
            load,
            "t,p\n0,1\n10\n",
            "a.csv, row 3: the number of cells is 1, but the header has 2.",
        ],
        ["an empty row", load, "t,p\n0,1\n\n10,1\n", "a.csv, row 3: the row is empty."],
        ["an open quote", load, 't,p\n0,1\n"10,1\n', "a.csv, row 3: the quotes do not match."],
        [
            "a count that is no whole number",
            { ...pulses, countColumn: "p" },
            "t,p\n0,1\n10,1.5\n",
            'a.csv, row 3: 1.5 in column "p" is not a count of pulses.',
        ],
        [
            "a count below 0",
            { ...pulses, countColumn: "p" },
            "t,p\n0,-1\n10,1\n",
            'a.csv, row 2: -1 in column "p" is not a count of pulses.',
        ],
        [
            "an empty ADC value",
            { ...adc, column: "p" },
            "t,p\n0,1\n10,\n",
            'a.csv, row 3: the cell in column "p" is empty.',
        ],
        [
            "a counter going back",
            { ...adc, column: "t", truth: { counterColumn: "p" } },
            "t,p\n0,2\n10,1\n",
            'a.csv, row 3: the counter in column "p" is empty or goes back.',
        ],
        [
            "a selection after the end",
            { ...load, from: 30 },
            GOOD,
            "source selects nothing: a.csv goes from 0 s to 20 s.",
        ],
        [
            "a selection before the start",
            { ...load, from: -30, to: -20 },
            GOOD,
            "source selects nothing: a.csv goes from 0 s to 20 s.",
        ],
        [
            "a selection of no length",
            { ...load, from: 10, to: 10 },
            GOOD,
            "source.to must be after the start of the selection.",
        ],
    ])("%s", (_name, spec, content, expected) => {
        expect(sentence(() => open({ ...spec, file: tempFile("a.csv", content) }))).toBe(expected)
    })

    test("a selection outside a file with text times names them", () => {
        const file = tempFile("a.csv", "t,p\n2024-01-01 00:00,1\n2024-01-01 00:01,1\n")
        const spec = { ...load, timeUnit: "text", startAt: "2025-01-01", file }
        expect(sentence(() => open(spec))).toBe(
            "source selects nothing: a.csv goes from 2024-01-01 00:00:00 to 2024-01-01 00:02:00."
        )
    })

    test("a damaged gzip file", () => {
        const file = tempFile("a.csv.gz", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2]))
        expect(sentence(() => open({ ...load, file }))).toBe("a.csv.gz is not a whole gzip file.")
    })

    test("a missing file, relative to the base folder", () => {
        const run = () => open({ ...load, file: "none/a.csv" }, { baseDir: "/base" })
        expect(run).toThrow("There is no file /base/none/a.csv.")
    })
})

test.each([
    [{ ...adc, file: "a.csv" }, "pulse", 'x.type "adc" needs an analog channel.'],
    [
        { type: "pattern", model: "blinkiki" },
        "pulse",
        'x.model "blinkiki" needs a channel of kind "light".',
    ],
    [{ ...load, file: "a.csv", light: {} }, "pulse", 'x.light needs a channel of kind "light".'],
    [{ ...load, file: "a.csv", pulse: {} }, "light", 'x.pulse needs a channel of kind "pulse".'],
] as const)("a source that does not fit the channel is refused: %o", (spec, kind, expected) => {
    const options = {
        kind,
        label: "x",
        durationMs: 1000,
        baseDir: ".",
        random: new Random(1),
        startUnixMs: 0,
    }
    expect(() => openSource(sourceSchema.parse(spec), options)).toThrow(expected)
})
