import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { decodeAck, encodeAck } from "../../src/wire/ack.js"
import { decodeCommand, encodeCommand } from "../../src/wire/command.js"
import { decodeHello, encodeHello } from "../../src/wire/hello.js"
import { decodeLevel, encodeLevel } from "../../src/wire/level.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
import { decodeReport, encodeReport } from "../../src/wire/report.js"
import { MALFORMED_REPORTS, REPORT_VECTORS } from "../wire/report-vectors.js"
import { isSame } from "../wire/same.js"
import {
    ACK_VECTORS,
    COMMAND_VECTORS,
    HELLO_VECTORS,
    LEVEL_VECTORS,
    LIVE_VECTORS,
    MALFORMED_ACKS,
    MALFORMED_COMMANDS,
    MALFORMED_HELLOS,
    MALFORMED_LEVELS,
    MALFORMED_LIVES,
    type Malformed,
} from "../wire/vectors.js"

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
describeMessage("level", LEVEL_VECTORS, MALFORMED_LEVELS, encodeLevel, decodeLevel)
