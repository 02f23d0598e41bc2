import { describe, expect, test } from "vitest"
import { Random } from "../../sim/random.js"
import { decodeAck } from "../../src/wire/ack.js"
import { decodeCommand } from "../../src/wire/command.js"
import { PAGE_LOG } from "../../src/wire/head.js"
import { decodeHello } from "../../src/wire/hello.js"
import { decodeLevel } from "../../src/wire/level.js"
import { MAX_REPORT_BYTES, SLOTS_VERSION } from "../../src/wire/limits.js"
import { decodeLive } from "../../src/wire/live.js"
import { decodePage, encodePage, MAX_PAGE_BYTES, numberPage } from "../../src/wire/page.js"
import { decodeReport, encodeReport } from "../../src/wire/report.js"
import { decodeSettings } from "../../src/wire/settings.js"
import { decodeSettingsAnswer } from "../../src/wire/settings-answer.js"
import { list } from "./list.js"
import { OLD_REPORT_VECTORS } from "./old-vectors.js"
import { PAGE_VECTORS } from "./page-vectors.js"
import { REPORT_VECTORS } from "./report-vectors.js"
import { ANSWER_VECTORS, SETTINGS_VECTORS } from "./settings-vectors.js"
import {
    ACK_VECTORS,
    COMMAND_VECTORS,
    HELLO_VECTORS,
    LEVEL_VECTORS,
    LIVE_VECTORS,
} from "./vectors.js"

const DECODERS = [
    decodeHello,
    decodeReport,
    decodePage,
    decodeAck,
    decodeLive,
    decodeCommand,
    decodeLevel,
    decodeSettings,
    decodeSettingsAnswer,
]
const REASON =
    /^(hello|report|page|ack|live|command|level|settings|settings answer|channels\[\d+\]\.kind)(:| must) ./

/** Gives a page the sum of what it says, or none would get past that. */
function sealPage(bytes: Buffer): Buffer {
    if (bytes.length >= 29 && bytes[1] === PAGE_LOG) numberPage(bytes, bytes.readUInt32LE(7))
    return bytes
}

/** Decodes and, where that gives a report, checks that it says the same once encoded again. */
function decodeAll(bytes: Buffer): void {
    for (const decode of DECODERS) {
        const decoded = decode(bytes)
        if (typeof decoded === "string" && !REASON.test(decoded))
            throw new Error(`no reason: ${decoded}`)
    }
    if (bytes.length > MAX_REPORT_BYTES) return
    const page = decodePage(bytes)
    if (typeof page !== "string" && bytes.length <= MAX_PAGE_BYTES)
        expect(decodePage(encodePage(page))).toEqual(page)
    const report = decodeReport(bytes)
    if (typeof report === "string") return
    // an old one had no bytes for its cut, so the longest do not fit any more
    if (report.version === 1 && bytes.length + 3 > MAX_REPORT_BYTES) return
    expect(decodeReport(encodeReport(report))).toEqual({ ...report, version: SLOTS_VERSION })
}

describe("broken messages", () => {
    test("100,000 random byte strings are decoded or refused with a reason", () => {
        const random = new Random(13)
        for (let i = 0; i < 100_000; i++) {
            const bytes = Buffer.from(list(random.nextInt(64), () => random.nextBits() & 255))
            if (bytes.length > 1 && i % 2 === 0) bytes[0] = 1 + (i % 4 === 0 ? 1 : 0)
            if (bytes.length > 1 && i % 8 === 0) bytes[1] = PAGE_LOG
            decodeAll(bytes)
            decodeAll(sealPage(bytes))
        }
    })

    test("100,000 damaged messages are decoded or refused with a reason", () => {
        const random = new Random(14)
        const valid = [
            ...HELLO_VECTORS,
            ...REPORT_VECTORS,
            ...OLD_REPORT_VECTORS,
            ...PAGE_VECTORS,
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
            const damaged = Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(tail, 1)])
            decodeAll(damaged)
            decodeAll(sealPage(damaged))
        }
    })
})
