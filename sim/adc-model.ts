import { z } from "zod"
import { gaussianAt, hash32 } from "./random.js"

/** What differs from a perfect converter; the defaults are an ESP32's. */
export const adcModelSchema = z.strictObject({
    noiseLsb: z.number().min(0).max(100).default(3),
    nonlinearLsb: z.number().min(0).max(100).default(12),
    gainErrorPercent: z.number().min(0).max(20).default(6),
})

export type AdcModelSpec = z.output<typeof adcModelSchema>

/** The ADC of one chip: what the seed decides is the same for all its pins and never changes. */
export interface AdcChip {
    noiseLsb: number
    /** Added at 0 mV and at full scale, in codes. */
    lowEndLsb: number
    highEndLsb: number
    /** Codes per mV, of what they should be. */
    gain: number
    noiseKey: number
}

const HIGHEST_CODE = 4095
const FULL_SCALE_MV = 3300
const TWO_POW_32 = 4294967296

/** Draws a chip: gain evenly within its limits, each end bent up or down by all of `nonlinearLsb`. */
export function adcChip(spec: AdcModelSpec, seed: number): AdcChip {
    const share = (hash32(seed, 1) / TWO_POW_32) * 2 - 1
    const signs = hash32(seed, 2)
    return {
        noiseLsb: spec.noiseLsb,
        lowEndLsb: signs & 1 ? spec.nonlinearLsb : -spec.nonlinearLsb,
        highEndLsb: signs & 2 ? spec.nonlinearLsb : -spec.nonlinearLsb,
        gain: 1 + (share * spec.gainErrorPercent) / 100,
        noiseKey: hash32(seed, 3),
    }
}

/**
 * The code, 0 to 4095, of a voltage read at an instant: with x = 4095 * mv / 3300 * gain and
 * u = x / 2047.5 - 1, it is x + end * |u|^3 + noise, rounded; `end` is the low end's for u below 0.
 * The noise belongs to chip and instant (1 us grain).
 */
export function adcCode(mv: number, atMs: number, chip: AdcChip): number {
    const ideal = Math.min(HIGHEST_CODE, (HIGHEST_CODE * mv * chip.gain) / FULL_SCALE_MV)
    const off = Math.max(-1, ideal / (HIGHEST_CODE / 2) - 1)
    const bend = Math.abs(off * off * off) * (off < 0 ? chip.lowEndLsb : chip.highEndLsb)
    const noise = chip.noiseLsb > 0 ? chip.noiseLsb * gaussianAt(chip.noiseKey, atMs) : 0
    return Math.min(HIGHEST_CODE, Math.max(0, Math.round(ideal + bend + noise)))
}

/** The same as mV, as the firmware sees it: codes taken at their nominal worth. */
export function readMv(mv: number, atMs: number, chip: AdcChip): number {
    return (adcCode(mv, atMs, chip) * FULL_SCALE_MV) / HIGHEST_CODE
}
