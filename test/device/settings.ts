import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { decodeSettings, encodeSettings } from "../../src/wire/settings.js"
import { decodeSettingsAnswer, encodeSettingsAnswer } from "../../src/wire/settings-answer.js"
import { validateSettings } from "../../src/wire/settings-rules.js"
import { BAD_SETTINGS } from "../wire/bad-settings.js"
import { isSame } from "../wire/same.js"
import { SettingsFuzz } from "../wire/settings-fuzz.js"
import {
    ANSWER_VECTORS,
    GOOD_SETTINGS,
    MALFORMED_ANSWERS,
    MALFORMED_SETTINGS,
    S3_PINS,
    SETTINGS_VECTORS,
} from "../wire/settings-vectors.js"

/** A pause before each test, since the runtime ends a program that runs on without one. */
function pauseBeforeEach(): void {
    beforeEach(async () => {
        await ds.sleep(1)
    })
}

describe("settings", () => {
    pauseBeforeEach()
    SETTINGS_VECTORS.forEach(vector => {
        test(vector.name, () => {
            expect(encodeSettings(vector.settings()).toString("hex")).toBe(vector.hex)
            const decoded = decodeSettings(Buffer.from(vector.hex, "hex"))
            expect(isSame(decoded, vector.settings())).toBe(true)
        })
    })
    MALFORMED_SETTINGS.forEach(bad => {
        test(`refuses ${bad.hex}`, () => {
            expect(`${decodeSettings(Buffer.from(bad.hex, "hex"))}`).toBe(bad.reason)
        })
    })
    GOOD_SETTINGS.forEach(good => {
        test(`takes ${good.name}`, () => {
            const settings = { version: 1, channels: good.channels(), flashMinutes: 10 }
            const board = good.board ?? S3_PINS
            expect(`${validateSettings(settings.channels, board)}`).toBe("undefined")
            expect(isSame(decodeSettings(encodeSettings(settings)), settings)).toBe(true)
        })
    })
    BAD_SETTINGS.forEach(bad => {
        test(`refuses: ${bad.sentence}`, () => {
            const board = bad.board ?? S3_PINS
            expect(`${validateSettings(bad.channels(), board)}`).toBe(bad.sentence)
        })
    })
    test("10,000 random and damaged frames are taken or refused with a reason", async () => {
        const fuzz = new SettingsFuzz()
        while (fuzz.prepare()) await ds.sleep(0)
        for (let i = 0; i < 10000; i++) {
            fuzz.next()
            await ds.sleep(0)
        }
        expect(`${fuzz.failure}`).toBe("undefined")
        expect(fuzz.accepted + fuzz.refused).toBe(10000)
        expect(fuzz.accepted > 1000).toBe(true)
    })
})

describe("settings answer", () => {
    pauseBeforeEach()
    ANSWER_VECTORS.forEach(vector => {
        test(vector.name, () => {
            expect(encodeSettingsAnswer(vector.message).toString("hex")).toBe(vector.hex)
            const decoded = decodeSettingsAnswer(Buffer.from(vector.hex, "hex"))
            expect(isSame(decoded, vector.message)).toBe(true)
        })
    })
    MALFORMED_ANSWERS.forEach(bad => {
        test(`refuses ${bad.hex}`, () => {
            expect(`${decodeSettingsAnswer(Buffer.from(bad.hex, "hex"))}`).toBe(bad.reason)
        })
    })
})
