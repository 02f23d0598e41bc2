import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { decodeEvent } from "../../src/wire/event.js"
import { MAX_REPORT_BYTES } from "../../src/wire/limits.js"
import {
    decodeMainsReport,
    encodeMainsReport,
    type MainsReport,
} from "../../src/wire/mains-report.js"
import type { MainsSlot } from "../../src/wire/mains-slots.js"
import { decodeWaveformPiece, encodeWaveform } from "../../src/wire/waveform.js"
import { kettleReport, MAINS_REPORT_VECTORS } from "./mains-report-vectors.js"
import { EVENT_VECTORS, WAVEFORM_VECTORS } from "./mains-vectors.js"
import { OLD_MAINS_REPORT_VECTORS } from "./old-vectors.js"
import { randomCut } from "./random-cut.js"

const list = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)
const FULL = 2 ** 48 - 1
const fullEnergy = { energyInSinceBoot: FULL, energyOutSinceBoot: FULL }

function randomSlot(random: Random, isShort: boolean): MainsSlot {
    const upTo = (most: number) => Math.floor(2 ** (random.next() * Math.log2(most + 1))) - 1
    return {
        energyIn: upTo(isShort ? 2097150 : 268435454),
        energyOut: upTo(isShort ? 2097150 : 268435454),
        reactiveDvar: upTo(1048575) * (random.nextInt(2) === 0 ? 1 : -1) || 0,
        voltageCv: random.nextInt(65536),
        currentMa: upTo(2097151),
        frequencyMhz: random.nextInt(3) === 0 ? 0 : 30001 + random.nextInt(65535),
        angleDdeg: random.nextInt(3601) - 1800,
        shareTenths: random.nextInt(256),
        isApparent: random.nextInt(2) === 0,
    }
}

function randomReport(random: Random): MainsReport {
    const slotSeconds = [5, 60, 300][random.nextInt(3)]
    const isShort = slotSeconds === 5
    const slots = list(1 + random.nextInt(isShort ? 10 : 8), () =>
        random.nextInt(5) === 0 ? undefined : randomSlot(random, isShort)
    )
    return kettleReport({
        channel: random.nextInt(16),
        bootId: random.nextBits(),
        sequence: random.nextBits(),
        startMs: Math.floor(random.next() * FULL),
        isUptime: random.nextInt(2) === 0,
        slotSeconds,
        ...randomCut(random, slotSeconds, slots.length),
        ...fullEnergy,
        lateTicks: random.nextInt(256),
        quality: random.nextInt(101),
        slots,
    })
}

describe("random messages", () => {
    test("2,000 mains reports come back as they were", () => {
        const random = new Random(21)
        for (let i = 0; i < 2000; i++) {
            const report = randomReport(random)
            const bytes = encodeMainsReport(report)
            expect(bytes.length).toBeLessThanOrEqual(MAX_REPORT_BYTES)
            expect(decodeMainsReport(bytes)).toEqual(report)
        }
    })

    test("500 waveforms come back whole, whatever the codes", () => {
        const random = new Random(22)
        for (let i = 0; i < 500; i++) {
            const spread = 2 ** random.nextInt(13)
            const samples = 1 + random.nextInt(320)
            const voltage = list(320, () => random.nextInt(spread))
            const current = list(320, () => random.nextInt(spread))
            const pieces = encodeWaveform(WAVEFORM_VECTORS[0].info, voltage, current, samples)
            const back = { voltage: [] as number[], current: [] as number[] }
            pieces.forEach((bytes, at) => {
                expect(bytes.length).toBeLessThanOrEqual(MAX_REPORT_BYTES)
                const piece = decodeWaveformPiece(bytes)
                if (typeof piece === "string") throw new Error(piece)
                expect(piece).toMatchObject({
                    piece: at,
                    pieces: pieces.length,
                    samples,
                    firstSample: back.voltage.length,
                })
                back.voltage.push(...piece.voltage)
                back.current.push(...piece.current)
            })
            expect(back).toEqual({
                voltage: voltage.slice(0, samples),
                current: current.slice(0, samples),
            })
        }
    })
})

describe("broken messages", () => {
    const valid = [
        ...MAINS_REPORT_VECTORS.map(({ hex }) => hex),
        ...OLD_MAINS_REPORT_VECTORS.map(({ hex }) => hex),
        ...EVENT_VECTORS.map(({ hex }) => hex),
        ...WAVEFORM_VECTORS.map(({ hex }) => hex[0]),
    ].map(hex => Buffer.from(hex, "hex"))
    const decodeAll = (bytes: Buffer) => {
        for (const decode of [decodeMainsReport, decodeEvent, decodeWaveformPiece]) {
            const decoded = decode(bytes)
            if (typeof decoded === "string" && !/^(mains report|event|waveform): ./.test(decoded))
                throw new Error(`no reason: ${decoded}`)
        }
        const report = decodeMainsReport(bytes)
        if (typeof report === "string" || bytes.length > MAX_REPORT_BYTES) return
        // an old one had no bytes for its cut, so the largest do not fit any more
        if (report.version === 1 && report.slots.length > 8) return
        // a number may be written longer than it need be, and slot flags that nobody knows go
        expect(decodeMainsReport(encodeMainsReport(report))).toEqual({ ...report, version: 2 })
    }

    test("50,000 random byte strings are decoded or refused with a reason", () => {
        const random = new Random(23)
        for (let i = 0; i < 50_000; i++) {
            const bytes = Buffer.from(list(random.nextInt(64), () => random.nextBits() & 255))
            if (bytes.length > 2 && i % 2 === 0)
                bytes.set([1 + (i % 4 === 0 ? 1 : 0), 16 + (i % 3), 4])
            decodeAll(bytes)
        }
    })

    test("50,000 damaged messages are decoded or refused with a reason", () => {
        const random = new Random(24)
        for (let i = 0; i < 50_000; i++) {
            const bytes = Buffer.from(valid[random.nextInt(valid.length)])
            for (let hits = 1 + random.nextInt(3); hits > 0; hits--)
                bytes[random.nextInt(bytes.length)] = random.nextBits() & 255
            const cut = random.nextInt(4) === 0 ? random.nextInt(bytes.length) : bytes.length
            decodeAll(bytes.subarray(0, cut))
        }
    })
})
