/** A steady wave in codes, as a burst reads it: for tables that run on the host and on the virtual machine. */
export interface BurstWave {
    amplitude: number
    /** Turns of the fundamental per sample, and at the first one. */
    turnsPerSample: number
    startTurns: number
}

/** `sin` is the caller's: the device has its own. */
export function waveCodes(
    wave: BurstWave,
    samples: number,
    sin: (angle: number) => number
): number[] {
    const codes: number[] = []
    for (let k = 0; k < samples; k++) {
        const turns = wave.startTurns + k * wave.turnsPerSample
        codes.push(Math.floor(2048.5 + wave.amplitude * sin(2 * Math.PI * turns)))
    }
    return codes
}

/** Loads on 230 V, 50 Hz; a current of 1,000 codes is 28.49 A through a clamp of 50 A. */
export const LOADS = [
    { name: "in phase", lagTurns: 0, isReversed: false, powerW: 6552, reactiveVar: 0 },
    { name: "a third behind", lagTurns: 1 / 6, isReversed: false, powerW: 3276, reactiveVar: 5674 },
    { name: "ahead", lagTurns: -1 / 6, isReversed: false, powerW: 3276, reactiveVar: -5674 },
    { name: "giving back", lagTurns: 0.5, isReversed: false, powerW: -6552, reactiveVar: 0 },
    {
        name: "giving back, clamp turned",
        lagTurns: 0.5,
        isReversed: true,
        powerW: 6552,
        reactiveVar: 0,
    },
]

/** Peak of 230 V in codes. */
export const VOLTAGE_AMPLITUDE = 1614.5

export const MAINS_OPTIONS = {
    clampA: 50,
    hasVoltage: true,
    lineVoltageV: 230,
    isReversed: false,
    currentGain: 10000,
    voltageGain: 10000,
    phaseUs: 0,
    noiseMa: 0,
}
