import { expect, test } from "vitest"
import { calibrate } from "../../../server/calibration.js"
import { KIND_CHIP, KIND_MAINS, standardChannel } from "../../../src/wire/channels.js"
import { DEVICE_ID, START_MS } from "../helpers.js"
import { buildWithClamps, LOAD, PATH, SHOWN, SLOT_MS, shifted } from "./calibration-helpers.js"
import { USER } from "./sign-in.js"

test("gains that are off come right by a known load, step by step, and each step is undone", async () => {
    const { send, show, confirm, fieldsOf, calibrateBy, time } = await buildWithClamps()
    const before = await fieldsOf(1)
    show([SHOWN, { ...SHOWN, currentMa: 10_480 }, undefined, { ...SHOWN, currentMa: 10_520 }])
    const made = await calibrateBy(LOAD)
    // 10,000 * 10 / 10.5 and 10,000 * 230 / 225
    const after = { currentGain: 9524, voltageGain: 10222 }
    expect(made.json()).toEqual({
        version: 2,
        calibrations: [
            {
                id: 1,
                channel: 1,
                calibratedMs: START_MS + 4 * SLOT_MS,
                user: USER,
                before: { currentGain: 10000, voltageGain: 10000 },
                after,
                undoneMs: null,
            },
        ],
    })
    expect(await fieldsOf(1)).toEqual({ ...before, ...after })

    // 120 us are 2.16 degrees at 50 Hz, by which the clamp shifts the current ahead
    confirm(2)
    show([shifted(2300, 60 - 2.16)])
    await calibrateBy({ powerFactor: 0.5, powerW: 1150 })
    expect(await fieldsOf(1)).toEqual({ ...before, ...after, phaseUs: 120 })

    time.nowMs += 1000
    await send("DELETE", `${PATH}/1`)
    expect(await fieldsOf(1)).toEqual({ ...before, ...after })
    await send("DELETE", `${PATH}/1`)
    expect(await fieldsOf(1)).toEqual(before)
    expect((await send("GET", PATH)).json()).toMatchObject({
        version: 5,
        calibrations: [{ id: 2 }, { id: 1, undoneMs: time.nowMs }],
    })
    const none = await send("DELETE", `${PATH}/1`)
    expect([none.statusCode, none.json().error.message]).toEqual([
        404,
        "channels[1] has no calibration.",
    ])
})

test("what is undone leaves out fields that the channel has not any more", async () => {
    const { send, put, show, showWaveform, fieldsOf, calibrateBy } = await buildWithClamps()
    show([{ energyIn: 0, currentMa: 60 }])
    showWaveform(0, 120)
    expect((await calibrateBy({ noLoad: true })).statusCode).toBe(200)
    const light = { kind: "light", name: "Main", type: "electricity", fields: { pin: 1 } }
    const chip = { kind: "chip", name: "Oven", type: "electricity", fields: { chip: 1, input: 1 } }
    expect((await put(2, [light, chip])).statusCode).toBe(200)
    const before = await fieldsOf(1)
    // nothing of them is left to change, so the device is told nothing
    expect((await send("DELETE", `${PATH}/1`)).json()).toMatchObject({
        version: 3,
        calibrations: [{ undoneMs: expect.any(Number) }],
    })
    expect(await fieldsOf(1)).toEqual(before)
    expect(before).not.toHaveProperty("noiseMa")
})

test.each([
    ["the voltage alone", SHOWN, { voltageV: 230 }, { voltageGain: 10222 }],
    ["power, of 10 A", SHOWN, { powerW: 2250 }, { currentGain: 9524 }],
    [
        "power and voltage, of 10 A",
        SHOWN,
        { powerW: 2300, voltageV: 230 },
        { currentGain: 9524, voltageGain: 10222 },
    ],
    [
        "a current ahead, shifted 120 us further",
        shifted(1000, -36.87 - 2.16),
        { powerFactor: 0.8, isAhead: true },
        { phaseUs: 120 },
    ],
    [
        "a current too far behind at 60 Hz, by 46.3 us",
        shifted(1000, 61, 60_000),
        { powerFactor: 0.5 },
        { phaseUs: -46 },
    ],
])("calibrates a chip too, by %s", async (_name, slot, reference, after) => {
    const { show, calibrateBy, fieldsOf } = await buildWithClamps()
    const before = await fieldsOf(2)
    show([slot], 2)
    expect((await calibrateBy(reference, 2)).json()).toMatchObject({ calibrations: [{ after }] })
    expect(await fieldsOf(2)).toEqual({ ...before, ...after })
})

test.each([
    ["told by an answer", true],
    ["told by a hello", false],
])("averages the newest six slots, of those measured by settings %s", async (_name, isAnswer) => {
    const { show, confirm, calibrateBy, fieldsOf, store, time } = await buildWithClamps()
    const slotsOf = (voltageCv: number, count: number) =>
        Array.from({ length: count }, () => ({ ...SHOWN, voltageCv }))
    show([...slotsOf(20_000, 4), ...slotsOf(22_400, 3), ...slotsOf(22_600, 3)])
    // voltages add up as squares: 225.002 V
    await calibrateBy({ voltageV: 227.25 })
    expect(await fieldsOf(1)).toMatchObject({ voltageGain: 10100 })
    const tell = () => (isAnswer ? confirm(2) : store.saveVersionInForce(DEVICE_ID, 2, time.nowMs))
    tell()
    const early = await calibrateBy({ voltageV: 225 })
    expect(early.json().error.message).toBe(
        "measured: no slot has come yet that was measured with the newest settings"
    )
    show(slotsOf(25_000, 1))
    // the same again says nothing of the slots before
    tell()
    await calibrateBy({ voltageV: 225 })
    expect(await fieldsOf(1)).toMatchObject({ voltageGain: 9090 })
})

test.each([
    ["is learned still, of which 120.9 mA is taken off", 0, 60, 135],
    ["was set", 100, 60, 117],
])("noise that %s", async (_name, noiseMa, currentMa, expected) => {
    const { put, confirm, show, showWaveform, calibrateBy, fieldsOf } = await buildWithClamps()
    const fields = { pin: 2, voltagePin: 3, noiseMa }
    await put(1, [
        { kind: "light", name: "Main", type: "electricity", fields: { pin: 1 } },
        { kind: "mains", name: "Oven", type: "electricity", fields },
    ])
    confirm(2)
    show([{ energyIn: 0, currentMa }])
    showWaveform(0, 120)
    expect((await calibrateBy({ noLoad: true })).statusCode).toBe(200)
    expect(await fieldsOf(1)).toMatchObject({ noiseMa: expected })
})

test("without a load the offset is kept with its date, and undone as every step", async () => {
    const { send, show, showWaveform, calibrateBy, time } = await buildWithClamps()
    const idle = { energyIn: 0, currentMa: 0 }
    show([idle])
    showWaveform(-37, 120)
    const made = await calibrateBy({ noLoad: true })
    const calibratedMs = time.nowMs
    // the offset alone is no setting: none are sent, and the device measures on
    expect(made.json()).toMatchObject({
        version: 1,
        calibrations: [{ id: 1, channel: 1, calibratedMs, before: {}, after: { offsetMv: -37 } }],
    })
    const again = await calibrateBy({ noLoad: true })
    expect(again.json().error.message).toBe(
        "reference: channels[1] shows that already, nothing would change"
    )
    show([idle])
    showWaveform(12, 120)
    expect((await calibrateBy({ noLoad: true })).json()).toMatchObject({
        version: 1,
        calibrations: [{ id: 2, before: { offsetMv: -37 }, after: { offsetMv: 12 } }, { id: 1 }],
    })
    time.nowMs += 1000
    expect((await send("DELETE", `${PATH}/1`)).json()).toMatchObject({
        version: 1,
        calibrations: [
            { id: 2, undoneMs: time.nowMs },
            { id: 1, undoneMs: null },
        ],
    })
    // what is undone is no longer what the channel shows already
    expect((await calibrateBy({ noLoad: true })).json()).toMatchObject({
        calibrations: [{ id: 3, before: { offsetMv: -37 }, after: { offsetMv: 12 } }, {}, {}],
    })
})

test("a reading of one's own takes the place of the slots", () => {
    const channel = standardChannel(KIND_MAINS, 1)
    const measured = { voltageV: 225, currentA: 10.5 }
    expect(calibrate(channel, measured, LOAD)).toEqual({ currentGain: 9524, voltageGain: 10222 })
    expect(() => calibrate(standardChannel(KIND_CHIP, 0), {}, { currentA: 1 })).toThrow(
        "measured.currentA must be above 0"
    )
})
