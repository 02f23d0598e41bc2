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

/** Bytes of a slot at its largest, longer than 5 s; one of 5 s takes two less. */
export const MAX_MAINS_BYTES = 22

/**
 * The 5 s slots of a mains report to come, put into bytes one by one: as objects, the slots of eight
 * channels would take a fifth of the device's heap.
 */
export class MainsSlots {
    count = 0
    private size = 0
    private readonly bytes = Buffer.alloc(MAX_MAINS_SLOTS * (MAX_MAINS_BYTES - 2))

    constructor(readonly slotSeconds: number) {}

    /** Undefined for a slot in which nothing was measured. Throws RangeError when there is no room. */
    add(slot: MainsSlot | undefined): void {
        if (this.count >= MAX_MAINS_SLOTS) throw new RangeError("mains report: slots do not fit")
        this.size = putMainsSlot(this.bytes, this.size, slot, this.slotSeconds)
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
}

/** Writes a slot or cell; a quantity too large for its field stays at its largest. */
export function putMainsSlot(
    buf: Buffer,
    at: number,
    slot: MainsSlot | undefined,
    slotSeconds: number
): number {
    if (!slot) return putU8(buf, at, 0)
    const maxEnergy = maxEnergyOf(slotSeconds)
    let next = putVarint(buf, at, Math.min(slot.energyIn, maxEnergy) + 1)
    next = putVarint(buf, next, Math.min(slot.energyOut, maxEnergy))
    const reactiveDvar = clamp(slot.reactiveDvar, -MAX_REACTIVE_DVAR, MAX_REACTIVE_DVAR)
    next = putVarint(buf, next, toZigzag(reactiveDvar))
    next = putU16(buf, next, Math.min(slot.voltageCv, 65535))
    next = putVarint(buf, next, Math.min(slot.currentMa, MAX_CURRENT_MA))
    next = putU16(buf, next, clamp(slot.frequencyMhz - FREQUENCY_BASE_MHZ, 0, 65535))
    next = putI16(buf, next, clamp(slot.angleDdeg, -MAX_ANGLE_DDEG, MAX_ANGLE_DDEG))
    next = putU8(buf, next, Math.min(slot.shareTenths, 255))
    return putU8(buf, next, slot.isApparent ? FLAG_APPARENT : 0)
}

function maxEnergyOf(slotSeconds: number): number {
    return slotSeconds === 5 ? MAX_SHORT_ENERGY : MAX_LONG_ENERGY
}

function clamp(value: number, lowest: number, highest: number): number {
    return Math.max(lowest, Math.min(highest, value))
}

/** Reads the next slot, of any bytes; undefined for one in which nothing was measured. */
export function readMainsSlot(buf: Buffer, reader: VarintReader): MainsSlot | undefined {
    const energyIn = reader.next() - 1
    if (energyIn < 0) return undefined
    const energyOut = reader.next()
    const reactiveDvar = fromZigzag(reader.next())
    const voltageAt = reader.at
    reader.at += 2
    const currentMa = reader.next()
    const restAt = reader.at
    reader.at += FIXED_BYTES - 2
    const offsetMhz = getU16(buf, restAt)
    return {
        energyIn,
        energyOut,
        reactiveDvar,
        voltageCv: getU16(buf, voltageAt),
        currentMa,
        frequencyMhz: offsetMhz === 0 ? 0 : offsetMhz + FREQUENCY_BASE_MHZ,
        angleDdeg: getI16(buf, restAt + 2),
        shareTenths: buf[restAt + 4],
        isApparent: (buf[restAt + 5] & FLAG_APPARENT) !== 0,
    }
}

/** Why a slot cannot be one; undefined if it can. */
export function mainsSlotProblem(slot: MainsSlot, slotSeconds: number): string | undefined {
    if (
        Math.max(slot.energyIn, slot.energyOut) > maxEnergyOf(slotSeconds) ||
        Math.abs(slot.reactiveDvar) > MAX_REACTIVE_DVAR ||
        slot.currentMa > MAX_CURRENT_MA
    )
        return "a quantity beyond its limit"
    if (Math.abs(slot.angleDdeg) > MAX_ANGLE_DDEG) return "angle not -180 to 180 degrees"
    return undefined
}
