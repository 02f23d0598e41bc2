import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { decodeAck, encodeAck, MAX_ACKED_REPORTS } from "../../src/wire/ack.js"
import { type Command, decodeCommand, encodeCommand } from "../../src/wire/command.js"
import { decodeHello, encodeHello } from "../../src/wire/hello.js"
import { decodeLevel, encodeLevel } from "../../src/wire/level.js"
import {
    MAX_DOWNLINK_BYTES,
    MAX_REPORT_BYTES,
    MAX_UPLINK_BYTES,
    TOPIC_BYTES,
} from "../../src/wire/limits.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
import {
    decodeReport,
    encodeReport,
    MISSING,
    QUALITY_UNKNOWN,
    type Report,
} from "../../src/wire/report.js"
import { decodeSettings } from "../../src/wire/settings.js"
import { decodeSettingsAnswer } from "../../src/wire/settings-answer.js"
import { REPORT_VECTORS } from "./report-vectors.js"
import { ANSWER_VECTORS, SETTINGS_VECTORS } from "./settings-vectors.js"
import {
    ACK_VECTORS,
    COMMAND_VECTORS,
    HELLO_VECTORS,
    LEVEL_VECTORS,
    LIVE_VECTORS,
} from "./vectors.js"

const U32 = 4294967296
const U48 = 281474976710656

function list<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make)
}

function randomReport(random: Random): Report {
    // 206 bytes hold the slots: few quiet ones, 200 small ones, or 41 of any size
    const [most, largest] = [
        [12, 6],
        [200, 126],
        [41, U32 - 2],
    ][random.nextInt(3)]
    const slots = list(1 + random.nextInt(most), () =>
        random.nextInt(4) === 0
            ? MISSING
            : Math.floor(2 ** (random.next() * Math.log2(largest + 1))) - 1
    )
    const sum = slots.reduce((total, count) => total + Math.max(count, 0), 0)
    const hasTimes = random.nextInt(2) === 0 && sum < 300
    let time = 0
    return {
        channel: random.nextInt(16),
        bootId: random.nextBits(),
        sequence: random.nextBits(),
        startMs: Math.floor(random.next() * U48),
        isUptime: random.nextInt(2) === 0,
        slotSeconds: [5, 60, 300][random.nextInt(3)],
        slots,
        countSinceBoot: sum < U32 ? sum + Math.floor(random.next() * (U32 - sum)) : U32 - 1,
        rejected: random.nextInt(65536),
        quality: random.nextInt(2) === 0 ? QUALITY_UNKNOWN : random.nextInt(101),
        lateTicks: random.nextInt(256),
        pulseTimes: hasTimes
            ? list(sum, () => {
                  time += random.nextInt(2 ** random.nextInt(15))
                  return time
              })
            : undefined,
    }
}

const MESSAGES = [
    {
        name: "hello",
        limit: MAX_UPLINK_BYTES,
        roundTrip: (random: Random) => {
            const message = {
                bootId: random.nextBits(),
                uptimeMs: Math.floor(random.next() * U48),
                board: String.fromCharCode(
                    ...list(1 + random.nextInt(32), () => 33 + random.nextInt(94))
                ),
                kinds: list(random.nextInt(17), () => random.nextInt(256)),
                settingsVersion: random.nextInt(2) === 0 ? undefined : random.nextBits(),
            }
            const bytes = encodeHello(message)
            return { message, bytes, decoded: decodeHello(bytes) }
        },
    },
    {
        name: "ack",
        limit: MAX_DOWNLINK_BYTES,
        roundTrip: (random: Random) => {
            const message = {
                bootId: random.nextBits(),
                serverTimeMs: Math.floor(random.next() * U48),
                reports: list(random.nextInt(MAX_ACKED_REPORTS + 1), () => ({
                    channel: random.nextInt(16),
                    sequence: random.nextBits(),
                })),
            }
            const bytes = encodeAck(message)
            return { message, bytes, decoded: decodeAck(bytes) }
        },
    },
    {
        name: "live",
        limit: MAX_UPLINK_BYTES,
        roundTrip: (random: Random) => {
            const message = {
                bootId: random.nextBits(),
                uptimeMs: Math.floor(random.next() * U48),
                channels: list(random.nextInt(17), () => ({
                    channel: random.nextInt(16),
                    countSinceBoot: random.nextBits(),
                    intervalMs: random.nextBits(),
                    sinceLastMs: random.nextBits(),
                })),
            }
            const bytes = encodeLive(message)
            return { message, bytes, decoded: decodeLive(bytes) }
        },
    },
    {
        name: "command",
        limit: MAX_DOWNLINK_BYTES,
        roundTrip: (random: Random) => {
            const [channel, seconds] = [random.nextInt(16), random.nextInt(65536)]
            const messages: Command[] = [
                { kind: "live", seconds },
                { kind: "waveform", channel },
                { kind: "level", channel, seconds },
            ]
            const message = messages[random.nextInt(3)]
            const bytes = encodeCommand(message)
            return { message, bytes, decoded: decodeCommand(bytes) }
        },
    },
    {
        name: "level",
        limit: MAX_UPLINK_BYTES,
        roundTrip: (random: Random) => {
            const message = {
                channel: random.nextInt(16),
                uptimeMs: Math.floor(random.next() * U48),
                stepMs: random.nextInt(65536),
                millivolts: list(random.nextInt(101), () => random.nextInt(65536)),
            }
            const bytes = encodeLevel(message)
            return { message, bytes, decoded: decodeLevel(bytes) }
        },
    },
]

describe("random messages", () => {
    test.each(MESSAGES)("2,000 of $name come back as they were", ({ limit, roundTrip }) => {
        const random = new Random(11)
        for (let i = 0; i < 2000; i++) {
            const { message, bytes, decoded } = roundTrip(random)
            expect(decoded).toEqual(message)
            expect(bytes.length).toBeLessThanOrEqual(limit - TOPIC_BYTES)
        }
    })

    test("5,000 reports come back as they were, but for pulse times that do not fit", () => {
        const random = new Random(12)
        let withTimes = 0
        let without = 0
        for (let i = 0; i < 5000; i++) {
            const report = randomReport(random)
            const sum = report.slots.reduce((total, count) => total + Math.max(count, 0), 0)
            if (sum >= U32) continue
            const bytes = encodeReport(report)
            expect(bytes.length).toBeLessThanOrEqual(MAX_UPLINK_BYTES - TOPIC_BYTES)
            const decoded = decodeReport(bytes)
            if (typeof decoded === "string") throw new Error(decoded)
            if (report.pulseTimes && decoded.pulseTimes === undefined) {
                without++
                expect(decoded).toEqual({ ...report, pulseTimes: undefined })
            } else {
                withTimes += report.pulseTimes ? 1 : 0
                expect(decoded).toEqual(report)
            }
        }
        expect(withTimes).toBeGreaterThan(200)
        expect(without).toBeGreaterThan(10)
    })
})

const DECODERS = [
    decodeHello,
    decodeReport,
    decodeAck,
    decodeLive,
    decodeCommand,
    decodeLevel,
    decodeSettings,
    decodeSettingsAnswer,
]
const REASON =
    /^(hello|report|ack|live|command|level|settings|settings answer|channels\[\d+\]\.kind)(:| must) ./

/** Decodes and, where that gives a report, checks that it says the same once encoded again. */
function decodeAll(bytes: Buffer): void {
    for (const decode of DECODERS) {
        const decoded = decode(bytes)
        if (typeof decoded === "string" && !REASON.test(decoded))
            throw new Error(`no reason: ${decoded}`)
    }
    if (bytes.length > MAX_REPORT_BYTES) return
    const report = decodeReport(bytes)
    if (typeof report !== "string") expect(decodeReport(encodeReport(report))).toEqual(report)
}

describe("broken messages", () => {
    test("100,000 random byte strings are decoded or refused with a reason", () => {
        const random = new Random(13)
        for (let i = 0; i < 100_000; i++) {
            const bytes = Buffer.from(list(random.nextInt(64), () => random.nextBits() & 255))
            if (bytes.length > 0 && i % 2 === 0) bytes[0] = 1
            decodeAll(bytes)
        }
    })

    test("100,000 damaged messages are decoded or refused with a reason", () => {
        const random = new Random(14)
        const valid = [
            ...HELLO_VECTORS,
            ...REPORT_VECTORS,
            ...ACK_VECTORS,
            ...LIVE_VECTORS,
            ...COMMAND_VECTORS,
            ...LEVEL_VECTORS,
            ...ANSWER_VECTORS,
            ...SETTINGS_VECTORS,
        ].map(({ hex }) => Buffer.from(hex, "hex"))
        for (let i = 0; i < 100_000; i++) {
            const bytes = Buffer.from(valid[random.nextInt(valid.length)])
            for (let hits = 1 + random.nextInt(3); hits > 0; hits--)
                bytes[random.nextInt(bytes.length)] = random.nextBits() & 255
            const cut = random.nextInt(4) === 0 ? random.nextInt(bytes.length) : bytes.length
            const tail = random.nextInt(4) === 0 ? random.nextInt(8) : 0
            decodeAll(Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(tail, 1)]))
        }
    })
})
