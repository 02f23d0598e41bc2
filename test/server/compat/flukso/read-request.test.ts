import { expect, test } from "vitest"
import {
    type RawRequest,
    readListRequest,
    readSensorRequest,
} from "../../../../server/compat/flukso/read-request.js"

const NOW_S = 1310034875
const TOKEN = "d8a8ab8893ea73f768b66b45234b5c3a"

function raw(query: string, headers: Record<string, string> = {}, hasSession = false): RawRequest {
    const parameters: Record<string, unknown> = {}
    for (const [name, value] of new URLSearchParams(query)) {
        const before = parameters[name]
        parameters[name] = before === undefined ? value : [before, value].flat()
    }
    return { query: parameters, headers, hasSession }
}

const HEADERS = { "x-version": "1.0", "x-token": TOKEN }
const IN_QUERY = `version=1.0&token=${TOKEN}`
const SERIES = "interval=month&unit=watt"

/** What stands where, and what is then asked; undefined is malformed. */
test.each<[string, Record<string, string>, string | undefined]>([
    [SERIES, HEADERS, "series"],
    [`${SERIES}&${IN_QUERY}`, {}, "series"],
    [`${SERIES}&version=1.0`, { "x-token": TOKEN }, "series"],
    [`${SERIES}&token=${TOKEN}`, { "x-version": "1.0" }, "series"],
    [`${SERIES}&version=1.0`, HEADERS, undefined],
    [`${SERIES}&token=${TOKEN}`, HEADERS, undefined],
    [SERIES, { "x-token": TOKEN }, undefined],
    [SERIES, { "x-version": "1.0" }, undefined],
    [SERIES, { ...HEADERS, "x-version": "1.1" }, undefined],
    [SERIES, { ...HEADERS, "x-version": "1" }, undefined],
    [SERIES, { ...HEADERS, "x-token": TOKEN.toUpperCase() }, undefined],
    [SERIES, { ...HEADERS, "x-token": TOKEN.slice(1) }, undefined],
    [SERIES, { ...HEADERS, "x-token": `${TOKEN}0` }, undefined],
    [SERIES, { ...HEADERS, "x-token": `${TOKEN}z` }, undefined],
    [`${SERIES}&token=`, { "x-version": "1.0" }, undefined],
    ["interval=month", HEADERS, undefined],
    ["interval=month&unit=", HEADERS, undefined],
    ["interval=month&unit=horsepower", HEADERS, undefined],
    ["unit=watt", HEADERS, undefined],
    ["", HEADERS, undefined],
    ["start=1309478400&end=1309996800&resolution=day&unit=watt", HEADERS, "series"],
    ["interval=month&start=1309478400&unit=watt", HEADERS, undefined],
    [`${SERIES}&callback=realtime`, HEADERS, "series"],
    [`${SERIES}&callback=_a9Z`, HEADERS, "series"],
    [`${SERIES}&callback=`, HEADERS, undefined],
    [`${SERIES}&callback=a.b`, HEADERS, undefined],
    [`${SERIES}&callback=alert(1)`, HEADERS, undefined],
    [`${SERIES}&colour=red`, HEADERS, "series"],
    [`${SERIES}&param=some`, HEADERS, "series"],
    [`${SERIES}&update=false`, HEADERS, "series"],
    [`${SERIES}&param=all`, HEADERS, undefined],
    [`${SERIES}&update=true`, HEADERS, undefined],
    ["param=all", HEADERS, "parameters"],
    [`${IN_QUERY}&param=all`, {}, "parameters"],
    ["param=all&callback=a.b", HEADERS, "parameters"],
    ["param=all&interval=month", HEADERS, undefined],
    ["param=all&unit=watt", HEADERS, undefined],
    ["param=all&update=true", HEADERS, undefined],
    ["param=some", HEADERS, undefined],
    ["param=", HEADERS, undefined],
    ["update=true", HEADERS, "update"],
    ["update=true&callback=a.b", HEADERS, "update"],
    ["update=1", HEADERS, undefined],
    ["update=true&interval=month", HEADERS, undefined],
    ["interval=month&interval=day&unit=watt", HEADERS, "series"],
])("%s with %j asks for %s", (query, headers, asks) => {
    expect(readSensorRequest(raw(query, headers), NOW_S)?.asks).toBe(asks)
})

const INTERVALS = ["minute", "15min", "hour", "day", "week", "month", "year", "decade", "night"]
const UNITS = ["watt", "kwhperyear", "eurperyear", "audperyear", "lpermin", "lperday", "m3peryear"]
const TIMES: [string, boolean][] = INTERVALS.flatMap(interval => [
    [`interval=${interval}`, interval !== "minute"],
    ...INTERVALS.map((resolution): [string, boolean] => [
        `interval=${interval}&resolution=${resolution}`,
        true,
    ]),
    [`interval=${interval}&start=1310030000`, false],
    [`interval=${interval}&end=1310030000`, false],
])
const STARTS: [string, boolean][] = INTERVALS.flatMap(resolution => [
    [`start=1310030000&resolution=${resolution}`, true],
    [`start=1310030000&end=1310031000&resolution=${resolution}`, true],
    [`end=1310031000&resolution=${resolution}`, false],
    [`resolution=${resolution}`, false],
])

/** The manual's compatibility matrix, for every time range, resolution and unit. */
test.each(UNITS)("the whole matrix in %s", unit => {
    const wrong = [...TIMES, ...STARTS].filter(([query, isAllowed]) => {
        const found = readSensorRequest(raw(`${query}&unit=${unit}`, HEADERS), NOW_S)
        return (found?.asks === "series") !== isAllowed
    })
    expect(wrong).toEqual([])
})

test("a session needs no token, and a token goes before it", () => {
    const headers = { "x-version": "1.0" }
    const ask = (query: string) => readSensorRequest(raw(query, headers, true), NOW_S)
    expect(ask("param=all")).toEqual({ asks: "parameters", token: undefined })
    expect(ask(`param=all&token=${TOKEN}`)).toEqual({ asks: "parameters", token: TOKEN })
    expect(ask("param=all&token=x")).toEqual({ asks: "parameters", token: undefined })
})

test.each<[string, Record<string, string>, object | undefined]>([
    ["", HEADERS, { token: TOKEN, callback: undefined }],
    [`${IN_QUERY}&callback=f`, {}, { token: TOKEN, callback: "f" }],
    ["callback=f-g", HEADERS, undefined],
    ["", { "x-token": TOKEN }, undefined],
    ["", { "x-version": "1.0" }, undefined],
])("a list asked by %s with %j is %j", (query, headers, asked) => {
    expect(readListRequest(raw(query, headers))).toEqual(asked)
})
