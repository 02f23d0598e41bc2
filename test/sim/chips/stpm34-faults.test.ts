import { describe, expect, test } from "vitest"
import { FRONT_END } from "../../../sim/chips/stpm34.js"
import type { ChipSettings } from "../../../src/measure/stpm34-circuit.js"
import { ChipRound } from "../../../src/sensors/chip-round.js"
import { ChipHome, CIRCUIT } from "./chip-home.js"

const LOAD = { voltageV: 230, currentA: 10, angleDeg: 60, frequencyHz: 50 }

async function slotOf(circuit: ChipSettings, signal = LOAD, frontEnd = FRONT_END) {
    const home = new ChipHome([circuit], frontEnd)
    home.model.set(circuit.input, signal)
    await home.driver.start()
    home.model.settle()
    await home.pollUntil(1000)
    home.takeSlot(circuit.input)
    await home.pollUntil(6000)
    return home.takeSlot(circuit.input)
}

describe("a slot of the metering chip", () => {
    for (const input of [1, 2])
        test(`has every quantity, input ${input}`, async () => {
            const slot = await slotOf({ ...CIRCUIT, input, sagPercent: 0, swellPercent: 0 })
            // 1150 W for 5 s are 15972 tenths of a mWh
            expect(slot?.energyIn).toBeGreaterThan(15965)
            expect(slot?.energyIn).toBeLessThan(15980)
            expect(slot?.energyOut).toBe(0)
            expect(slot?.reactiveDvar).toBeGreaterThan(19910)
            expect(slot?.reactiveDvar).toBeLessThan(19926)
            expect(slot?.voltageCv).toBeGreaterThan(22993)
            expect(slot?.voltageCv).toBeLessThan(23001)
            expect(slot?.currentMa).toBeGreaterThan(9994)
            expect(slot?.currentMa).toBeLessThan(10001)
            expect(slot?.frequencyMhz).toBe(50000)
            expect(Math.abs((slot?.angleDdeg ?? 0) - 600)).toBeLessThanOrEqual(2)
            expect(slot?.shareTenths).toBe(255)
            expect(slot?.isApparent).toBe(false)
        })

    test("of a reversed clamp has the other sign", async () => {
        const slot = await slotOf({ ...CIRCUIT, isReversed: true })
        expect(slot?.energyIn).toBe(0)
        expect(slot?.energyOut).toBeGreaterThan(15965)
        expect(slot?.reactiveDvar).toBeLessThan(-19900)
        expect(Math.abs((slot?.angleDdeg ?? 0) + 1200)).toBeLessThanOrEqual(2)
    })

    test.each([-380, -200, -3, 40, 250])(
        "is right at PF 0.5 with a clamp early by %i us",
        async us => {
            const circuit = { ...CIRCUIT, phaseUs: us, currentGain: 11000, voltageGain: 9700 }
            const errors = { voltageError: 1 / 0.97, currentError: 1 / 1.1, clampEarlyUs: us }
            const slot = await slotOf(circuit, LOAD, { ...FRONT_END, ...errors })
            expect(Math.abs((slot?.energyIn ?? 0) / 15972.2 - 1)).toBeLessThan(0.001)
            expect(Math.abs((slot?.voltageCv ?? 0) - 23000)).toBeLessThan(10)
        }
    )
})

describe("a metering chip with a bad bus", () => {
    test("is asked again, and no spoiled answer becomes a value", async () => {
        const home = new ChipHome([CIRCUIT])
        home.model.set(1, LOAD)
        await home.driver.start()
        home.model.settle()
        await home.pollUntil(1000)
        home.takeSlot(1)
        for (let second = 2; second <= 6; second++) {
            home.model.spoil = second % 3
            await home.pollUntil(second * 1000)
        }
        expect(home.driver.badAnswers).toBe(2)
        const slot = home.takeSlot(1)
        expect(Math.abs((slot?.energyIn ?? 0) - 15972)).toBeLessThan(10)
        expect(home.events).toEqual([])
    })

    test("fails with a sentence if it is silent", async () => {
        const home = new ChipHome([CIRCUIT])
        home.model.isSilent = true
        await expect(home.driver.start()).rejects.toThrow("metering chip 1 does not answer")
        expect(home.driver.badAnswers).toBe(3)
    })

    test("is set up again after it lost its settings, and its energy does not jump", async () => {
        const home = new ChipHome([CIRCUIT])
        home.model.set(1, LOAD)
        await home.driver.start()
        await home.pollUntil(3000)
        home.takeSlot(1)
        home.model.powerCycle()
        await home.pollUntil(8000)
        const slot = home.takeSlot(1)
        // the seconds before the reset, around it and the first reading after it are not counted
        expect(slot?.energyIn).toBeGreaterThan(9000)
        expect(slot?.energyIn).toBeLessThan(15973)
    })
})

test("two circuits of a chip keep apart, and a load that feeds back is counted out", async () => {
    const home = new ChipHome([
        { ...CIRCUIT, sagPercent: 0 },
        { ...CIRCUIT, input: 2, clampA: 500, sagPercent: 0 },
    ])
    home.model.set(1, { ...LOAD, currentA: 50, angleDeg: 0 })
    home.model.set(2, { ...LOAD, currentA: 500, angleDeg: 180 })
    await home.driver.start()
    await home.pollUntil(1000)
    home.takeSlot(1)
    home.takeSlot(2)
    let inWh = 0
    let outWh = 0
    for (let slot = 1; slot <= 720; slot++) {
        await home.pollUntil(1000 + slot * 5000)
        inWh += (home.takeSlot(1)?.energyIn ?? 0) * 1e-4
        outWh += (home.takeSlot(2)?.energyOut ?? 0) * 1e-4
    }
    // an hour: the registers wrapped 42 and 53 times
    expect(Math.abs(inWh / 11500 - 1)).toBeLessThan(1e-6)
    expect(Math.abs(outWh / 115000 - 1)).toBeLessThan(1e-6)
})

test("overload and a frequency out of range are told once, when over", async () => {
    const home = new ChipHome([{ ...CIRCUIT, sagPercent: 0, swellPercent: 0 }])
    home.model.set(1, LOAD)
    await home.driver.start()
    await home.pollUntil(2000)
    home.model.set(1, { ...LOAD, currentA: 51, frequencyHz: 44 })
    await home.pollUntil(8000)
    home.model.set(1, LOAD)
    await home.pollUntil(12000)
    expect(home.events.map(event => event.code)).toEqual([13, 12])
    const [overload, frequency] = home.events
    expect(Math.abs(frequency.valueCv - 44000)).toBeLessThan(20)
    expect(Math.abs(overload.valueCv - 51000)).toBeLessThan(20)
    expect(frequency.durationMs).toBe(6000)
})

test("of five chips a silent one is told once and tried again, and the others go on", async () => {
    const homes = [1, 2, 3, 4, 5].map(() => new ChipHome([CIRCUIT]))
    const told: (string | undefined)[] = []
    const round = new ChipRound((chip, reason) => {
        expect(chip).toBe(homes[2].driver)
        told.push(reason)
    })
    round.chips = homes.map(home => home.driver)
    for (const home of homes) home.model.set(1, LOAD)
    const stepTo = async (fromMs: number, toMs: number) => {
        for (let ms = fromMs + 10; ms <= toMs; ms += 10) {
            for (const { model } of homes) if (model.nowUs < ms * 1000) model.advance(ms * 1000)
            await round.step(ms)
        }
        return homes.map(home => home.takeSlot(1)?.energyIn)
    }
    await stepTo(0, 5000)
    homes[2].model.isSilent = true
    await stepTo(5000, 10_000)
    for (let slotMs = 10_000; slotMs < 35_000; slotMs += 5000) {
        const energies = await stepTo(slotMs, slotMs + 5000)
        for (const i of [0, 1, 3, 4]) expect(Math.abs((energies[i] ?? 0) - 15_972)).toBeLessThan(10)
        expect(energies[2]).toBeUndefined()
        expect(told).toEqual(["metering chip 1 does not answer"])
    }
    homes[2].model.isSilent = false
    homes[2].model.powerCycle()
    await stepTo(35_000, 40_000)
    expect(told).toEqual(["metering chip 1 does not answer", undefined])
    // its energy begins anew, so what it was before must not count
    await stepTo(40_000, 45_000)
    for (let slotMs = 45_000; slotMs < 60_000; slotMs += 5000)
        for (const energy of await stepTo(slotMs, slotMs + 5000))
            expect(Math.abs((energy ?? 0) - 15_972)).toBeLessThan(10)
    expect(homes.flatMap(home => home.events)).toEqual([])
})

test("a sag is still told once when every third answer is spoiled", async () => {
    const home = new ChipHome([CIRCUIT])
    home.model.set(1, LOAD)
    await home.driver.start()
    home.model.settle()
    await home.watchUntil(1500)
    home.model.set(1, { ...LOAD, voltageV: 92 }, 1_600_000)
    home.model.set(1, LOAD, 1_750_000)
    for (let ms = 1510; ms <= 2500; ms += 10) {
        home.model.spoil = ms % 30 === 0 ? 16 : 0
        await home.watchUntil(ms)
    }
    expect(home.events.map(event => event.code)).toEqual([10])
    expect(Math.abs(home.events[0].durationMs - 150)).toBeLessThan(20)
    expect(Math.abs(home.events[0].valueCv - 9200)).toBeLessThan(10)
    expect(home.driver.badAnswers).toBeGreaterThan(2)
})
