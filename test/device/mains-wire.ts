import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { decodeEvent, encodeEvent } from "../../src/wire/event.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
import { decodeMainsReport, encodeMainsReport } from "../../src/wire/mains-report.js"
import { decodeWaveformPiece, encodeWaveform } from "../../src/wire/waveform.js"
import {
    EVENT_VECTORS,
    kettleReport,
    LARGEST_SLOT,
    LIVE_MAINS_VECTORS,
    MAINS_REPORT_VECTORS,
    MALFORMED_EVENTS,
    MALFORMED_MAINS_REPORTS,
    MALFORMED_WAVEFORMS,
    WAVEFORM_VECTORS,
} from "../wire/mains-vectors.js"
import { isSame } from "../wire/same.js"
import type { Malformed } from "../wire/vectors.js"

/** A pause before each test, since the runtime ends a program that runs on without one. */
function pauseBeforeEach(): void {
    beforeEach(async () => {
        await ds.sleep(1)
    })
}

function testRefusals(malformed: Malformed[], decode: (bytes: Buffer) => unknown): void {
    malformed.forEach(bad => {
        test(`refuses ${bad.hex}`, () => {
            expect(`${decode(Buffer.from(bad.hex, "hex"))}`).toBe(bad.reason)
        })
    })
}

function describeMessage<T>(
    name: string,
    vectors: { name: string; message: T; hex: string }[],
    malformed: Malformed[],
    encode: (message: T) => Buffer,
    decode: (bytes: Buffer) => T | string
): void {
    describe(name, () => {
        pauseBeforeEach()
        vectors.forEach(vector => {
            test(vector.name, () => {
                expect(encode(vector.message).toString("hex")).toBe(vector.hex)
                const decoded = decode(Buffer.from(vector.hex, "hex"))
                expect(isSame(decoded, vector.message)).toBe(true)
            })
        })
        testRefusals(malformed, decode)
    })
}

describeMessage(
    "mains report",
    MAINS_REPORT_VECTORS,
    MALFORMED_MAINS_REPORTS,
    encodeMainsReport,
    decodeMainsReport
)
describeMessage("event", EVENT_VECTORS, MALFORMED_EVENTS, encodeEvent, decodeEvent)
describeMessage("live", LIVE_MAINS_VECTORS, [], encodeLive, decodeLive)

describe("waveform", () => {
    pauseBeforeEach()
    WAVEFORM_VECTORS.forEach(vector => {
        test(vector.name, () => {
            const pieces = encodeWaveform(
                vector.info,
                vector.voltage,
                vector.current,
                vector.current.length
            )
            expect(pieces.length).toBe(vector.hex.length)
            expect(pieces[0].toString("hex")).toBe(vector.hex[0])
        })
    })
    testRefusals(MALFORMED_WAVEFORMS, decodeWaveformPiece)
})

describe("the largest messages, in one run of the device", () => {
    pauseBeforeEach()
    test("a mains report", () => {
        const slots = []
        for (let i = 0; i < 10; i++) slots.push(LARGEST_SLOT)
        expect(encodeMainsReport(kettleReport({ slots })).length).toBe(234)
    })
    test("a waveform of 320 samples that jump", () => {
        const codes: number[] = []
        for (let i = 0; i < 320; i++) codes.push(i % 2 === 0 ? 0 : 4095)
        const pieces = encodeWaveform(WAVEFORM_VECTORS[0].info, codes, codes, 320)
        expect(pieces.length).toBe(7)
    })
})
