import { describe, expect, test } from "vitest"
import { DEVICE_ID, START_MS } from "../helpers.js"
import { buildWithClamps, LOAD, SHOWN, shifted } from "./calibration-helpers.js"

describe("refuses to calibrate", () => {
    test.each([
        ["a light", LOAD, 0, "channel: channels[0] is no mains or chip channel"],
        ["what is not there", LOAD, 7, "channel: channels[7] is no mains or chip channel"],
        ["what cannot be", LOAD, 16, "channel: must be at most 15"],
        ["by nothing", {}, 1, "reference must give voltageV, currentA, powerW"],
        ["by no current", { currentA: 0 }, 1, "reference.currentA: must be above 0"],
        ["by far", { currentA: 4 }, 1, "reference: a gain would have to be below 0.5 or above 2"],
        ["the noise of a chip", { noLoad: true }, 2, "noLoad: a chip channel has no noise to set"],
        [
            "the phase by another load",
            { powerFactor: 0.5, powerW: 575 },
            1,
            "powerW: the reference says 1150 VA, the channel 2875 VA",
        ],
        [
            "a clamp the wrong way round",
            { powerFactor: 0.5, isAhead: true },
            1,
            "powerFactor: the phase would have to be over 2,000 us",
        ],
    ])("%s", async (_name, reference, channel, message) => {
        const { show, calibrateBy, store } = await buildWithClamps()
        show([{}], 1)
        show([{}], 2)
        const reply = await calibrateBy(reference, channel)
        expect([reply.statusCode, reply.json().error.message]).toEqual([
            400,
            expect.stringContaining(message),
        ])
        expect(store.deviceSettings(DEVICE_ID)?.version).toBe(1)
        expect(store.calibrations(DEVICE_ID)).toEqual([])
    })

    test("gains by the power of a load that is not resistive", async () => {
        const { show, calibrateBy, store } = await buildWithClamps()
        const motor = { ...shifted(2300, 60), voltageCv: 23_000, currentMa: 10_000 }
        show([motor])
        const reply = await calibrateBy({ powerW: 1150 })
        expect([reply.statusCode, reply.json().error.message]).toEqual([
            400,
            "powerW: the channel shows a power factor of 0.50: give powerFactor as well for the phase, currentA instead for the gains",
        ])
        expect(store.deviceSettings(DEVICE_ID)?.version).toBe(1)
        // what the reference meter says of it, whatever the channel shows
        expect((await calibrateBy({ powerW: 2200, powerFactor: 1 })).statusCode).toBe(200)
    })

    test("by a load that is shown as it is", async () => {
        const { show, calibrateBy, store } = await buildWithClamps()
        show([{}])
        const reply = await calibrateBy({ currentA: 12.5, voltageV: 230 })
        expect([reply.statusCode, reply.json().error.message]).toEqual([
            400,
            "reference: channels[1] shows that already, nothing would change",
        ])
        expect(store.deviceSettings(DEVICE_ID)?.version).toBe(1)
        expect(store.calibrations(DEVICE_ID)).toEqual([])
    })

    const OFFLINE = "The device is offline: it cannot be asked."

    test.each([
        ["a waveform", 0, 120, START_MS - 1, 409, OFFLINE],
        ["one of the last minute", 0, 120, START_MS + 9999, 409, OFFLINE],
        ["one of no load", 0, 500, undefined, 400, "measured: the newest waveform shows 0.50 A"],
        [
            "one that fits",
            236,
            120,
            undefined,
            400,
            "measured.offsetMv: the input rests 236 mV off",
        ],
        [
            "one that fits",
            -236,
            120,
            undefined,
            400,
            "measured.offsetMv: the input rests -236 mV off",
        ],
    ])("no load without %s", async (_name, offsetMv, currentMa, startMs, status, message) => {
        const { show, showWaveform, calibrateBy, store, time } = await buildWithClamps()
        time.nowMs += 65_000
        show([{ energyIn: 0, currentMa: 0 }])
        showWaveform(offsetMv, currentMa, startMs)
        const reply = await calibrateBy({ noLoad: true })
        expect([reply.statusCode, reply.json().error.message]).toEqual([
            status,
            expect.stringContaining(message),
        ])
        expect(store.calibrations(DEVICE_ID)).toEqual([])
    })

    test("without a slot of the last 60 s", async () => {
        const { show, calibrateBy, time } = await buildWithClamps()
        const tooOld = "measured: the channel's newest slot is older than 60 s"
        expect((await calibrateBy(LOAD)).json().error.message).toBe(tooOld)
        show([SHOWN])
        time.nowMs += 60_001
        expect((await calibrateBy(LOAD)).json().error.message).toBe(tooOld)
        time.nowMs -= 1
        expect((await calibrateBy(LOAD)).statusCode).toBe(200)
    })

    test("while the device works with other settings", async () => {
        const { show, calibrateBy } = await buildWithClamps()
        show([SHOWN])
        await calibrateBy(LOAD)
        expect((await calibrateBy(LOAD)).json().error.message).toBe(
            "measured: the newest settings are not in force yet"
        )
    })

    test("by a load that is switched on meanwhile", async () => {
        const { show, calibrateBy } = await buildWithClamps()
        show([{ currentMa: 200 }, SHOWN])
        expect((await calibrateBy(LOAD)).json().error.message).toBe(
            "measured: the load was not steady: 0.2 to 10.5 A within 2 slots"
        )
    })

    test("voltage and phase where voltage is not measured, but not the current", async () => {
        const { show, calibrateBy, fieldsOf } = await buildWithClamps()
        show([{ ...SHOWN, voltageCv: 0, isApparent: true }])
        expect((await calibrateBy({ voltageV: 230 })).statusCode).toBe(400)
        expect((await calibrateBy({ powerFactor: 0.5 })).statusCode).toBe(400)
        // 2,300 W at the 230 V that are set
        expect((await calibrateBy({ powerW: 2300 })).statusCode).toBe(200)
        expect(await fieldsOf(1)).toMatchObject({ currentGain: 9524, voltageGain: 10000 })
    })
})
