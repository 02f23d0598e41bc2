import { expect, test } from "vitest"
import { type Row, rowsToCsv, rowsToJson } from "../../../../server/compat/flukso/rows.js"

const ROWS: Row[] = [
    [1309996800, 191],
    [1310083200, null],
]

test.each([
    [ROWS, undefined, '[[1309996800,191],[1310083200,"nan"]]'],
    [ROWS, "realtime", 'realtime([[1309996800,191],[1310083200,"nan"]]);'],
    [[], undefined, "[]"],
    [[], "_f1", "_f1([]);"],
])("%j as JSON for the callback %j", (rows, callback, json) => {
    expect(rowsToJson(rows, callback)).toBe(json)
})

test("as CSV", () => {
    expect(rowsToCsv(ROWS)).toBe("1309996800,191\r\n1310083200,nan\r\n")
    expect(rowsToCsv([])).toBe("")
})
