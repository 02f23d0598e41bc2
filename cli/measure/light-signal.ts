import { gaussianAt, type Random, uniformAt } from "../../sim/random.js"

export const LIGHT_FULL_SCALE_MV = 3300
export const SAMPLE_MS = 10
export const SLOT_MS = 5000
const ADC_MAX = 4095
/** Level of a flash on top of the dark idle light, the same for every contrast. */
const FLASH_LEVEL_MV = 1400
const LEAD_IN_MS = 2000
const RAMP_MS = 180_000
const HOLD_MS = 30_000

export type Ambient = "steady" | "ramp" | "flicker"
/** Even noise stays within its amplitude, as the flicker does; normal noise has no largest value. */
export type NoiseShape = "even" | "normal"

/** One combination of light conditions. */
export interface LightConditions {
    /** Flash level to idle level, without daylight. */
    contrast: number
    noiseShape: NoiseShape
    /** Amplitude of even noise, standard deviation of normal noise, as a part of the flash's height. */
    noise: number
    ambient: Ambient
    flashMs: number
    flashesPerHour: number
    durationMs: number
    /** Frequency of the lamp, in a cell with flicker. */
    lampHz?: number
}

/** What a sensor sees under these conditions, to be read at rising times. */
export class LightSignal {
    readonly flashBeginsMs: number[]
    readonly heightMv: number
    private readonly idleMv: number
    private readonly noiseMv: number
    private readonly noiseKey: number
    private readonly noiseAt: (key: number, atMs: number) => number
    private readonly flickerPerMs: number
    private next = 0

    constructor(
        private readonly conditions: LightConditions,
        random: Random
    ) {
        this.idleMv = FLASH_LEVEL_MV / conditions.contrast
        this.heightMv = FLASH_LEVEL_MV - this.idleMv
        this.noiseMv = conditions.noise * this.heightMv
        this.noiseAt = conditions.noiseShape === "even" ? uniformAt : gaussianAt
        this.noiseKey = random.fork("noise").nextBits()
        const spreadHz = random.fork("lamp").between(-0.06, 0.06)
        this.flickerPerMs = ((conditions.lampHz ?? 100) + spreadHz) / 1000
        this.flashBeginsMs = flashTimes(conditions, random.fork("flashes"))
    }

    /** Light without flash and noise, in mV; above full scale the sensor is blind. */
    idleAt(atMs: number): number {
        const { ambient } = this.conditions
        if (ambient === "ramp") return this.idleMv + daylightAt(atMs)
        if (ambient === "flicker") {
            const phase = 2 * Math.PI * atMs * this.flickerPerMs
            return this.idleMv + (this.heightMv / 4) * (1 - Math.cos(phase))
        }
        return this.idleMv
    }

    /** What the ADC reads. */
    readMv(atMs: number, idleMv: number): number {
        const { flashBeginsMs } = this
        const { flashMs } = this.conditions
        while (this.next < flashBeginsMs.length && flashBeginsMs[this.next] + flashMs <= atMs)
            this.next++
        let mv = idleMv
        if (this.next < flashBeginsMs.length && flashBeginsMs[this.next] <= atMs)
            mv += this.heightMv
        if (this.noiseMv > 0) mv += this.noiseMv * this.noiseAt(this.noiseKey, atMs)
        const part = Math.min(1, Math.max(0, mv / LIGHT_FULL_SCALE_MV))
        return (Math.round(part * ADC_MAX) * LIGHT_FULL_SCALE_MV) / ADC_MAX
    }
}

function flashTimes(conditions: LightConditions, random: Random): number[] {
    const { flashesPerHour, flashMs, durationMs } = conditions
    const periodMs = 3_600_000 / flashesPerHour
    // never closer than 25 ms; a period that no multiple of the sampler's hides anything in
    const jitterMs = Math.max(0, Math.min(periodMs * 0.3, periodMs - flashMs - 25.1))
    const times: number[] = []
    let slotMs = LEAD_IN_MS + random.next() * periodMs * 0.5
    while (slotMs + jitterMs + flashMs < durationMs - 1000) {
        times.push(slotMs + random.next() * jitterMs)
        slotMs += periodMs * 1.0007
    }
    return times
}

/** Dark, up to saturation, blind for a while, and back. */
function daylightAt(atMs: number): number {
    const inCycleMs = atMs % (2 * (RAMP_MS + HOLD_MS))
    const top = LIGHT_FULL_SCALE_MV + 100
    if (inCycleMs < HOLD_MS) return 0
    if (inCycleMs < HOLD_MS + RAMP_MS) return (top * (inCycleMs - HOLD_MS)) / RAMP_MS
    if (inCycleMs < 2 * HOLD_MS + RAMP_MS) return top
    return (top * (2 * (RAMP_MS + HOLD_MS) - inCycleMs)) / RAMP_MS
}
