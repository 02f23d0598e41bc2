import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { ContactDebouncer } from "../../src/measure/contact-debouncer.js"
import { FLASH_DEFAULTS, FlashDetector, WINDOW_SAMPLES } from "../../src/measure/flash-detector.js"
import { decodeAck, encodeAck } from "../../src/wire/ack.js"
import { channelsSetting, parseChannels } from "../../src/wire/channels.js"
import { decodeCommand, encodeCommand } from "../../src/wire/command.js"
import { decodeHello, encodeHello } from "../../src/wire/hello.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
import { decodeReport, encodeReport } from "../../src/wire/report.js"
import { CONTACT_WAVEFORMS, LIGHT_WAVEFORMS } from "../measure/waveforms.js"
import { MALFORMED_REPORTS, REPORT_VECTORS } from "../wire/report-vectors.js"
import { isSame } from "../wire/same.js"
import {
    ACK_VECTORS,
    CHANNELS_VECTORS,
    COMMAND_VECTORS,
    HELLO_VECTORS,
    LIVE_VECTORS,
    MALFORMED_ACKS,
    MALFORMED_CHANNELS,
    MALFORMED_COMMANDS,
    MALFORMED_HELLOS,
    MALFORMED_LIVES,
    type Malformed,
} from "../wire/vectors.js"

const POLL_MS = 10

/** A pause before each test, since the runtime ends a program that runs on without one. */
function pauseBeforeEach(): void {
    beforeEach(async () => {
        await ds.sleep(1)
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
        malformed.forEach(bad => {
            test(`refuses ${bad.hex}`, () => {
                expect(`${decode(Buffer.from(bad.hex, "hex"))}`).toBe(bad.reason)
            })
        })
    })
}

describeMessage("hello", HELLO_VECTORS, MALFORMED_HELLOS, encodeHello, decodeHello)
describeMessage("report", REPORT_VECTORS, MALFORMED_REPORTS, encodeReport, decodeReport)
describeMessage("ack", ACK_VECTORS, MALFORMED_ACKS, encodeAck, decodeAck)
describeMessage("live", LIVE_VECTORS, MALFORMED_LIVES, encodeLive, decodeLive)
describeMessage("command", COMMAND_VECTORS, MALFORMED_COMMANDS, encodeCommand, decodeCommand)

describe("channels setting", () => {
    pauseBeforeEach()
    CHANNELS_VECTORS.forEach(vector => {
        test(vector.name, () => {
            expect(JSON.stringify(channelsSetting(vector.channels))).toBe(vector.json)
            expect(isSame(parseChannels(JSON.parse(vector.json)), vector.channels)).toBe(true)
        })
    })
    MALFORMED_CHANNELS.forEach(bad => {
        test(`refuses ${bad.json}`, () => {
            expect(`${parseChannels(JSON.parse(bad.json))}`).toBe(bad.reason)
        })
    })
})

describe("flash detector", () => {
    pauseBeforeEach()
    LIGHT_WAVEFORMS.forEach(waveform => {
        test(waveform.name, () => {
            const detector = new FlashDetector(FLASH_DEFAULTS)
            const found: number[] = []
            let at = -1
            for (const window of waveform.windowsMv) {
                at += WINDOW_SAMPLES
                const ends = detector.addWindow(window)
                if (ends) for (const ago of ends) found.push(at - ago)
            }
            expect(JSON.stringify(found)).toBe(JSON.stringify(waveform.ends))
            expect(detector.rejected).toBe(waveform.rejected)
        })
    })
})

describe("contact debouncer", () => {
    pauseBeforeEach()
    CONTACT_WAVEFORMS.forEach(waveform => {
        test(waveform.name, () => {
            const debouncer = new ContactDebouncer()
            const found: number[] = []
            for (let poll = 0; poll < waveform.levels.length; poll++) {
                const level = waveform.levels[poll] === "1" ? 1 : 0
                const beganMs = debouncer.addLevel(level, poll * POLL_MS)
                if (beganMs !== undefined) found.push(beganMs / POLL_MS)
            }
            expect(JSON.stringify(found)).toBe(JSON.stringify(waveform.begins))
            expect(debouncer.rejected).toBe(waveform.rejected)
        })
    })
})
