import { describe, expect, test } from "@devicescript/test"
import { decodeAck, encodeAck } from "../../src/wire/ack.js"
import { decodeCommand, encodeCommand } from "../../src/wire/command.js"
import { decodeHello, encodeHello, helloSequence } from "../../src/wire/hello.js"
import { decodeLevel, encodeLevel } from "../../src/wire/level.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
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
} from "../wire/vectors.js"
import { describeMessage, pauseBeforeEach } from "./messages/describe-message.js"

describeMessage("hello", HELLO_VECTORS, MALFORMED_HELLOS, encodeHello, decodeHello)
describeMessage("ack", ACK_VECTORS, MALFORMED_ACKS, encodeAck, decodeAck)
describeMessage("live", LIVE_VECTORS, MALFORMED_LIVES, encodeLive, decodeLive)
describeMessage("command", COMMAND_VECTORS, MALFORMED_COMMANDS, encodeCommand, decodeCommand)
describeMessage("level", LEVEL_VECTORS, MALFORMED_LEVELS, encodeLevel, decodeLevel)

describe("the hello that an ack names", () => {
    pauseBeforeEach()
    HELLO_SEQUENCES.forEach(vector => {
        test(`at ${vector.uptimeMs} ms`, () => {
            expect(helloSequence(vector.uptimeMs)).toBe(vector.sequence)
        })
    })
})
