import { describe, expect, test } from "vitest"
import { CHANNEL_BYTES, fieldsOf } from "../../src/wire/channel-fields.js"
import { CHANNEL_KINDS, standardChannel } from "../../src/wire/channels.js"
import { MAX_DOWNLINK_BYTES, MAX_SETTINGS_BYTES, TOPIC_BYTES } from "../../src/wire/limits.js"
import {
    builtInSettings,
    decodeSettings,
    encodeSettings,
    settingsSize,
} from "../../src/wire/settings.js"
import { decodeSettingsAnswer, encodeSettingsAnswer } from "../../src/wire/settings-answer.js"
import { heapBytes } from "../../src/wire/settings-heap.js"
import { validateSettings } from "../../src/wire/settings-rules.js"
import { BAD_SETTINGS } from "./bad-settings.js"
import { SettingsFuzz } from "./settings-fuzz.js"
import {
    disc,
    fullHouse,
    GOOD_SETTINGS,
    light,
    MALFORMED_SETTINGS,
    magnet,
    pulse,
    S3_PINS,
    SETTINGS_VECTORS,
    tenCircuits,
} from "./settings-vectors.js"

describe("settings", () => {
    test.each(SETTINGS_VECTORS)("$name", ({ settings, hex }) => {
        expect(encodeSettings(settings()).toString("hex")).toBe(hex)
        expect(decodeSettings(Buffer.from(hex, "hex"))).toEqual(settings())
    })

    test.each(MALFORMED_SETTINGS)("refuses '$hex': $reason", ({ hex, reason }) => {
        expect(decodeSettings(Buffer.from(hex, "hex"))).toBe(reason)
    })

    test.each([
        ["4", "settings: flashMinutes must be 5 to 60"],
        ["61", "settings: flashMinutes must be 5 to 60"],
    ])("refuses %s minutes between writes to flash", (minutes, reason) => {
        const settings = { ...builtInSettings(), flashMinutes: Number(minutes) }
        expect(decodeSettings(encodeSettings(settings))).toBe(reason)
    })

    test("settings that an older program kept in flash have the standard interval", () => {
        const bytes = encodeSettings({ ...builtInSettings(), flashMinutes: 30 })
        expect(decodeSettings(bytes.subarray(0, bytes.length - 1))).toMatchObject({
            flashMinutes: 10,
        })
    })

    test.each(GOOD_SETTINGS)(
        "takes $name, and nothing is lost on the way",
        ({ channels, board = S3_PINS }) => {
            const settings = { version: 1, channels: channels(), flashMinutes: 10 }
            expect(validateSettings(settings.channels, board)).toBeUndefined()
            const bytes = encodeSettings(settings)
            expect(bytes).toHaveLength(settingsSize(settings.channels))
            expect(decodeSettings(bytes)).toEqual(settings)
        }
    )

    test.each(BAD_SETTINGS)("refuses: $sentence", ({ channels, board = S3_PINS, sentence }) => {
        expect(validateSettings(channels(), board)).toBe(sentence)
        expect(sentence.length).toBeLessThanOrEqual(120)
    })

    test.each(CHANNEL_KINDS)("the table of kind %s tells its size", name => {
        const kind = CHANNEL_KINDS.indexOf(name)
        let bits = 8
        for (const { min, max, step, bits: needed } of fieldsOf(kind)) {
            expect(2 ** needed).toBeGreaterThan((max - min) / step)
            expect(2 ** (needed - 1)).toBeLessThanOrEqual((max - min) / step)
            bits += needed
        }
        expect(CHANNEL_BYTES[kind]).toBe(Math.ceil(bits / 8))
    })

    test("what a board counts untouched is valid on the smallest board", () => {
        const { channels } = builtInSettings()
        const smallest = { analogPins: 5, digitalPins: 4, hasClamps: false, hasChips: false }
        expect(validateSettings(channels, smallest)).toBeUndefined()
    })

    test("channels take memory by their kinds, and none while they are off", () => {
        expect(heapBytes(fullHouse())).toBe(9 * 600 + 3000)
        expect(heapBytes(tenCircuits())).toBe(10 * 600 + 5 * 400)
        const mixed = [light({}), pulse({}), magnet({ pin: 2, isDigital: 1 }), disc({ pin: 3 })]
        expect(heapBytes(mixed)).toBe(2 * 600)
        expect(heapBytes(fullHouse().map(one => ({ ...one, isEnabled: false })))).toBe(0)
    })

    test("the fullest house and the longest settings fit into message and flash", () => {
        expect(settingsSize(fullHouse())).toBe(150)
        expect(MAX_SETTINGS_BYTES).toBeLessThanOrEqual(MAX_DOWNLINK_BYTES - TOPIC_BYTES)
        const channels = Array(16).fill(standardChannel(4, 1))
        expect(() => encodeSettings({ version: 1, channels, flashMinutes: 10 })).toThrow(
            new RangeError("settings: 231 bytes, at most 208 fit: remove a channel")
        )
        expect(decodeSettings(Buffer.alloc(209, 1))).toBe(
            "settings: 209 bytes, at most 208 fit: remove a channel"
        )
    })

    test("10,000 random and damaged frames are taken or refused with a reason", () => {
        const fuzz = new SettingsFuzz()
        while (fuzz.prepare());
        for (let i = 0; i < 10_000; i++) fuzz.next()
        expect(fuzz.failure).toBeUndefined()
        expect(fuzz.accepted + fuzz.refused).toBe(10_000)
        expect(fuzz.accepted).toBeGreaterThan(1000)
        expect(fuzz.refused).toBeGreaterThan(3000)
    })

    test("a reason that is too long is cut off", () => {
        const answer = { bootId: 1, triedVersion: 2, versionInForce: 1, reason: "x".repeat(200) }
        expect(decodeSettingsAnswer(encodeSettingsAnswer(answer))).toEqual({
            ...answer,
            reason: "x".repeat(120),
        })
    })
})
