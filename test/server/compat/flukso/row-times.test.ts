import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { rowTimes } from "../../../../server/compat/flukso/archives.js"
import { readTimes } from "../../../../server/compat/flukso/time-range.js"

const TABLE = new URL("../../../fixtures/flukso/row-times.tsv", import.meta.url)
const LINES = readFileSync(TABLE, "utf8")
    .split("\n")
    .filter(line => line !== "" && !line.startsWith("#"))
    .map(line => line.split("\t"))

function rows(nowS: number, query: string) {
    const span = readTimes(Object.fromEntries(new URLSearchParams(query)), nowS)
    return span && rowTimes(span, nowS)
}

test("the table holds the whole matrix, at two times", () => {
    expect(LINES).toHaveLength(2 * (8 + 9 * 9 + 9 * 5))
})

test.each(LINES)("at %s, %s has the rows of RRDtool", (now, query, ...expected) => {
    const found = rows(Number(now), query)
    if (expected[0] === "malformed") {
        expect(found).toBeUndefined()
        return
    }
    const ends = found?.endsS ?? []
    const gaps = new Set(ends.slice(1).map((endS, at) => endS - ends[at]))
    const [count, first, last, gap] = expected.map(Number)
    expect([ends.length, ends[0], ends.at(-1)]).toEqual([count, first, last])
    expect([...gaps]).toEqual(gap === 0 ? [] : [gap])
})

/** The manual's own second example, asked when it was. */
test("the manual's start and end give its seven rows", () => {
    const now = Date.UTC(2011, 6, 7, 12, 45, 2) / 1000
    expect(rows(now, "start=1309478400&end=1309996800&resolution=day")?.endsS).toEqual([
        1309564800, 1309651200, 1309737600, 1309824000, 1309910400, 1309996800, 1310083200,
    ])
})

test.each([
    ["nothing", ""],
    ["a minute without a resolution", "interval=minute"],
    ["an unknown interval", "interval=fortnight"],
    ["an empty interval", "interval="],
    ["an interval named as a property of objects", "interval=constructor"],
    ["an unknown resolution", "interval=day&resolution=5min"],
    ["an empty resolution", "interval=day&resolution="],
    ["an interval with a start", "interval=day&start=1"],
    ["an interval with an end", "interval=day&end=1"],
    ["an interval with both", "interval=day&start=1&end=2"],
    ["an end alone", "end=5"],
    ["a resolution alone", "resolution=day"],
    ["a start that is no number", "start=now"],
    ["a start below 0", "start=-5"],
    ["a start with a fraction", "start=1.5"],
    ["a start with more behind it", "start=12ab"],
    ["an end that is no number", "start=0&end=x"],
    ["an empty end", "start=0&end="],
    ["a start with an unknown resolution", "start=0&resolution=x"],
    ["an end before the start", "start=1310034000&end=1310033000"],
    ["a start in the future", "start=1310039999"],
])("%s is malformed", (_name, query) => {
    expect(rows(1310034875, query)).toBeUndefined()
})

test("a start alone runs until now, by the minute", () => {
    const found = rows(1310034875, "start=1310034500")
    expect(found?.stepS).toBe(60)
    expect([found?.endsS[0], found?.endsS.at(-1)]).toEqual([1310034540, 1310034900])
})

test("numbers of any length are numbers", () => {
    expect(rows(1310034875, `start=0&end=${"9".repeat(400)}`)?.endsS).toHaveLength(1440)
    expect(rows(1310034875, `start=${"9".repeat(400)}`)).toBeUndefined()
})
