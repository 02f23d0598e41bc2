import { describe, expect, test } from "vitest"
import { decodeAck, encodeAck, MAX_ACKED_REPORTS } from "../../src/wire/ack.js"
import { decodeCommand, encodeCommand } from "../../src/wire/command.js"
import { decodeHello, encodeHello, helloSequence } from "../../src/wire/hello.js"
import { decodeLevel, encodeLevel, MAX_LEVEL_SAMPLES } from "../../src/wire/level.js"
import {
    MAX_DOWNLINK_BYTES,
    MAX_REPORT_BYTES,
    MAX_UPLINK_BYTES,
    TOPIC_BYTES,
} from "../../src/wire/limits.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
import { decodeMainsReport } from "../../src/wire/mains-report.js"
import {
    decodePage,
    encodePage,
    MAX_PAGE_BYTES,
    numberPage,
    pageNumber,
} from "../../src/wire/page.js"
import { decodeReport, encodeReport } from "../../src/wire/report.js"
import { decodeSettingsAnswer, encodeSettingsAnswer } from "../../src/wire/settings-answer.js"
import { OLD_MAINS_REPORT_VECTORS, OLD_REPORT_VECTORS } from "./old-vectors.js"
import { counted, MALFORMED_PAGES, measured, PAGE_VECTORS, quietPage } from "./page-vectors.js"
import { MALFORMED_REPORTS, quietReport, REPORT_VECTORS, ramp } from "./report-vectors.js"
import { ANSWER_VECTORS, MALFORMED_ANSWERS } from "./settings-vectors.js"
import {
    ACK_VECTORS,
    COMMAND_VECTORS,
    HELLO_SEQUENCES,
    HELLO_VECTORS,
    LEVEL_VECTORS,
    LIVE_VECTORS,
    MALFORMED_ACKS,
    MALFORMED_COMMANDS,
    MALFORMED_HELLOS,
    MALFORMED_LEVELS,
    MALFORMED_LIVES,
    type Malformed,
} from "./vectors.js"

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

describeMessage("hello", HELLO_VECTORS, MALFORMED_HELLOS, encodeHello, decodeHello)
describeMessage("report", REPORT_VECTORS, MALFORMED_REPORTS, encodeReport, decodeReport)
describeMessage("page", PAGE_VECTORS, MALFORMED_PAGES, encodePage, decodePage)
describeMessage("ack", ACK_VECTORS, MALFORMED_ACKS, encodeAck, decodeAck)
test.each(HELLO_SEQUENCES)(
    "an ack names the hello at $uptimeMs ms $sequence",
    ({ uptimeMs, sequence }) => {
        expect(helloSequence(uptimeMs)).toBe(sequence)
    }
)
describeMessage("live", LIVE_VECTORS, MALFORMED_LIVES, encodeLive, decodeLive)
describeMessage("command", COMMAND_VECTORS, MALFORMED_COMMANDS, encodeCommand, decodeCommand)

describeMessage("level", LEVEL_VECTORS, MALFORMED_LEVELS, encodeLevel, decodeLevel)
describeMessage(
    "settings answer",
    ANSWER_VECTORS,
    MALFORMED_ANSWERS,
    encodeSettingsAnswer,
    decodeSettingsAnswer
)

describe("version 1, which counted reports", () => {
    test.each(OLD_REPORT_VECTORS)("is still read: $name", ({ message, hex }) => {
        expect(decodeReport(Buffer.from(hex, "hex"))).toEqual(message)
        expect(message.version).toBe(1)
    })
    test.each(OLD_MAINS_REPORT_VECTORS)("is still read of power: $name", ({ message, hex }) => {
        expect(decodeMainsReport(Buffer.from(hex, "hex"))).toEqual(message)
        expect(message.version).toBe(1)
    })
})

describe("a page in flash", () => {
    test("says its number", () => {
        for (const { message, hex } of PAGE_VECTORS)
            expect(pageNumber(Buffer.from(hex, "hex"))).toBe(message.sequence)
    })

    test.each([
        ["nothing", ""],
        ["a head alone", PAGE_VECTORS[0].hex.slice(0, 50)],
        ["a report", REPORT_VECTORS[1].hex],
        ["a page whose sum is cut off", PAGE_VECTORS[0].hex.slice(0, -8)],
        ["another version", MALFORMED_PAGES[2].hex],
        ["another log", MALFORMED_PAGES[3].hex],
    ])("is not found in %s", (_name, hex) => {
        expect(pageNumber(Buffer.from(hex, "hex"))).toBeUndefined()
    })

    test.each(PAGE_VECTORS)("is none with any one bit of it flipped: $name", ({ hex }) => {
        for (let bit = 0; bit < hex.length * 4; bit++) {
            const bytes = Buffer.from(hex, "hex")
            bytes[bit >> 3] ^= 1 << (bit & 7)
            expect(decodePage(bytes)).toMatch(/^page: (unknown version|not of|its sum)/)
            expect(pageNumber(bytes)).toBeUndefined()
        }
    })

    test("is none that is cut short anywhere", () => {
        const bytes = Buffer.from(PAGE_VECTORS[1].hex, "hex")
        for (let length = 0; length < bytes.length; length++) {
            expect(decodePage(bytes.subarray(0, length))).toMatch(/^page: (shorter|its sum)/)
            expect(pageNumber(bytes.subarray(0, length))).toBeUndefined()
        }
    })

    test("has a sum of its new number too", () => {
        for (const { message } of PAGE_VECTORS) {
            const bytes = encodePage(message)
            numberPage(bytes, 2 ** 32 - 1)
            expect(pageNumber(bytes)).toBe(2 ** 32 - 1)
            expect(decodePage(bytes)).toEqual({ ...message, sequence: 2 ** 32 - 1 })
            numberPage(bytes, message.sequence)
            expect(bytes).toEqual(encodePage(message))
        }
    })

    test("holds as many bytes as one setting and not one more", () => {
        const cells = ramp(0, 174, 0)
        const most = quietPage({ span: 174 * 60, channels: [counted(0, 0, cells)] })
        expect(encodePage(most)).toHaveLength(MAX_PAGE_BYTES)
        expect(decodePage(encodePage(most))).toEqual(most)
        const more = quietPage({ span: 175 * 60, channels: [counted(0, 0, [...cells, 0])] })
        expect(() => encodePage(more)).toThrow(new RangeError("page: does not fit"))
        const long = quietPage({ span: 999 * 60, channels: [counted(0, 0, ramp(0, 999, 0))] })
        expect(() => encodePage(long)).toThrow(new RangeError("page: does not fit"))
        const powers = ramp(0, 15, 1).map(channel => measured(channel, 1, 1))
        const wide = quietPage({ channels: powers })
        expect(() => encodePage(wide)).toThrow(new RangeError("page: does not fit"))
    })
})

describe("limits", () => {
    const entry = { channel: 15, sequence: 0xffffffff }
    const fullAck = { bootId: 1, serverTimeMs: 1, reports: Array(MAX_ACKED_REPORTS).fill(entry) }
    const liveChannel = { channel: 1, countSinceBoot: 1, intervalMs: 1, sinceLastMs: 1 }
    const live = { bootId: 1, uptimeMs: 1, channels: Array(16).fill(liveChannel) }
    const hello = {
        bootId: 1,
        uptimeMs: 1,
        board: "b".repeat(32),
        kinds: Array(16).fill(1),
        settingsVersion: 1,
    }
    const level = {
        channel: 0,
        uptimeMs: 1,
        stepMs: 10,
        signal: [0, 0, 0, 0],
        millivolts: ramp(0, 100, 1),
    }

    test("the longest messages fit into what the runtime carries", () => {
        expect(encodeAck(fullAck).length).toBeLessThanOrEqual(MAX_DOWNLINK_BYTES - TOPIC_BYTES)
        expect(encodeLive(live).length).toBeLessThanOrEqual(MAX_UPLINK_BYTES - TOPIC_BYTES)
        expect(encodeHello(hello).length).toBeLessThanOrEqual(MAX_UPLINK_BYTES - TOPIC_BYTES)
        expect(level.millivolts).toHaveLength(MAX_LEVEL_SAMPLES)
        expect(encodeLevel(level).length).toBeLessThanOrEqual(MAX_UPLINK_BYTES - TOPIC_BYTES)
    })

    test.each([
        {
            name: "an ack of too many reports",
            encode: () => encodeAck({ ...fullAck, reports: [...fullAck.reports, entry] }),
            message: "ack: too many reports",
        },
        {
            name: "live values of 17 channels",
            encode: () => encodeLive({ ...live, channels: Array(17).fill(liveChannel) }),
            message: "live: more than 16 channels",
        },
        {
            name: "a hello without a board",
            encode: () => encodeHello({ ...hello, board: "" }),
            message: "hello: board not 1 to 32 characters",
        },
        {
            name: "a hello with a long board name",
            encode: () => encodeHello({ ...hello, board: "b".repeat(33) }),
            message: "hello: board not 1 to 32 characters",
        },
        {
            name: "a hello of 17 channels",
            encode: () => encodeHello({ ...hello, kinds: Array(17).fill(1) }),
            message: "hello: more than 16 channels",
        },
        {
            name: "a level of 101 samples",
            encode: () => encodeLevel({ ...level, millivolts: ramp(0, 101, 1) }),
            message: "level: more than 100 samples",
        },
        {
            name: "a report without slots",
            encode: () => encodeReport(quietReport({ slots: [] })),
            message: "report: slot count not 1 to 200",
        },
        {
            name: "a report of 201 slots",
            encode: () => encodeReport(quietReport({ slots: ramp(0, 201, 0) })),
            message: "report: slot count not 1 to 200",
        },
        {
            name: "a report whose slots are too long",
            encode: () => encodeReport(quietReport({ slots: ramp(199, 104, 0) })),
            message: "report: slots do not fit",
        },
    ])("$name is a RangeError", ({ encode, message }) => {
        expect(encode).toThrow(new RangeError(message))
    })

    test("pulse times that do not fit are left out, all of them", () => {
        const report = quietReport({
            slots: [197],
            countSinceBoot: 197,
            pulseTimes: ramp(128, 197, 128),
        })
        const bytes = encodeReport(report)
        expect(bytes.length).toBeLessThanOrEqual(MAX_REPORT_BYTES)
        expect(decodeReport(bytes)).toEqual({ ...report, pulseTimes: undefined })
    })

    test("counters that are too large stay at their largest", () => {
        const report = quietReport({ rejected: 70000, lateTicks: 300 })
        const kept = quietReport({ rejected: 65535, lateTicks: 255 })
        expect(decodeReport(encodeReport(report))).toEqual(kept)
        const late = { ...liveChannel, intervalMs: 2 ** 32, sinceLastMs: 2 ** 32 + 5 }
        const most = { ...liveChannel, intervalMs: 2 ** 32 - 1, sinceLastMs: 2 ** 32 - 1 }
        expect(decodeLive(encodeLive({ ...live, channels: [late] }))).toEqual({
            ...live,
            channels: [most],
        })
    })
})
