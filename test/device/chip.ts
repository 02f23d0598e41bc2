import { describe, expect, test } from "@devicescript/test"
import { ChipEnergy } from "../../src/measure/stpm34-energy"
import { ChipVoltage } from "../../src/measure/stpm34-events"
import {
    crcOf,
    fieldOf,
    isAnswerGood,
    readFrames,
    rowOf,
    signedOf,
} from "../../src/measure/stpm34-frame"
import { rmsOfMoment } from "../../src/measure/stpm34-moment"
import {
    currentStepOf,
    gainFieldOf,
    phaseFieldOf,
    powerStepOf,
    thresholdOf,
    voltageStepOf,
} from "../../src/measure/stpm34-scale"
import { ChipRound } from "../../src/sensors/chip-round"
import { Stpm34 } from "../../src/sensors/stpm34"
import { ENERGY_STEPS, FRAMES, MOMENTS, SCALES } from "../measure/stpm34-tables"

const CIRCUIT = {
    input: 1,
    clampA: 50,
    phaseGroup: 0,
    isReversed: false,
    currentGain: 10000,
    voltageGain: 10000,
    phaseUs: 0,
    sagPercent: 90,
    swellPercent: 110,
    nominalV: 230,
}
/** DSP_CR3 while measuring: auto latch, 12 ms. */
const CONTROL = [0xdc, 0x05, 0x80, 0x00]

describe("metering chip", () => {
    test("frames", () => {
        for (const row of FRAMES) expect(crcOf(Buffer.from(row[0], "hex"), 0)).toBe(row[1])
        const question = readFrames([0x48])
        expect(question.length).toBe(10)
        expect(question[0]).toBe(0x48)
        const answer = Buffer.from("0000000000efbeadde00", "hex")
        answer[9] = crcOf(answer, 5)
        expect(isAnswerGood(answer, 1)).toBe(true)
        expect(fieldOf(answer, 0, 32768, 131072)).toBe(114011)
        expect(rowOf(answer, 0)).toBe(3735928559)
        expect(signedOf(answer, 0, 16777216)).toBe(-5390609)
        answer[6] = 0
        expect(isAnswerGood(answer, 1)).toBe(false)
    })
    test("scales", () => {
        for (const row of SCALES) {
            expect(gainFieldOf(row[0])).toBe(row[1])
            const currentA = currentStepOf(row[0], 10000)
            expect(Math.floor(currentA * 1000000 + 0.5)).toBe(row[2])
            const powerW = powerStepOf(voltageStepOf(10000), currentA)
            expect(Math.floor(powerW * 1000000 + 0.5)).toBe(row[3])
        }
        expect(thresholdOf(207, 10000)).toBe(271)
        expect(phaseFieldOf(-10)).toBe(1496)
    })
    test("energies", () => {
        for (const row of ENERGY_STEPS) {
            const energy = new ChipEnergy()
            for (const reading of row[1]) energy.addEnergy(reading, row[2])
            expect(energy.takeIn()).toBe(row[3])
            expect(energy.takeOut()).toBe(row[4])
        }
    })
    test("voltages of a moment", () => {
        for (const row of MOMENTS) {
            const rms = rmsOfMoment(row[1], 0.000256, 50, 230)
            expect(rms === undefined ? -1 : Math.floor(rms * 100 + 0.5)).toBe(row[2])
        }
    })
    test("a sag", () => {
        const voltage = new ChipVoltage(20700, 25300)
        const quiet = { nowMs: 0, sagBits: 0, swellBits: 0, sagTime: 0, voltageCv: 23000 }
        expect(voltage.add(quiet) === undefined).toBe(true)
        voltage.add({ nowMs: 20, sagBits: 1, swellBits: 0, sagTime: 2000, voltageCv: 9200 })
        const event = voltage.add({ ...quiet, nowMs: 30, sagBits: 2, sagTime: 2750 })
        expect(event.code).toBe(10)
        expect(event.durationMs).toBe(20)
        expect(event.valueCv).toBe(9200)
    })
    test("the driver on a bus", async () => {
        const bus = { transfer: echo }
        const driver = new Stpm34(bus, 1, [0], [CIRCUIT], ignore)
        await driver.start()
        await driver.poll(1000)
        await driver.poll(2000)
        await driver.watch(2010)
        const slot = driver.circuits[0].closeSlot(5000)
        expect(driver.badAnswers).toBe(0)
        expect(slot.energyIn).toBe(0)
        expect(slot.currentMa > 0).toBe(true)
    })
    test("a silent chip beside another", async () => {
        const chips = [
            new Stpm34({ transfer: silence }, 1, [0], [CIRCUIT], ignore),
            new Stpm34({ transfer: echo }, 2, [1], [CIRCUIT], ignore),
        ]
        const told: string[] = []
        const round = new ChipRound((_chip, reason) => told.push(reason))
        round.chips = chips
        await round.step(10)
        await round.step(20)
        expect(told.length).toBe(1)
        expect(chips[0].isSilent).toBe(true)
        expect(chips[1].circuits[0].closeSlot(5000) === undefined).toBe(true)
        await round.step(100)
        expect(chips[1].circuits[0].closeSlot(5000) === undefined).toBe(false)
    })
})

function ignore(): void {}

/** A bus without chips. */
async function silence(_chip: number, write: Buffer): Promise<Buffer> {
    return Buffer.alloc(write.length)
}

/** A chip of which every row is the control row. */
async function echo(_chip: number, write: Buffer): Promise<Buffer> {
    const answer = Buffer.alloc(write.length)
    for (let at = 0; at < write.length; at += 5) {
        for (let i = 0; i < 4; i++) answer[at + i] = CONTROL[i]
        answer[at + 4] = crcOf(answer, at)
    }
    return answer
}
