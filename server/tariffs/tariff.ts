import type { ChannelType, Direction } from "../store/store.js"

/** Kinds of days that prices may differ on; a holiday is no day of the week. */
export const DAY_KINDS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"] as const
export type DayKind = (typeof DAY_KINDS)[number]

export const CHARGE_SPANS = ["day", "month", "year"] as const

/** What a tariff's prices are for. */
export const PRICED_UNITS = ["kWh", "m3"] as const
export type PricedUnit = (typeof PRICED_UNITS)[number]

/** Dates are YYYY-MM-DD in local time, times HH:MM on the wall's clock. */
export interface TariffTerms {
    currency: string
    unit: PricedUnit
    holidays: string[]
    /** In order of their dates, which differ. */
    versions: TariffVersion[]
}

/** Prices from a date on, until the next version's. */
export interface TariffVersion {
    validFrom: string
    /** What is paid at all times that are in no period. */
    basePrice: number
    standingCharge?: { amount: number; per: (typeof CHARGE_SPANS)[number] } | undefined
    /** The first that a time is in counts. */
    periods: PricePeriod[]
}

/** Past midnight it belongs to the day on which it began. */
export interface PricePeriod {
    name: string
    from: string
    /** 24:00 is the day's end; at or before `from` it is the next day's. */
    to: string
    price: number
    /** All by default. */
    days?: DayKind[] | undefined
}

export interface Tariff extends TariffTerms {
    id: number
    homeId: number
    name: string
    type: ChannelType
    /** Paid for what is drawn, or paid out for what is delivered. */
    direction: Direction
}
