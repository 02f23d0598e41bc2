import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Recorder } from "../../src/outbox/recorder.js"
import { SLOT_MS } from "../../src/wire/limits.js"
import { recorderOf } from "../outbox/recorder-of.js"

const SERVER_MS = 1767225600000

/** Runs a recorder without a link from `fromMs` on, in pieces as short as a device's own; returns when it stopped. */
async function runOffline(
    recorder: Recorder,
    fromMs: number,
    slots: number,
    channels: number,
    pulsesPerSlot: number
): Promise<number> {
    let nowMs = fromMs
    for (let slot = 0; slot < slots; slot++) {
        for (let i = 0; i < pulsesPerSlot; i++) {
            const pulseMs = nowMs + Math.floor((i * SLOT_MS) / pulsesPerSlot)
            for (let channel = 0; channel < channels; channel++) recorder.addPulse(channel, pulseMs)
            await ds.sleep(0)
        }
        nowMs += SLOT_MS
        recorder.endSlots(nowMs)
        await ds.sleep(0)
    }
    return nowMs
}

/** Takes everything out of the outbox; returns how many reports it was. */
async function drain(recorder: Recorder, nowMs: number): Promise<number> {
    let reports = 0
    let report = recorder.outbox.next(nowMs, 0)
    while (report) {
        reports++
        recorder.outbox.acknowledge(1, report[1], report[7] + report[8] * 256)
        report = recorder.outbox.next(nowMs, 0)
        await ds.sleep(0)
    }
    return reports
}

describe("a device out of reach of its server", () => {
    test("two quiet channels for over an hour", async () => {
        const recorder = recorderOf(1, 2, 0)
        recorder.sync(SERVER_MS, 0, 0)
        const nowMs = await runOffline(recorder, 0, 1000, 2, 1)
        expect(recorder.outbox.dropped).toBe(0)
        expect(recorder.countOf(1)).toBe(1000)
        expect((await drain(recorder, nowMs)) > 0).toBe(true)
    })

    test("16 busy channels, synchronised late", async () => {
        const recorder = recorderOf(1, 16, 0)
        const nowMs = await runOffline(recorder, 0, 60, 16, 24)
        recorder.sync(SERVER_MS, nowMs, nowMs)
        await ds.sleep(0)
        const endMs = await runOffline(recorder, nowMs, 12, 16, 24)
        expect(recorder.countOf(15)).toBe(72 * 24)
        expect((await drain(recorder, endMs)) > 16).toBe(true)
    })
})
