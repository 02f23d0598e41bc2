/*
 * What the STPM34's registers mean in volts, amperes and watts (data sheet DS10272 Rev 8, tables 13 to
 * 17 and 39), with Meterbeat's front end: a voltage divider of 770 kOhm and 470 Ohm, and clamps that
 * give 0.4 mV an ampere, such as 2500:1 into 1 Ohm.
 */

const REFERENCE_V = 1.18
const CALIBRATOR = 0.875
const VOLTAGE_GAIN = 2
const DIVIDER = 1 + 770000 / 470
/** Mains voltage at the chip's reference. */
const RANGE_V = REFERENCE_V * DIVIDER
const CLAMP_V_PER_A = 0.0004
const SAMPLES_PER_S = 7812.5
/** Of the periods, times and delays. */
const CLOCK_HZ = 125000
/** Step of the phase correction: one cycle of the 4 MHz sampling clock. */
const PHASE_STEPS_PER_US = 4
const PHV_STEPS = 512

/** Milliseconds of one step of the sag and swell times. */
export const TIME_STEP_MS = 1000 / CLOCK_HZ
/** Milliseconds at which a sag or swell time starts again from 0. */
export const TIME_WRAP_MS = 32768 * TIME_STEP_MS
/** Seconds between two samples inside the chip. */
export const SAMPLE_S = 1 / SAMPLES_PER_S
/** Steps of a momentary voltage, which has 24 bits, in one of Vrms. */
export const MOMENTS_PER_STEP = 256
/** Of the Vrms register. */
const VRMS_V = RANGE_V / CALIBRATOR / VOLTAGE_GAIN / 32768
/** Of the Irms register at gain 2. */
const IRMS_A = REFERENCE_V / CALIBRATOR / 2 / 131072 / CLAMP_V_PER_A
/** Of the thresholds, which are peaks of ten bits where Vrms has fifteen. */
const PEAK_V = VRMS_V * 32

/** Gain field 0 to 3, for 2, 4, 8 or 16: the inputs take 300 mV of peak divided by half the gain. */
export function gainFieldOf(clampA: number): number {
    if (clampA <= 50) return 3
    if (clampA <= 100) return 2
    return clampA <= 250 ? 1 : 0
}

/** V of a step of the Vrms register; gains are 10000 for 1, since the chip's calibrators reach 12.5 % only. */
export function voltageStepOf(voltageGain: number): number {
    return (VRMS_V * voltageGain) / 10000
}

/** A of a step of the Irms register. */
export function currentStepOf(clampA: number, currentGain: number): number {
    // the gain field's gain is 2 to the field plus one
    return (IRMS_A * currentGain) / (10000 << gainFieldOf(clampA))
}

/** W of a step of power: full scale is 2^15 steps of voltage by 2^17 of current, but 2^28 of power. */
export function powerStepOf(voltageV: number, currentA: number): number {
    return voltageV * currentA * 16
}

/** Tenths of a mWh of a step of energy, which is 2^28 / 2^17 of these steps of power for one sample. */
export function energyStepOf(powerW: number): number {
    return (powerW * 2048 * 10000) / (3600 * SAMPLES_PER_S)
}

/** Register value of a sag or swell threshold. */
export function thresholdOf(rmsV: number, voltageGain: number): number {
    const value = Math.floor((rmsV * 10000 * Math.sqrt(2)) / (PEAK_V * voltageGain) + 0.5)
    return Math.min(value, 1022)
}

/** Steps of the time that a voltage may be below the threshold in normal operation. */
export function timeStepsOf(ms: number): number {
    return Math.floor((ms * CLOCK_HZ) / 1000 + 0.5)
}

/** mHz of a period register; 0 where the chip has none. */
export function frequencyMhzOf(period: number): number {
    return period === 0 ? 0 : Math.floor((CLOCK_HZ * 1000) / period + 0.5)
}

/** Tenths of a degree by which the current is behind the voltage, -1800 to 1800. */
export function angleDdegOf(delay: number, frequencyMhz: number): number {
    const turns = ((delay / CLOCK_HZ) * frequencyMhz) / 1000
    const part = turns - Math.floor(turns + 0.5)
    return Math.floor(part * 3600 + 0.5)
}

/**
 * The phase field that delays the current by a time: PHC, the lower ten bits, in quarters of a
 * microsecond; each step of PHV, two bits above them, takes 128 us away. -384 to 255 us can be had.
 */
export function phaseFieldOf(phaseUs: number): number {
    let steps = Math.floor(phaseUs * PHASE_STEPS_PER_US + 0.5)
    let phv = 0
    while (phv < 3 && steps < 0) {
        steps += PHV_STEPS
        phv++
    }
    return phv * 1024 + Math.min(Math.max(steps, 0), 1023)
}
