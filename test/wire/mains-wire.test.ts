import { describe, expect, test } from "vitest"
import { decodeEvent, encodeEvent } from "../../src/wire/event.js"
import { MAX_REPORT_BYTES } from "../../src/wire/limits.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
import {
    decodeMainsReport,
    encodeMainsReport,
    encodeMainsReportBody,
} from "../../src/wire/mains-report.js"
import { type MainsSlot, MainsSlots } from "../../src/wire/mains-slots.js"
import { dateReport, encodeReport } from "../../src/wire/report.js"
import { decodeWaveformPiece, encodeWaveform } from "../../src/wire/waveform.js"
import { KETTLE_SLOT } from "./kettle-slot.js"
import {
    kettleReport,
    LARGEST_SLOT,
    MAINS_REPORT_VECTORS,
    MALFORMED_MAINS_REPORTS,
} from "./mains-report-vectors.js"
import {
    EVENT_VECTORS,
    LIVE_MAINS_VECTORS,
    MALFORMED_EVENTS,
    MALFORMED_WAVEFORMS,
    WAVEFORM_VECTORS,
} from "./mains-vectors.js"
import { quietReport } from "./report-vectors.js"
import type { Malformed } from "./vectors.js"

function describeMessage<T>(
    name: string,
    vectors: { name: string; message: T; hex: string }[],
    malformed: Malformed[],
    encode: (message: T) => Buffer,
    decode: (bytes: Buffer) => T | string
): void {
    describe(name, () => {
        test.each(vectors)("$name", ({ message, hex }) => {
            expect(encode(message).toString("hex")).toBe(hex)
            expect(decode(Buffer.from(hex, "hex"))).toEqual(message)
        })
        test.each(malformed)("refuses '$hex': $reason", ({ hex, reason }) => {
            expect(decode(Buffer.from(hex, "hex"))).toBe(reason)
        })
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
    test.each(WAVEFORM_VECTORS)("$name", ({ info, voltage, current, hex }) => {
        const pieces = encodeWaveform(info, voltage, current, current.length)
        expect(pieces.map(piece => piece.toString("hex"))).toEqual(hex)
        expect(decodeWaveformPiece(Buffer.from(hex[0], "hex"))).toMatchObject({
            ...info,
            piece: 0,
            pieces: 1,
            voltage: voltage ?? [0],
            current,
        })
    })
    test.each(MALFORMED_WAVEFORMS)("refuses '$hex': $reason", ({ hex, reason }) => {
        expect(decodeWaveformPiece(Buffer.from(hex, "hex"))).toBe(reason)
    })
})

const list = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)
const FULL = 2 ** 48 - 1
const fullEnergy = { energyInSinceBoot: FULL, energyOutSinceBoot: FULL }

describe("a mains report at its limits", () => {
    test("ten of the largest slots of 5 s take all that a message may", () => {
        const report = kettleReport({ ...fullEnergy, slots: list(10, () => LARGEST_SLOT) })
        const bytes = encodeMainsReport(report)
        expect(bytes.length).toBe(MAX_REPORT_BYTES)
        expect(decodeMainsReport(bytes)).toEqual(report)
    })

    test.each([5, 60, 300])("quantities beyond their fields stay at the largest, %d s", seconds => {
        const beyond: MainsSlot = {
            energyIn: 1e12,
            energyOut: 1e12,
            reactiveDvar: 1e12,
            voltageCv: 1e12,
            currentMa: 1e12,
            frequencyMhz: 1e12,
            angleDdeg: 1e12,
            shareTenths: 1e12,
            isApparent: true,
        }
        const slots = list(seconds === 5 ? 10 : 8, () => beyond)
        const bytes = encodeMainsReport(
            kettleReport({ ...fullEnergy, slotSeconds: seconds, lateTicks: 999, slots })
        )
        expect(bytes.length).toBeLessThanOrEqual(MAX_REPORT_BYTES)
        const decoded = decodeMainsReport(bytes)
        if (typeof decoded === "string") throw new Error(decoded)
        expect(decoded.lateTicks).toBe(255)
        expect(decoded.slots[7]).toMatchObject({
            energyIn: seconds === 5 ? 2097150 : 268435454,
            reactiveDvar: 1048575,
            voltageCv: 65535,
            currentMa: 2097151,
            angleDdeg: 1800,
        })
    })

    test("slots gathered one by one give the same bytes, again and again", () => {
        const { slots: _slots, slotSeconds, ...body } = kettleReport({})
        const slots = new MainsSlots(slotSeconds)
        for (let report = 0; report < 2; report++) {
            slots.add(KETTLE_SLOT)
            slots.add(undefined)
            expect(encodeMainsReportBody(body, slots)).toEqual(
                encodeMainsReport(kettleReport({ slots: [KETTLE_SLOT, undefined] }))
            )
            slots.clear()
        }
    })

    test.each([0, 321])("a waveform of %d samples is a RangeError", samples => {
        const encode = () => encodeWaveform(WAVEFORM_VECTORS[0].info, undefined, [], samples)
        expect(encode).toThrow(new RangeError("waveform: sample count not 1 to 320"))
    })

    test("a frequency below the field is unknown", () => {
        const slots = [{ ...KETTLE_SLOT, frequencyMhz: 30000 }]
        expect(decodeMainsReport(encodeMainsReport(kettleReport({ slots })))).toMatchObject({
            slots: [{ frequencyMhz: 0 }],
        })
    })

    test.each([
        ["no slot", 5, 0, "mains report: no slots"],
        ["eleven slots", 5, 11, "mains report: slots do not fit"],
        ["nine of the largest cells of a minute", 60, 9, "mains report: slots do not fit"],
    ])("%s is a RangeError", (_name, slotSeconds, count, message) => {
        const report = kettleReport({
            ...fullEnergy,
            slotSeconds,
            slots: list(count, () => ({ ...LARGEST_SLOT, energyIn: 1e9, energyOut: 1e9 })),
        })
        expect(() => encodeMainsReport(report)).toThrow(new RangeError(message))
    })
})

describe("the outbox's part of a message", () => {
    test("dates every kind alike", () => {
        const uptime = { isUptime: true, startMs: 70_000 }
        const messages = [
            encodeReport(quietReport(uptime)),
            encodeMainsReport(kettleReport(uptime)),
            encodeEvent({ ...EVENT_VECTORS[0].message, ...uptime }),
            encodeWaveform({ ...WAVEFORM_VECTORS[0].info, ...uptime }, [1], [2], 1)[0],
        ]
        for (const message of messages) dateReport(message, 1_000_000)
        const dated = { startMs: 1_070_000, isUptime: false }
        expect(decodeMainsReport(messages[1])).toMatchObject(dated)
        expect(decodeEvent(messages[2])).toMatchObject(dated)
        expect(decodeWaveformPiece(messages[3])).toMatchObject(dated)
    })
})
