import { join } from "node:path"
import {
    CLAMP_LEAD_US,
    calibratedOptions,
    meanOf,
    measuredSlots,
    powerWOf,
} from "./calibrate-bench.js"
import { MainsBench, mainsSpec, USUAL_TIMING } from "./mains-bench.js"

/** An appliance of `mains-waveforms-2khz`, and its README's figures for 1.0 to 1.4 s. */
export interface RecordedAppliance {
    file: string
    powerW: number
    powerFactor: number
}

export const APPLIANCES: RecordedAppliance[] = [
    { file: "kettle.csv", powerW: 1913.9, powerFactor: 1 },
    { file: "fridge.csv", powerW: 154.8, powerFactor: 0.688 },
]

export interface RecordedResult {
    file: string
    powerPercent: number
    powerFactor: number
    powerFactorError: number
}

const SETTLE_SLOTS = 2
/**
 * The fridge's cycles fall from 606 W to 82 W within the loop, so bursts must come at every place of
 * it: it is 0.2 ms longer than eight times their 50 ms, and 100 s take them through all.
 */
const MEASURED_SLOTS = 20

/** Plays the steady span in a loop to a device with one circuit. `dataDir` is the folder of recordings. */
export function runRecorded(
    appliance: RecordedAppliance,
    dataDir: string,
    chip: number
): RecordedResult {
    const recording = {
        file: join(dataDir, "mains-waveforms-2khz", appliance.file),
        timeColumn: "t_s",
        voltageColumn: "v_V",
        currentColumn: "i_A",
        fromS: 1,
        toS: 1.4,
    }
    const spec = mainsSpec({ recording, clamp: { leadUs: CLAMP_LEAD_US } })
    const bench = new MainsBench(spec, calibratedOptions(chip), chip, {
        ...USUAL_TIMING,
        circuits: 1,
    })
    bench.runSlots(SETTLE_SLOTS)
    const slots = measuredSlots(bench, MEASURED_SLOTS)
    const powerW = meanOf(slots, powerWOf)
    const voltageV = meanOf(slots, slot => slot.voltageCv) / 100
    const currentA = Math.sqrt(meanOf(slots, slot => slot.currentMa ** 2)) / 1000
    const powerFactor = powerW / voltageV / currentA
    return {
        file: appliance.file,
        powerPercent: 100 * (powerW / appliance.powerW - 1),
        powerFactor,
        powerFactorError: powerFactor - appliance.powerFactor,
    }
}
