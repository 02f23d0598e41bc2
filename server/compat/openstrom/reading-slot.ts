import { ENERGY_UNIT_WH, type MainsSlot } from "../../../src/wire/mains-slots.js"
import { type Reading, SLOT_S } from "./package-schema.js"

/** A chip measures all the time; the store's largest share means "or more". */
const ALL_THE_TIME = 255

/** Means of a changing load, rounded by the device, may differ by so much and still be true. */
const TOLERANCE = 0.05
const TOLERANCE_VA = 5

/** Why a reading contradicts itself; undefined if it does not. */
export function readingProblem(reading: Reading): string | undefined {
    const { activePowerW: powerW, apparentPowerVa, powerFactor } = reading
    const voltAmperes = reading.voltageV * reading.currentA
    const apparentVa = apparentPowerVa ?? voltAmperes
    if (isAbove(apparentVa, voltAmperes)) return "apparentPowerVa: is above voltageV times currentA"
    if (isAbove(Math.abs(powerW), apparentVa)) return "activePowerW: is above the apparent power"
    if (powerFactor !== undefined && apparentPowerVa !== undefined) {
        const other = powerFactor * apparentPowerVa
        if (isAbove(Math.abs(other - powerW), 0, apparentPowerVa))
            return "powerFactor: is not activePowerW by apparentPowerVa"
    }
    const { energyInWh, energyOutWh } = reading
    if (energyInWh === undefined && energyOutWh === undefined) return undefined
    const inW = ((energyInWh ?? 0) * 3600) / secondsOf(reading)
    const outW = ((energyOutWh ?? 0) * 3600) / secondsOf(reading)
    if (isAbove(Math.abs(inW - outW - powerW), 0, apparentVa))
        return "energyInWh: less energyOutWh, it is not activePowerW over the reading"
    if (isAbove(inW + outW, apparentVa)) return "energyOutWh: both are more than there can be"
    return undefined
}

function isAbove(value: number, limit: number, scale = limit): boolean {
    return value > limit + scale * TOLERANCE + TOLERANCE_VA
}

/** A reading as a slot of its length. */
export function slotOf(reading: Reading): MainsSlot {
    const { activePowerW, reactivePowerVar, voltageV, currentA, frequencyHz } = reading
    const hours = secondsOf(reading) / 3600
    const { energyInWh, energyOutWh } = reading
    const isMetered = energyInWh !== undefined || energyOutWh !== undefined
    const inWh = isMetered ? (energyInWh ?? 0) : Math.max(0, activePowerW) * hours
    const outWh = isMetered ? (energyOutWh ?? 0) : Math.max(0, -activePowerW) * hours
    return {
        energyIn: Math.round(inWh / ENERGY_UNIT_WH),
        energyOut: Math.round(outWh / ENERGY_UNIT_WH),
        reactiveDvar: Math.round(reactivePowerVar * 10),
        voltageCv: Math.round(voltageV * 100),
        currentMa: Math.round(currentA * 1000),
        frequencyMhz: Math.round((frequencyHz ?? 0) * 1000),
        angleDdeg: Math.round((Math.atan2(reactivePowerVar, activePowerW) * 1800) / Math.PI),
        shareTenths: ALL_THE_TIME,
        isApparent: false,
    }
}

export function secondsOf({ seconds }: Pick<Reading, "seconds">): number {
    return seconds ?? SLOT_S
}
