import { expect } from "vitest"
import type { MainsSlot } from "../../../src/wire/mains-slots.js"
import { DEVICE_ID } from "../helpers.js"
import { ingestAll, makeMains, makeRest, makeSlot } from "../mains-helpers.js"
import { buildWithDevice, OTHER_BOARD, SETTINGS_PATH } from "./settings-helpers.js"

/** Where the test device is calibrated. */
export const PATH = `/devices/${DEVICE_ID}/calibration`
/** A load of which this channel shows 225 V and 10.5 A. */
export const LOAD = { voltageV: 230, currentA: 10 }
/** What a slot shows of that load. */
export const SHOWN = { voltageCv: 22_500, currentMa: 10_500 }
/** Length of a slot. */
export const SLOT_MS = 5000

/** Channel 1 is a mains channel and channel 2 one of a chip, with settings in force since START_MS. */
export async function buildWithClamps() {
    const parts = await buildWithDevice(OTHER_BOARD)
    await parts.put(0, [
        { kind: "light", name: "Main", type: "electricity", fields: { pin: 1 } },
        { kind: "mains", name: "Oven", type: "electricity", fields: { pin: 2, voltagePin: 3 } },
        { kind: "chip", name: "Car", type: "electricity", fields: { chip: 1, input: 1 } },
    ])
    const { store, time } = parts
    const confirm = (version: number) =>
        store.saveSettingsAnswer(
            DEVICE_ID,
            { bootId: 1, triedVersion: version, versionInForce: version, reason: undefined },
            time.nowMs
        )
    confirm(1)
    let sequence = 0
    let energySinceBoot = 0
    let waveforms = 0
    /** Stores slots that end now. */
    const show = (slots: (Partial<MainsSlot> | undefined)[], channel = 1) => {
        time.nowMs += slots.length * SLOT_MS
        energySinceBoot += 1e9
        const report = makeMains({
            channel,
            sequence,
            startMs: time.nowMs - slots.length * SLOT_MS,
            slots: slots.map(slot => slot && makeSlot(slot)),
            energyInSinceBoot: energySinceBoot,
            energyOutSinceBoot: energySinceBoot,
        })
        sequence += slots.length
        expect(ingestAll(store, { kind: "mains", report })).toMatchObject([{ outcome: "stored" }])
    }
    /** Stores a waveform of channel 1 that begins now. */
    const showWaveform = (offsetMv: number, currentMa: number, startMs = time.nowMs) => {
        for (const piece of makeRest(offsetMv, currentMa, { startMs }))
            ingestAll(store, { kind: "waveform", piece: { ...piece, sequence: waveforms++ } })
    }
    const fieldsOf = async (channel: number) =>
        (await parts.send("GET", SETTINGS_PATH)).json().channels[channel].fields as Record<
            string,
            number
        >
    const calibrateBy = (reference: object, channel = 1, more: object = {}) =>
        parts.send("POST", PATH, { channel, reference, ...more })
    return { ...parts, confirm, show, showWaveform, fieldsOf, calibrateBy }
}

/** What a slot shows of a load whose current is so much behind the voltage. */
export function shifted(
    apparentVa: number,
    behindDeg: number,
    frequencyMhz = 50_000
): Partial<MainsSlot> {
    const angle = (behindDeg * Math.PI) / 180
    return {
        energyIn: Math.round((apparentVa * Math.cos(angle) * 5) / 0.36),
        reactiveDvar: Math.round(apparentVa * Math.sin(angle) * 10),
        frequencyMhz,
        // too coarse to calibrate by
        angleDdeg: Math.round(behindDeg * 10) + 3,
    }
}
