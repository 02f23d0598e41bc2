import { FRONT_END, Stpm34Model } from "../../sim/chips/stpm34.js"
import type { ChipSettings } from "../../src/measure/stpm34-circuit.js"
import { gainFieldOf } from "../../src/measure/stpm34-scale.js"
import { Stpm34 } from "../../src/sensors/stpm34.js"

const CLAMPS_A = [50, 100, 250, 500]
const RATIOS = [1, 10, 100, 1000, 5000, 10000]
const SECONDS = 300
const START_S = 1

/** One test point of the metering chip. */
export interface ChipRow {
    clampA: number
    gain: number
    /** Nominal current divided by the load's. */
    ratio: number
    trueW: number
    /** From the energy of five minutes. */
    measuredW: number
    errorPercent: number
    limitPercent: number
}

/** The metering chip's driver against its model: all gains over 10000:1 of current, at 230 V. */
export async function chipRows(): Promise<ChipRow[]> {
    const rows: ChipRow[] = []
    for (const clampA of CLAMPS_A)
        for (const ratio of RATIOS) rows.push(await chipRow(clampA, ratio))
    return rows
}

async function chipRow(clampA: number, ratio: number): Promise<ChipRow> {
    const circuit = circuitOf(clampA)
    const model = new Stpm34Model(FRONT_END)
    model.set(1, { voltageV: 230, currentA: clampA / ratio, angleDeg: 0, frequencyHz: 50 })
    const transfer = async (_chip: number, write: Buffer) => Buffer.from(model.transfer(write))
    const chip = new Stpm34({ transfer }, 1, [0], [circuit], () => undefined)
    await chip.start()
    for (let second = START_S; second <= START_S + SECONDS; second++) {
        model.advance(second * 1e6)
        await chip.poll(second * 1000)
    }
    const trueW = (230 * clampA) / ratio
    const measuredW =
        ((chip.circuits[0].closeSlot(SECONDS * 1000)?.energyIn ?? 0) * 1e-4 * 3600) / SECONDS
    const gain = 2 ** (1 + gainFieldOf(clampA))
    const errorPercent = (measuredW / trueW - 1) * 100
    const limitPercent = ratio <= 5000 ? 0.1 : 0.5
    return { clampA, gain, ratio, trueW, measuredW, errorPercent, limitPercent }
}

function circuitOf(clampA: number): ChipSettings {
    return {
        input: 1,
        clampA,
        phaseGroup: 0,
        isReversed: false,
        currentGain: 10000,
        voltageGain: 10000,
        phaseUs: 0,
        sagPercent: 0,
        swellPercent: 0,
        nominalV: 230,
    }
}
