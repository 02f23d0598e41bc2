import { describe, expect, test } from "vitest"
import { EVENT_NAMES } from "../../server/device-events.js"
import type { ChannelNow, DeviceEvent, MainsNow } from "../../web/api.js"
import { createFormat } from "../../web/format.js"
import { decodeLive } from "../../web/live.js"
import { eventText, mainsText } from "../../web/mains.js"
import { messages } from "../../web/messages.js"
import { readChannel } from "../../web/now.js"

const format = createFormat("en-GB", "UTC")
const mains: MainsNow = {
    voltageV: 230.14,
    currentA: 3.131,
    powerFactor: -0.984,
    frequencyHz: 49.987,
    isApparent: false,
}
const plain = (text: string) => text.replaceAll("\u00a0", " ")

test.each([
    ["all that is measured", mains, "230.1 V · 3.13 A · PF -0.98 · 49.99 Hz"],
    [
        "what is known",
        { ...mains, powerFactor: null, frequencyHz: null, currentA: 0 },
        "230.1 V · 0.00 A",
    ],
    [
        "that power is apparent",
        { ...mains, isApparent: true, powerFactor: null, frequencyHz: null },
        "apparent power · 3.13 A",
    ],
])("a mains line tells %s", (_name, value, text) => {
    expect(plain(mainsText(value, format))).toBe(text)
})

const event: DeviceEvent = {
    id: 1,
    deviceId: "a",
    channelId: 1,
    kind: "sag",
    beganMs: 0,
    durationMs: 60,
    value: 161.05,
    unit: "V",
}

test.each([
    [event, "Voltage sag, 161.1 V, for 60 ms"],
    [{ ...event, durationMs: 1540 }, "Voltage sag, 161.1 V, for 1.5 s"],
    [{ ...event, durationMs: 600_000 }, "Voltage sag, 161.1 V, for 10 min"],
    [
        { ...event, kind: "frequency", value: 44.9, unit: "Hz" },
        "Frequency out of range, 44.90 Hz, for 60 ms",
    ],
    [
        { ...event, kind: "settings", value: 12, unit: "version", durationMs: 0 },
        "New settings in force, version 12",
    ],
    [{ ...event, kind: "later", value: null, unit: null, durationMs: 0 }, "Unknown event"],
])("an event in words: %#", (value, text) => {
    expect(plain(eventText(value, format))).toBe(text)
})

describe("a mains channel's reading", () => {
    const nowMs = 1_000_000
    const stored: ChannelNow = {
        id: 1,
        deviceId: "a",
        name: "Oven",
        type: "electricity",
        direction: "in",
        powerW: 700,
        totalCount: 1000,
        total: 0.1,
        since: 0.1,
        lastSlotEndMs: nowMs - 40_000,
        isStale: false,
        quality: 90,
        totalOut: 12,
        mains,
    }
    const live = (ageMs: number) =>
        decodeLive(
            JSON.stringify({
                channelId: 1,
                atMs: nowMs - ageMs,
                powerW: -460,
                totalCount: 1000,
                voltageV: 230,
                currentA: 4,
            })
        )

    test("is of the newest slot without live values", () => {
        expect(readChannel(stored, undefined, 0.0001, nowMs)).toMatchObject({
            rate: 700,
            mains,
            totalOut: 12,
        })
    })

    test("follows the live values, with the frequency of the slot", () => {
        expect(readChannel(stored, live(1000), 0.0001, nowMs)).toMatchObject({
            rate: -460,
            mains: { voltageV: 230, currentA: 4, powerFactor: -0.5, frequencyHz: 49.987 },
        })
    })

    test("has no power factor where voltage is not measured", () => {
        const apparent = { ...stored, mains: { ...mains, isApparent: true } }
        expect(readChannel(apparent, live(1000), 0.0001, nowMs).mains?.powerFactor).toBeNull()
    })

    test("goes back to the slot when live values stop", () => {
        expect(readChannel(stored, live(20_000), 0.0001, nowMs).mains).toEqual(mains)
    })

    test("is not there on a channel that counts pulses", () => {
        const { mains: _mains, totalOut: _totalOut, ...pulses } = stored
        expect(readChannel(pulses, undefined, 1, nowMs)).toMatchObject({
            mains: undefined,
            totalOut: 0,
        })
    })
})

test("a live value with a voltage that is no number is passed over", () => {
    const data = '{"channelId":1,"atMs":5,"powerW":1,"totalCount":9,"voltageV":"high"}'
    expect(decodeLive(data)).toBeUndefined()
})

test("an axis of delivered power changes its unit like one of drawn power", () => {
    expect(format.axis("electricity", [-15_000, -10_000, -5000, 0]).unit).toBe("kW")
})

test("every event that the server names has words", () => {
    const named = Object.keys(messages.events.of)
    expect([...named, "unknown"]).toEqual(EVENT_NAMES)
})
