import { describe, expect, test } from "vitest"
import type { Channel, ChannelNow, ChannelType } from "../../web/api.js"
import { messages } from "../../web/messages.js"
import {
    defaultSelection,
    readChannel,
    repairSelection,
    sumHouse,
    toggleSelection,
} from "../../web/now.js"

const nowMs = 1_000_000
const stored: ChannelNow = {
    id: 1,
    deviceId: "a",
    name: "Main",
    type: "electricity",
    direction: "in",
    powerW: 500,
    totalCount: 1000,
    total: 2000,
    since: 300,
    lastSlotEndMs: nowMs - 40_000,
    isStale: true,
    quality: 90,
}
const live = (ageMs: number, totalCount = 1010) => ({
    channelId: 1,
    atMs: nowMs - ageMs,
    value: 800,
    totalCount,
})

describe("a channel's reading", () => {
    test.each([
        [
            "is the stored one without live values",
            undefined,
            { rate: 500, isStale: true, today: 300 },
        ],
        [
            "is the live one while that is fresh",
            live(1000),
            { rate: 800, isStale: false, today: 320, total: 2020 },
        ],
        [
            "goes back to the stored power when live values stop",
            live(20_000),
            { rate: 500, isStale: true, today: 320 },
        ],
        [
            "does not count back when the stored total is ahead",
            live(1000, 990),
            { today: 300, total: 2000 },
        ],
    ])("%s", (_name, value, expected) => {
        expect(readChannel(stored, value, 2, nowMs)).toMatchObject(expected)
    })

    test.each([
        ["the last slot", undefined, nowMs - 40_000],
        ["the live value when that is newer", live(1000), nowMs - 1000],
    ])("was last seen at %s", (_name, value, expected) => {
        expect(readChannel(stored, value, 2, nowMs).seenMs).toBe(expected)
    })

    test("of gas is a flow", () => {
        const gas: ChannelNow = { ...stored, type: "gas", powerW: null, flowLPerMin: 3 }
        expect(readChannel(gas, undefined, 10, nowMs).rate).toBe(3)
    })
})

describe("the whole house", () => {
    const reading = (type: ChannelType, rate: number | null, isStale = false) => ({
        ...readChannel({ ...stored, type, isStale }, undefined, 1, nowMs),
        rate,
    })

    test("adds the electricity up", () => {
        const house = sumHouse([
            reading("electricity", 100),
            reading("electricity", 50),
            reading("gas", 9),
        ])
        expect(house).toEqual({
            powerW: 150,
            todayWh: 600,
            totalWh: 4000,
            channels: 2,
            staleChannels: 0,
        })
    })

    test("takes what goes out off what comes in", () => {
        const out = readChannel({ ...stored, direction: "out" }, live(1000, 1000), 2, nowMs)
        const house = sumHouse([reading("electricity", 100), out])
        expect(house).toMatchObject({ powerW: -700, todayWh: 0, totalWh: 0, channels: 2 })
    })

    test("heat is power and Wh, of no house", () => {
        const heat = readChannel({ ...stored, type: "heat", isStale: false }, undefined, 2, nowMs)
        expect(heat).toMatchObject({ rate: 500, today: 300 })
        expect(sumHouse([heat])).toBeUndefined()
        expect(messages.rateNow("heat")).toBe("Power now")
    })

    test.each([
        [
            "leaves a silent channel out of the power",
            [reading("electricity", 100), reading("electricity", 50, true)],
            100,
            1,
        ],
        ["knows no power when all are silent", [reading("electricity", 100, true)], null, 1],
        ["knows no power before the first value", [reading("electricity", null)], null, 0],
    ])("%s", (_name, readings, powerW, staleChannels) => {
        expect(sumHouse(readings)).toMatchObject({ powerW, staleChannels })
    })

    test("is not there without electricity", () => {
        expect(sumHouse([reading("gas", 1)])).toBeUndefined()
    })
})

describe("the choice of channels", () => {
    const channel = (id: number, type: ChannelType): Channel => ({
        id,
        deviceId: "a",
        number: id,
        name: `${id}`,
        kind: "pulse",
        type,
        perPulse: 1,
        firstSlotMs: null,
        lastSlotEndMs: null,
    })
    const channels = [
        channel(1, "electricity"),
        channel(2, "electricity"),
        channel(3, "gas"),
        channel(4, "water"),
    ]

    test.each([
        ["adds electricity to electricity", [1], 2, [1, 2]],
        ["takes one of several away", [1, 2], 1, [2]],
        ["keeps the last one", [1], 1, [1]],
        ["lets gas stand alone", [1, 2], 3, [3]],
        ["lets water replace gas", [3], 4, [4]],
        ["lets electricity replace gas", [3], 1, [1]],
    ])("%s", (_name, selected, id, expected) => {
        expect(toggleSelection(selected, id, channels)).toEqual(expected)
    })

    test.each([
        ["nothing asked", undefined, [1, 2]],
        ["what is known", [2], [2]],
        ["an unknown id", [99], [1, 2]],
        ["units that do not go together", [1, 3], [3]],
        ["a repeated id", [1, 1], [1]],
    ])("%s is repaired", (_name, wanted, expected) => {
        expect(repairSelection(wanted, channels)).toEqual(expected)
    })

    test("is a lone other channel when there is no electricity", () => {
        expect(defaultSelection(channels.slice(2))).toEqual([3])
        expect(defaultSelection([])).toEqual([])
    })
})
