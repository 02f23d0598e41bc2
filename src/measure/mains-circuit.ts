import { BurstSums } from "./burst-sums.js"
import type { MainsClock } from "./mains-clock.js"
import { atan2 } from "./trig.js"

export interface CircuitOptions {
    /** Nominal current of the clamp in A, which gives 1,000 mV. */
    clampA: number
    hasVoltage: boolean
    /** Stands for the voltage where there is no input. */
    lineVoltageV: number
    isReversed: boolean
    /** 10,000 is 1. */
    currentGain: number
    voltageGain: number
    /** By how much the clamp shifts the current ahead. */
    phaseUs: number
    /** Rms noise of the current; 0 learns it. */
    noiseMa: number
}

/** What a circuit did in a slot: as MainsSlot on the wire. */
export interface CircuitSlot {
    /** In 0.1 mWh. */
    energyIn: number
    energyOut: number
    /** Of the fundamentals, in 0.1 var; above 0 when the current is behind the voltage. */
    reactiveDvar: number
    /** In 0.01 V. */
    voltageCv: number
    currentMa: number
    /** In mHz; 0 is unknown. */
    frequencyMhz: number
    /** Of the fundamental current behind the voltage, in 0.1 degree. */
    angleDdeg: number
    /** Part of the slot that was sampled, in 0.1 %. */
    shareTenths: number
    /** Energy is of apparent power, since there is no voltage input. */
    isApparent: boolean
}

/** 3,300 mV in 4,095 steps. */
const MV_PER_CODE = 3300 / 4095
/** The voltage input gives 1,000 mV at 250 V. */
const V_PER_CODE = MV_PER_CODE / 4
/** Square of the ADC's noise in codes, until it is learned. */
const USUAL_NOISE2 = 9
/** Square of the most that is taken for noise. */
const HIGHEST_NOISE2 = 400
/** In noise alone the fundamental has this many times 1 / samples of the square: no load below it. */
const NO_LOAD = 8
/** Slots averaged for the noise. */
const NOISE_MEMORY = 8
/** Bursts averaged for the offset. */
const OFFSET_MEMORY = 64
/** A slot's power counts from this many standard deviations of the noise on. */
const START_DEVIATIONS = 6
/** And from this share of the nominal current; class 1 has to start at 0.004. */
const START_SHARE = 0.0005
const RADIANS_TO_DDEG = 1800 / Math.PI
/** Over less, the clock's own frequency is better, in ms. */
const SHORTEST_SPAN_MS = 1000

/** What a circuit takes for noise until it has learned its own, in mA; gain 10,000 is 1. */
export function usualNoiseMa(clampA: number, currentGain: number): number {
    return (MV_PER_CODE * clampA * currentGain * Math.sqrt(USUAL_NOISE2)) / 10000
}

let madeSums: BurstSums | undefined

/** One for all circuits: a burst is summed and used up at once. Not made in a program without any. */
function theSums(): BurstSums {
    if (madeSums === undefined) madeSums = new BurstSums()
    return madeSums
}

/** Power and energy of one circuit from bursts of samples. */
export class MainsCircuit {
    /** Since boot, in 0.1 mWh. */
    energyIn = 0
    energyOut = 0
    /** Rms of the last burst, noise taken off. */
    lastCurrentMa = 0
    /** Active power of the last burst in 0.1 W, apparent power without a voltage input. */
    lastPowerDw = 0
    /** Rms of the last burst in 0.01 V; 0 without a voltage input. */
    lastVoltageCv = 0

    private remainder = 0
    private noise2: number
    private isNoiseLearned = false
    /** Mean code of the current without a load, and bursts that it is the mean of. */
    private offset = 0
    private offsets = 0
    private bursts = 0
    private samples = 0
    private sampledMs = 0
    private vv = 0
    private ii = 0
    private ii1 = 0
    private vi = 0
    private real1 = 0
    private reactive1 = 0
    private firstCycles = 0
    private firstMs = 0
    private lastCycles = 0
    private lastMs = 0
    private frequencyHz = 0

    constructor(private readonly options: CircuitOptions) {
        const noise = options.noiseMa / this.maPerCode()
        this.noise2 = options.noiseMa > 0 ? noise * noise : USUAL_NOISE2
    }

    /**
     * Takes a main burst of `samples` codes: voltage k at k, current k at k + 0.5 times the clock's
     * time per sample. A burst that holds no whole cycle is left out.
     */
    addBurst(clock: MainsClock, voltage: number[], current: number[], samples: number): void {
        const options = this.options
        const frequencyHz = clock.frequencyHz
        const sampleMs = clock.sampleMs
        const cycle = clock.cycleSamples()
        if (samples < cycle + 2) return
        const sums = theSums()
        if (options.hasVoltage) {
            if (frequencyHz === undefined) return
            sums.addPair(voltage, current, cycle, options.phaseUs * frequencyHz * 0.000001)
            this.vv += sums.vv
            this.vi += sums.vi
            this.real1 += sums.real1
            this.reactive1 += sums.reactive1
        } else sums.addCurrent(current, cycle)
        const ii = sums.ii + this.leanOf(sums.meanI)
        this.ii += ii
        this.ii1 += sums.ii1
        this.lastCurrentMa = this.maPerCode() * Math.sqrt(Math.max(0, ii - this.noise2))
        this.noteLast(options, sums)
        this.bursts++
        this.samples += cycle
        if (sampleMs !== undefined) this.sampledMs += cycle * sampleMs
        if (frequencyHz !== undefined) this.addTime(clock, frequencyHz)
    }

    private noteLast(options: CircuitOptions, sums: BurstSums): void {
        if (!options.hasVoltage) {
            this.lastPowerDw = rounded((options.lineVoltageV * this.lastCurrentMa) / 100)
            return
        }
        const sign = options.isReversed ? -1 : 1
        this.lastPowerDw = rounded((sign * this.vPerCode() * this.maPerCode() * sums.vi) / 100)
        this.lastVoltageCv = rounded(100 * this.vPerCode() * Math.sqrt(sums.vv))
    }

    /** Ends a slot of `slotMs`; undefined when no burst was taken. */
    closeSlot(slotMs: number): CircuitSlot | undefined {
        const bursts = this.bursts
        if (bursts === 0) return undefined
        const options = this.options
        const ii = this.ii / bursts
        this.learnNoise(ii)
        const currentMa = this.currentOf(ii)
        const voltageV = options.hasVoltage ? this.vPerCode() * Math.sqrt(this.vv / bursts) : 0
        const sign = options.isReversed ? -1 : 1
        const wattsPerCode = (sign * this.vPerCode() * this.maPerCode()) / 1000 / bursts
        const powerW = options.hasVoltage
            ? this.started(wattsPerCode * this.vi, voltageV)
            : (options.lineVoltageV * currentMa) / 1000
        const inBefore = this.energyIn
        const outBefore = this.energyOut
        this.addEnergy((powerW * slotMs) / 360)
        const isIdle = powerW === 0 && currentMa === 0
        const slot = {
            energyIn: this.energyIn - inBefore,
            energyOut: this.energyOut - outBefore,
            reactiveDvar: isIdle ? 0 : rounded(10 * wattsPerCode * this.reactive1),
            voltageCv: rounded(100 * voltageV),
            currentMa: rounded(currentMa),
            frequencyMhz: rounded(1000 * this.meanFrequencyHz()),
            angleDdeg: isIdle ? 0 : this.angleDdeg(sign),
            shareTenths: rounded((1000 * this.sampledMs) / slotMs),
            isApparent: !options.hasVoltage,
        }
        this.clearSlot()
        return slot
    }

    /** Rms noise of the current in mA: as set, else as learned so far. */
    noiseMa(): number {
        return this.maPerCode() * Math.sqrt(this.noise2)
    }

    private maPerCode(): number {
        const { clampA, currentGain } = this.options
        return (MV_PER_CODE * clampA * currentGain) / 10000
    }

    private vPerCode(): number {
        return (V_PER_CODE * this.options.voltageGain) / 10000
    }

    /** Square by which a burst's current leans to one side, as it does when a motor starts. */
    private leanOf(meanI: number): number {
        this.offsets = Math.min(OFFSET_MEMORY, this.offsets + 1)
        this.offset += (meanI - this.offset) / this.offsets
        return (meanI - this.offset) * (meanI - this.offset)
    }

    /** Notes where the mains is, so that a slot's frequency is cycles by time and does not lag. */
    private addTime(clock: MainsClock, frequencyHz: number): void {
        const cycles = clock.cycles()
        const atMs = clock.cyclesAtMs()
        if (this.frequencyHz === 0 || clock.lockedAtMs() > this.firstMs) {
            this.firstCycles = cycles
            this.firstMs = atMs
        }
        this.lastCycles = cycles
        this.lastMs = atMs
        this.frequencyHz = frequencyHz
    }

    private meanFrequencyHz(): number {
        const spanMs = this.lastMs - this.firstMs
        if (spanMs < SHORTEST_SPAN_MS) return this.frequencyHz
        return (1000 * (this.lastCycles - this.firstCycles)) / spanMs
    }

    /** Where the fundamental is no more than noise has by chance, there is no load. */
    private learnNoise(ii: number): void {
        if (this.options.noiseMa > 0 || ii <= 0 || ii > HIGHEST_NOISE2) return
        const cycle = this.samples / this.bursts
        if (this.ii1 / this.bursts > (NO_LOAD * ii) / cycle) return
        const share = this.isNoiseLearned ? 1 / NOISE_MEMORY : 1
        this.isNoiseLearned = true
        this.noise2 += share * (ii - this.noise2)
    }

    private currentOf(ii: number): number {
        const excess = ii - this.noise2
        const chance = START_DEVIATIONS * this.noise2 * Math.sqrt(2 / this.samples)
        const currentMa = this.maPerCode() * Math.sqrt(Math.max(0, excess))
        const startMa = START_SHARE * 1000 * this.options.clampA
        return excess < chance || currentMa < startMa ? 0 : currentMa
    }

    /** The power, or 0 where it is so small that noise may have made it. */
    private started(powerW: number, voltageV: number): number {
        const chanceMa = (START_DEVIATIONS * this.noiseMa()) / Math.sqrt(this.samples)
        const startMa = Math.max(chanceMa, START_SHARE * 1000 * this.options.clampA)
        return Math.abs(powerW) < (voltageV * startMa) / 1000 ? 0 : powerW
    }

    /** Whole units are counted, the rest is carried into the next slot. */
    private addEnergy(units: number): void {
        const sum = units + this.remainder
        const whole = Math.floor(Math.abs(sum))
        this.remainder = sum < 0 ? sum + whole : sum - whole
        if (sum < 0) this.energyOut += whole
        else this.energyIn += whole
    }

    private angleDdeg(sign: number): number {
        if (!this.options.hasVoltage) return 0
        return rounded(RADIANS_TO_DDEG * atan2(sign * this.reactive1, sign * this.real1))
    }

    private clearSlot(): void {
        this.bursts = 0
        this.samples = 0
        this.sampledMs = 0
        this.vv = 0
        this.ii = 0
        this.ii1 = 0
        this.vi = 0
        this.real1 = 0
        this.reactive1 = 0
        this.frequencyHz = 0
    }
}

function rounded(value: number): number {
    return Math.floor(value + 0.5)
}
