import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { decodeAck, encodeAck, MAX_ACKED_REPORTS } from "../../src/wire/ack.js"
import { type Command, decodeCommand, encodeCommand } from "../../src/wire/command.js"
import { decodeHello, encodeHello } from "../../src/wire/hello.js"
import { decodeLevel, encodeLevel } from "../../src/wire/level.js"
import {
    MAX_DOWNLINK_BYTES,
    MAX_UPLINK_BYTES,
    SLOTS_VERSION,
    TOPIC_BYTES,
} from "../../src/wire/limits.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
import { decodePage, encodePage, MAX_PAGE_BYTES, type Page } from "../../src/wire/page.js"
import {
    decodeReport,
    encodeReport,
    MISSING,
    QUALITY_UNKNOWN,
    type Report,
} from "../../src/wire/report.js"
import { list } from "./list.js"
import { counted, measured } from "./page-vectors.js"
import { randomCut } from "./random-cut.js"

const U32 = 4294967296
const U48 = 281474976710656

function randomReport(random: Random): Report {
    // 203 bytes hold the slots: few quiet ones, 199 small ones, or 40 of any size
    const [most, largest] = [
        [12, 6],
        [199, 126],
        [40, U32 - 2],
    ][random.nextInt(3)]
    const slots = list(1 + random.nextInt(most), () =>
        random.nextInt(4) === 0
            ? MISSING
            : Math.floor(2 ** (random.next() * Math.log2(largest + 1))) - 1
    )
    const sum = slots.reduce((total, count) => total + Math.max(count, 0), 0)
    const hasTimes = random.nextInt(2) === 0 && sum < 300
    const slotSeconds = [5, 60, 300][random.nextInt(3)]
    let time = 0
    return {
        version: SLOTS_VERSION,
        ...randomCut(random, slotSeconds, slots.length),
        channel: random.nextInt(16),
        bootId: random.nextBits(),
        sequence: random.nextBits(),
        startMs: Math.floor(random.next() * U48),
        isUptime: random.nextInt(2) === 0,
        slotSeconds,
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

function randomPage(random: Random): Page {
    const channels = list(1 + random.nextInt(8), () => random.nextInt(16))
    const perChannel = 1 + random.nextInt(Math.floor(70 / channels.length))
    return {
        ...randomCut(random, 300, perChannel),
        bootId: random.nextBits(),
        sequence: random.nextBits(),
        startMs: Math.floor(random.next() * U48),
        isUptime: random.nextInt(2) === 0,
        firstSlot: random.nextBits(),
        channels: channels.map(channel => {
            const isPoor = random.nextInt(2) === 0
            if (random.nextInt(4) === 0)
                return { ...measured(channel, Math.floor(random.next() * U48), 5), isPoor }
            const cells = list(perChannel, () => random.nextInt(2 ** random.nextInt(14)) - 1)
            return { ...counted(channel, 1e7 + random.nextInt(1e9), cells), isPoor }
        }),
    }
}

const MESSAGES = [
    {
        name: "page",
        limit: MAX_PAGE_BYTES + TOPIC_BYTES,
        roundTrip: (random: Random) => {
            const message = randomPage(random)
            const bytes = encodePage(message)
            return { message, bytes, decoded: decodePage(bytes) }
        },
    },
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
                signal: random.nextInt(2) === 0 ? [] : randomSignal(random),
                millivolts: list(random.nextInt(101), () => random.nextInt(65536)),
            }
            const bytes = encodeLevel(message)
            return { message, bytes, decoded: decodeLevel(bytes) }
        },
    },
]

function randomSignal(random: Random): number[] {
    const signed = () => random.nextInt(65536) - 32768
    return [signed(), signed(), random.nextInt(65536), random.nextInt(65536)]
}

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
