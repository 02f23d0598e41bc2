import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import type { MainsSlot } from "../../../src/wire/mains-slots.js"
import { DEVICE_ID, makeReport } from "../helpers.js"
import { ingestAll, makeMains, makeRest, makeSlot } from "../mains-helpers.js"
import { buildWithDevice, SETTINGS_PATH } from "./settings-helpers.js"

const DOC = readFileSync("docs/operations.md", "utf8")
const SLOT_MS = 5000

/** What a resistive load, a motor and no load show before the steps. */
const SHOWN: Partial<MainsSlot>[] = [
    { voltageCv: 23_000, currentMa: 8500 },
    { voltageCv: 23_140, currentMa: 3560, energyIn: 5800, reactiveDvar: 7100 },
    { energyIn: 0, reactiveDvar: 0, currentMa: 40 },
]

test("a device that counts with what is built in takes the settings and the calibration of the handbook", async () => {
    const { send, store, time } = await buildWithDevice()
    for (const channel of [0, 1])
        ingestAll(store, { kind: "report", report: makeReport({ channel }) })
    const settings = JSON.parse(/^\{ "expectedVersion"[^`]*/m.exec(DOC)?.[0] ?? "")
    const confirm = (version: number) => {
        time.nowMs += SLOT_MS
        store.saveVersionInForce(DEVICE_ID, version, time.nowMs)
    }
    expect((await send("PUT", SETTINGS_PATH, settings)).statusCode).toBe(200)
    confirm(1)
    const steps = [...DOC.matchAll(/`(\{"channel".*?\})`/g)].map(([, order]) => JSON.parse(order))
    expect(steps).toHaveLength(SHOWN.length)
    let pieces = 0
    for (const [at, order] of steps.entries()) {
        const report = makeMains({
            channel: order.channel,
            sequence: at,
            energyInSinceBoot: 1e9 * (at + 1),
            startMs: time.nowMs,
            slots: [makeSlot(SHOWN[at])],
        })
        ingestAll(store, { kind: "mains", report })
        const { channel } = order
        for (const piece of makeRest(-40, 120, { channel, startMs: time.nowMs }))
            ingestAll(store, {
                kind: "waveform",
                piece: { ...piece, sequence: pieces++ },
            })
        time.nowMs += SLOT_MS
        const reply = await send("POST", `/devices/${DEVICE_ID}/calibration`, order)
        expect([reply.statusCode, reply.json().version]).toEqual([200, at + 2])
        confirm(at + 2)
    }
    const changed = store.calibrations(DEVICE_ID).map(({ after }) => Object.keys(after))
    expect(changed).toEqual([["noiseMa", "offsetMv"], ["phaseUs"], ["currentGain", "voltageGain"]])
    const undo = /DELETE …(\/calibration\/\d)/.exec(DOC)?.[1]
    expect((await send("DELETE", `/devices/${DEVICE_ID}${undo}`)).statusCode).toBe(200)
})
