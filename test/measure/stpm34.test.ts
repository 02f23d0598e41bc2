import { describe, expect, test } from "vitest"
import { ChipEnergy } from "../../src/measure/stpm34-energy.js"
import {
    crcOf,
    fieldOf,
    isAnswerGood,
    readFrames,
    rowOf,
    signedOf,
} from "../../src/measure/stpm34-frame.js"
import { rmsOfMoment } from "../../src/measure/stpm34-moment.js"
import {
    currentStepOf,
    gainFieldOf,
    phaseFieldOf,
    powerStepOf,
    thresholdOf,
    voltageStepOf,
} from "../../src/measure/stpm34-scale.js"
import { ENERGY_STEPS, FRAMES, MOMENTS, SCALES } from "./stpm34-tables.js"

test.each(FRAMES)("CRC of %s", (hex, crc) => {
    expect(crcOf(Buffer.from(hex, "hex"), 0)).toBe(crc)
})

test("a question is the addresses, then one empty frame", () => {
    expect(readFrames([0x48, 0x5c]).toString("hex")).toBe(
        ["48ffffffd5", "5cffffff08", "fffffffff3"].map(withCrc).join("")
    )
})

describe("an answer", () => {
    const answer = Buffer.from(
        ["0000000000", "efbeadde00", "ffffffff00"].map(withCrc).join(""),
        "hex"
    )

    test("is read by rows and bits", () => {
        expect(isAnswerGood(answer, 2)).toBe(true)
        expect(rowOf(answer, 0)).toBe(0xdeadbeef)
        expect(fieldOf(answer, 0, 32768, 131072)).toBe(0xdeadbeef >>> 15)
        expect(signedOf(answer, 1, 16777216)).toBe(-1)
    })

    test("is refused with any bit of a row flipped, or cut short", () => {
        for (let bit = 40; bit < 120; bit++) {
            const spoiled = Buffer.from(answer)
            spoiled[bit >> 3] ^= 1 << (bit & 7)
            expect(isAnswerGood(spoiled, 2)).toBe(false)
        }
        expect(isAnswerGood(answer.subarray(0, 10), 2)).toBe(false)
    })
})

test.each(SCALES)("a clamp of %i A has gain field %i", (clampA, gain, currentUa, powerUw) => {
    expect(gainFieldOf(clampA)).toBe(gain)
    const currentA = currentStepOf(clampA, 10000)
    expect(Math.round(currentA * 1e6)).toBe(currentUa)
    expect(Math.round(powerStepOf(voltageStepOf(10000), currentA) * 1e6)).toBe(powerUw)
})

test("thresholds are the data sheet's, and never switch a comparison off", () => {
    expect(thresholdOf(207, 10000)).toBe(271)
    expect(thresholdOf(253, 10000)).toBe(331)
    expect(thresholdOf(2000, 10000)).toBe(1022)
})

test("phase fields delay by quarters of a microsecond, voltage steps take 128 us off", () => {
    expect(phaseFieldOf(0)).toBe(0)
    expect(phaseFieldOf(10)).toBe(40)
    expect(phaseFieldOf(-10)).toBe(472 + 1 * 1024)
    expect(phaseFieldOf(-384)).toBe(0 + 3 * 1024)
    expect(phaseFieldOf(-2000)).toBe(0 + 3 * 1024)
    expect(phaseFieldOf(2000)).toBe(1023)
})

test.each(ENERGY_STEPS)("energy %s", (_name, readings, perStep, inSum, outSum) => {
    const energy = new ChipEnergy()
    for (const reading of readings) energy.addEnergy(reading, perStep)
    expect([energy.takeIn(), energy.takeOut()]).toEqual([inSum, outSum])
})

test("a remainder is carried, so that a million slots do not drift", () => {
    const energy = new ChipEnergy()
    energy.addEnergy(0, 0.3)
    let sum = 0
    for (let i = 1; i <= 1_000_000; i++) {
        energy.addEnergy(i, 0.3)
        sum += energy.takeIn()
    }
    expect(Math.abs(sum - 300_000)).toBeLessThanOrEqual(1)
})

test.each(MOMENTS)("Vrms of three samples, %s", (_name, samples, centivolts) => {
    const rms = rmsOfMoment(samples, 256e-6, 50, 230)
    expect(rms === undefined ? -1 : Math.round(rms * 100)).toBe(centivolts)
})

/** Puts the right CRC at the end of a frame. */
function withCrc(hex: string): string {
    const frame = Buffer.from(hex, "hex")
    frame[4] = crcOf(frame, 0)
    return frame.toString("hex")
}
