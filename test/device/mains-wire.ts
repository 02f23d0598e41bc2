import { describe, expect, test } from "@devicescript/test"
import { decodeEvent, encodeEvent } from "../../src/wire/event.js"
import { decodeLive, encodeLive } from "../../src/wire/live.js"
import { decodeWaveformPiece, encodeWaveform } from "../../src/wire/waveform.js"
import {
    EVENT_VECTORS,
    LIVE_MAINS_VECTORS,
    MALFORMED_EVENTS,
    MALFORMED_WAVEFORMS,
    WAVEFORM_VECTORS,
} from "../wire/mains-vectors.js"
import { describeMessage, pauseBeforeEach, testRefusals } from "./messages/describe-message.js"

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

describe("the largest message, in one run of the device", () => {
    pauseBeforeEach()
    test("a waveform of 320 samples that jump", () => {
        const codes: number[] = []
        for (let i = 0; i < 320; i++) codes.push(i % 2 === 0 ? 0 : 4095)
        const pieces = encodeWaveform(WAVEFORM_VECTORS[0].info, codes, codes, 320)
        expect(pieces.length).toBe(7)
    })
})
