import { describe, expect, test } from "vitest"
import { checkNewPassword } from "../../web/password.js"
import { axisRange, summarize } from "../../web/summary.js"
import { loadTheme, nextTheme } from "../../web/theme.js"
import { decodePlace, encodePlace } from "../../web/view-hash.js"
import { liveView } from "../../web/zoom.js"

const nowMs = 1_700_000_000_000
const hourMs = 3_600_000

describe("the address", () => {
    test.each([
        ["a live view", liveView(86_400_000, nowMs), undefined, "#last=86400"],
        ["channels", liveView(hourMs, nowMs), [1, 4], "#last=3600&channels=1,4"],
        [
            "a fixed view",
            { fromMs: nowMs - 9e6, toMs: nowMs - 5e6, isLive: false },
            [2],
            "#from=1699991000000&to=1699995000000&channels=2",
        ],
    ])("keeps %s", (_name, view, channelIds, hash) => {
        expect(encodePlace({ view, channelIds })).toBe(hash)
        expect(decodePlace(hash, hourMs, nowMs)).toEqual({ view, channelIds })
    })

    test.each([
        "",
        "#last=0",
        "#last=oops",
        "#from=5",
        "#from=9&to=5",
        `#from=${nowMs}&to=${nowMs + 9e6}`,
        "#last=1e15",
    ])("%j falls back to the last hour", hash => {
        expect(decodePlace(hash, hourMs, nowMs).view).toEqual(liveView(hourMs, nowMs))
    })

    test("passes over what is not a channel id", () => {
        expect(decodePlace("#channels=1,x,2.5,3", hourMs, nowMs).channelIds).toEqual([1, 3])
    })
})

describe("the summary of a view", () => {
    const steps = [
        { fromMs: 0, toMs: 10, value: 100 },
        { fromMs: 10, toMs: 20, value: null },
        { fromMs: 20, toMs: 50, value: 500 },
    ]
    test.each([
        ["weighs by time", 0, 50, { average: 400, lowest: 100, highest: 500 }],
        ["counts only what is in view", 5, 25, { average: 300, lowest: 100, highest: 500 }],
        ["is unknown in a gap", 10, 20, undefined],
        ["is unknown outside", 60, 90, undefined],
    ])("%s", (_name, fromMs, toMs, expected) => {
        expect(summarize(steps, fromMs, toMs)).toEqual(expected)
    })

    test.each([
        ["starts at 0 and leaves air", [{ average: 1, lowest: 50, highest: 1000 }], [0, 1080]],
        [
            "goes below 0 for what is fed in",
            [{ average: 1, lowest: -500, highest: 0 }],
            [-540, 100],
        ],
        ["has a height without data", [undefined], [0, 100]],
    ])("the axis %s", (_name, summaries, expected) => {
        expect(axisRange(summaries, 100)).toEqual(expected)
    })
})

test.each([
    ["short", "123456789", "tooShort"],
    ["the old one", "first-password", "same"],
    ["a good one", "1234567890", undefined],
])("a new password that is %s", (_name, next, expected) => {
    expect(checkNewPassword("first-password", next)).toBe(expected)
})

test.each([
    [null, "auto"],
    ["dark", "dark"],
    ["purple", "auto"],
])("the kept theme %j means %s", (kept, expected) => {
    expect(loadTheme({ getItem: () => kept })).toBe(expected)
})

test("the theme button goes round", () => {
    expect(nextTheme(nextTheme(nextTheme("auto")))).toBe("auto")
})
