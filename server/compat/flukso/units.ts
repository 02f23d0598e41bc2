/** What a kWh costs in a home, in the currencies that a Fluksometer's clients can ask for. */
export interface Prices {
    eurPerKwh: number
    audPerKwh: number
}

/** Those that Flukso's own factors stand for. */
export const DEFAULT_PRICES: Prices = { eurPerKwh: 0.18, audPerKwh: 0.19 }

const DAY_S = 86_400
const YEAR_S = 365 * DAY_S
/** From a Wh each second to kWh a year, and from a litre each second to m³ a year. */
const THOUSANDS_PER_YEAR = YEAR_S / 1000

const FACTORS: Record<string, (prices: Prices) => number> = {
    watt: () => 3600,
    kwhperyear: () => THOUSANDS_PER_YEAR,
    eurperyear: ({ eurPerKwh }) => perYear(eurPerKwh),
    audperyear: ({ audPerKwh }) => perYear(audPerKwh),
    lpermin: () => 60,
    lperday: () => DAY_S,
    m3peryear: () => THOUSANDS_PER_YEAR,
}

export function isUnit(unit: string): boolean {
    return Object.hasOwn(FACTORS, unit)
}

/** A rate in Wh or litres a second as a whole number of the unit, halves away from 0. */
export function inUnit(ratePerS: number, unit: string, prices: Prices): number {
    const value = ratePerS * FACTORS[unit](prices)
    const whole = Math.floor(Math.abs(value) + 0.5)
    return value < 0 && whole > 0 ? -whole : whole
}

/** Flukso's factors are whole numbers; a price may have a hundredth of a cent, and floating point must not cost one. */
function perYear(pricePerKwh: number): number {
    return Math.floor((Math.round(pricePerKwh * 1_000_000) * THOUSANDS_PER_YEAR) / 1_000_000)
}
