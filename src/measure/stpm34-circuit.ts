import type { CircuitSlot } from "./mains-circuit.js"
import { ChipEnergy } from "./stpm34-energy.js"
import type { ChipVoltage } from "./stpm34-events.js"
import type { Excursion } from "./stpm34-excursion.js"
import { fieldOf, rowOf, signedOf } from "./stpm34-frame.js"
import {
    angleDdegOf,
    currentStepOf,
    energyStepOf,
    frequencyMhzOf,
    powerStepOf,
    voltageStepOf,
} from "./stpm34-scale.js"

/** Settings of a circuit on a metering chip. */
export interface ChipSettings {
    /** 1 or 2. */
    input: number
    clampA: number
    /** 0 for none. */
    phaseGroup: number
    isReversed: boolean
    /** 10000 for 1. */
    currentGain: number
    voltageGain: number
    /** By how much the clamp's current is early. */
    phaseUs: number
    /** 0 for none. */
    sagPercent: number
    swellPercent: number
    nominalV: number
}

/** 29 bits. */
const POWER_SPAN = 536870912
/** Where no swell is looked for. */
const NO_SWELL_CV = 100000

/**
 * One circuit of a metering chip: makes slots of its readings, about one a second. All numbers stand
 * in this one object, since every object of its own takes as much of the heap as four of them.
 */
export class ChipCircuit extends ChipEnergy {
    readonly input: number
    readonly phaseGroup: number
    /** Where open clamps are looked for, it is its own measurement. */
    readonly measure = this
    readonly nominalV: number
    readonly sagFromCv: number
    readonly swellFromCv: number
    readonly overloadMa: number
    /** V of a step of the Vrms register. */
    readonly voltageV: number
    /** Of the last reading. */
    lastPowerDw = 0
    lastCurrentMa = 0
    lastVoltageCv = 0
    frequencyMhz = 0
    /** Only while a sag or swell lasts. */
    voltage: ChipVoltage | undefined = undefined
    /** Only while the current is above the clamp's nominal one. */
    overload: Excursion | undefined = undefined
    /** A of a step of the Irms register, below 0 of a reversed clamp. */
    private readonly currentA: number
    private angleDdeg = 0
    private readings = 0
    private squareV = 0
    private squareA = 0
    private reactiveVar = 0

    constructor(
        readonly channel: number,
        settings: ChipSettings
    ) {
        super()
        const { clampA, nominalV, sagPercent, swellPercent } = settings
        this.input = settings.input
        this.phaseGroup = settings.phaseGroup
        this.nominalV = nominalV
        this.sagFromCv = sagPercent * nominalV
        this.swellFromCv = swellPercent === 0 ? NO_SWELL_CV : swellPercent * nominalV
        this.overloadMa = clampA * 1000
        this.voltageV = voltageStepOf(settings.voltageGain)
        const currentA = currentStepOf(clampA, settings.currentGain)
        this.currentA = settings.isReversed ? -currentA : currentA
    }

    /**
     * Takes one reading: the period of its voltage, and from `row` of an answer on Vrms and Irms, delay,
     * energy, active and reactive power.
     */
    addReading(period: number, answer: Buffer, row: number): void {
        const voltageV = fieldOf(answer, row, 1, 32768) * this.voltageV
        const irms = fieldOf(answer, row, 32768, 131072)
        const currentA = irms * Math.abs(this.currentA)
        const powerW = powerStepOf(this.voltageV, this.currentA)
        const frequencyMhz = frequencyMhzOf(period)
        this.addEnergy(rowOf(answer, row + 2), energyStepOf(powerW))
        this.lastPowerDw = Math.floor(signedOf(answer, row + 3, POWER_SPAN) * powerW * 10 + 0.5)
        this.lastVoltageCv = Math.floor(voltageV * 100 + 0.5)
        this.lastCurrentMa = Math.floor(currentA * 1000 + 0.5)
        this.frequencyMhz = frequencyMhz
        const angleDdeg = angleDdegOf(fieldOf(answer, row + 1, 65536, 4096), frequencyMhz)
        this.angleDdeg = irms === 0 ? 0 : this.currentA > 0 ? angleDdeg : opposite(angleDdeg)
        this.readings++
        this.squareV += voltageV * voltageV
        this.squareA += currentA * currentA
        this.reactiveVar += signedOf(answer, row + 4, POWER_SPAN) * powerW
    }

    /** The slot so far, and begins the next; undefined if nothing was read in it. */
    closeSlot(_slotMs: number): CircuitSlot | undefined {
        const readings = this.readings
        if (readings === 0) return undefined
        const slot = {
            energyIn: this.takeIn(),
            energyOut: this.takeOut(),
            reactiveDvar: Math.floor((this.reactiveVar / readings) * 10 + 0.5),
            voltageCv: Math.floor(Math.sqrt(this.squareV / readings) * 100 + 0.5),
            currentMa: Math.floor(Math.sqrt(this.squareA / readings) * 1000 + 0.5),
            frequencyMhz: this.frequencyMhz,
            angleDdeg: this.angleDdeg,
            shareTenths: 255,
            isApparent: false,
        }
        this.readings = 0
        this.squareV = 0
        this.squareA = 0
        this.reactiveVar = 0
        return slot
    }
}

function opposite(angleDdeg: number): number {
    return angleDdeg > 0 ? angleDdeg - 1800 : angleDdeg + 1800
}
