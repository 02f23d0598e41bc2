import {
    fromZigzag,
    getI16,
    getU16,
    putI16,
    putU8,
    putU16,
    putVarint,
    toZigzag,
    type VarintReader,
} from "./bytes.js"

/** Energy of a mains channel is counted in tenths of a mWh. */
export const ENERGY_UNIT_WH = 0.0001

/** What a mains channel measured in one slot; whole numbers, since fractions do not travel. */
export interface MainsSlot {
    /** Energy drawn, tenths of a mWh. */
    energyIn: number
    /** Energy delivered, tenths of a mWh. */
    energyOut: number
    /** Mean reactive power, 0.1 var; current behind voltage is positive. */
    reactiveDvar: number
    /** RMS voltage, 0.01 V. */
    voltageCv: number
    /** RMS current, mA. */
    currentMa: number
    /** Frequency, mHz; 0 while unknown. */
    frequencyMhz: number
    /** Phase angle of the fundamental, 0.1 degree; current behind voltage is positive. */
    angleDdeg: number
    /** Share of the slot in which the circuit was really sampled, 0.1 %; 255 is "or more". */
    shareTenths: number
    /** Voltage is not measured but taken as set, so power is apparent power. */
    isApparent: boolean
}

/** Slots of one mains report. */
export const MAX_MAINS_SLOTS = 10

/** Energy of a 5 s slot: 151 kW, so that it takes three bytes. A longer slot's takes four. */
const MAX_SHORT_ENERGY = 2097150
const MAX_LONG_ENERGY = 268435454
const MAX_REACTIVE_DVAR = 1048575
const MAX_CURRENT_MA = 2097151
const FREQUENCY_BASE_MHZ = 30000
const MAX_ANGLE_DDEG = 1800
const FLAG_APPARENT = 1
const FIXED_BYTES = 8

/** Ten short slots at their largest take as much. */
const MAX_SLOTS_BYTES = 200

/**
 * The slots of a mains report to come, put into bytes one by one: as objects, the slots of eight
 * channels would take a fifth of the device's heap. A quantity too large for its field stays at its
 * largest, so that ten slots of 5 s always fit.
 */
export class MainsSlots {
    count = 0
    private size = 0
    private readonly bytes = Buffer.alloc(MAX_SLOTS_BYTES)
    private readonly maxEnergy: number

    /** `slotSeconds` 5, 60 or 300. */
    constructor(readonly slotSeconds: number) {
        this.maxEnergy = maxEnergyOf(slotSeconds)
    }

    /** Undefined for a slot in which nothing was measured. Throws RangeError when there is no room. */
    add(slot: MainsSlot | undefined): void {
        const most = this.maxEnergy === MAX_SHORT_ENERGY ? 20 : 22
        if (this.count >= MAX_MAINS_SLOTS || this.size + (slot ? most : 1) > MAX_SLOTS_BYTES)
            throw new RangeError("mains report: slots do not fit")
        this.size = slot ? this.put(slot) : putU8(this.bytes, this.size, 0)
        this.count++
    }

    /** The bytes, shared with this object. */
    encoded(): Buffer {
        return this.bytes.slice(0, this.size)
    }

    clear(): void {
        this.count = 0
        this.size = 0
    }

    private put(slot: MainsSlot): number {
        const buf = this.bytes
        const maxEnergy = this.maxEnergy
        let at = putVarint(buf, this.size, Math.min(slot.energyIn, maxEnergy) + 1)
        at = putVarint(buf, at, Math.min(slot.energyOut, maxEnergy))
        const reactiveDvar = clamp(slot.reactiveDvar, -MAX_REACTIVE_DVAR, MAX_REACTIVE_DVAR)
        at = putVarint(buf, at, toZigzag(reactiveDvar))
        at = putU16(buf, at, Math.min(slot.voltageCv, 65535))
        at = putVarint(buf, at, Math.min(slot.currentMa, MAX_CURRENT_MA))
        at = putU16(buf, at, clamp(slot.frequencyMhz - FREQUENCY_BASE_MHZ, 0, 65535))
        at = putI16(buf, at, clamp(slot.angleDdeg, -MAX_ANGLE_DDEG, MAX_ANGLE_DDEG))
        at = putU8(buf, at, Math.min(slot.shareTenths, 255))
        return putU8(buf, at, slot.isApparent ? FLAG_APPARENT : 0)
    }
}

function maxEnergyOf(slotSeconds: number): number {
    return slotSeconds === 5 ? MAX_SHORT_ENERGY : MAX_LONG_ENERGY
}

function clamp(value: number, lowest: number, highest: number): number {
    return Math.max(lowest, Math.min(highest, value))
}

/** Reads the next slot; undefined for one in which nothing was measured, a reason when it is not one. */
export function readMainsSlot(
    buf: Buffer,
    reader: VarintReader,
    slotSeconds: number
): MainsSlot | string | undefined {
    const energyIn = reader.next() - 1
    if (energyIn < 0) return undefined
    const energyOut = reader.next()
    const reactiveDvar = fromZigzag(reader.next())
    const voltageAt = reader.at
    reader.at += 2
    const currentMa = reader.next()
    const restAt = reader.at
    reader.at += FIXED_BYTES - 2
    if (reader.failed || reader.at > buf.length)
        return "mains report: length does not fit its contents"
    if (
        Math.max(energyIn, energyOut) > maxEnergyOf(slotSeconds) ||
        Math.abs(reactiveDvar) > MAX_REACTIVE_DVAR ||
        currentMa > MAX_CURRENT_MA
    )
        return "mains report: a quantity beyond its limit"
    const offsetMhz = getU16(buf, restAt)
    const angleDdeg = getI16(buf, restAt + 2)
    if (angleDdeg < -MAX_ANGLE_DDEG || angleDdeg > MAX_ANGLE_DDEG)
        return "mains report: angle not -180 to 180 degrees"
    return {
        energyIn,
        energyOut,
        reactiveDvar,
        voltageCv: getU16(buf, voltageAt),
        currentMa,
        frequencyMhz: offsetMhz === 0 ? 0 : offsetMhz + FREQUENCY_BASE_MHZ,
        angleDdeg,
        shareTenths: buf[restAt + 4],
        isApparent: (buf[restAt + 5] & FLAG_APPARENT) !== 0,
    }
}
