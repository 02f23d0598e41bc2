import type { Prices } from "../../store/flukso-store.js"
import { convertAmount, FLUKSO_UNITS, type FluksoUnit } from "../../units.js"

/** A year of 365 days in which each second has its Wh, in kWh. */
const KWH_PER_YEAR = 31_536

export function isUnit(unit: string): unit is FluksoUnit {
    return (FLUKSO_UNITS as readonly string[]).includes(unit)
}

/** A rate in Wh or litres a second as a whole number of the unit, halves away from 0. */
export function inUnit(ratePerS: number, unit: FluksoUnit, prices: Prices): number {
    const value = exactly(ratePerS, unit, prices)
    const whole = Math.floor(Math.abs(value) + 0.5)
    return value < 0 && whole > 0 ? -whole : whole
}

function exactly(ratePerS: number, unit: FluksoUnit, prices: Prices): number {
    if (unit === "eurperyear") return ratePerS * perYear(prices.eurPerKwh)
    if (unit === "audperyear") return ratePerS * perYear(prices.audPerKwh)
    return convertAmount(unit, ratePerS, 1) ?? 0
}

/** Flukso's factors are whole numbers; a price may have a hundredth of a cent, and floating point must not cost one. */
function perYear(pricePerKwh: number): number {
    return Math.floor((Math.round(pricePerKwh * 1_000_000) * KWH_PER_YEAR) / 1_000_000)
}
