import { type ChannelType, isEnergy } from "./api.js"

/** A number and its unit, apart so that they can be set in different sizes. */
interface Quantity {
    value: string
    unit: string
}

/** Turns quantities and times into text, numbers and dates by the reader's locale. */
export interface Format {
    powerW(powerW: number): Quantity
    flowLPerMin(flowLPerMin: number): Quantity
    energyWh(energyWh: number): Quantity
    volumeL(volumeL: number): Quantity
    /** Power or flow, by what the channel measures. */
    rate(type: ChannelType, value: number): Quantity
    /** Energy or volume, by what the channel measures. */
    amount(type: ChannelType, value: number): Quantity
    /** Labels of a value axis, all in the one unit that suits its largest value. */
    axis(type: ChannelType, values: number[]): { labels: string[]; unit: string }
    /** Label of a point on the time axis where labels are `stepMs` apart. */
    tick(atMs: number, stepMs: number): string
    /** A point in time, as exactly as a view of `spanMs` can tell. */
    moment(atMs: number, spanMs: number): string
    /** Both ends of a stretch, as short as it can be said. */
    stretch(fromMs: number, toMs: number): string
    ago(atMs: number, nowMs: number): string
    /** A number with up to two digits after the point. */
    fixed(value: number, digits: number): string
    /** How long something took. */
    duration(durationMs: number): Quantity
}

const SECOND_MS = 1000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** `locale` undefined takes the reader's own; `timeZone` likewise. */
export function createFormat(locale?: string, timeZone?: string): Format {
    const number = numberFormatter(locale)
    const dates = dateFormatters(locale, timeZone)

    function powerW(value: number): Quantity {
        if (Math.abs(value) >= 9999.5) return { value: number(value / 1000, 2), unit: "kW" }
        return { value: number(value, isSmall(value, 9.95) ? 1 : 0), unit: "W" }
    }
    function flowLPerMin(value: number): Quantity {
        return { value: number(value, isSmall(value, 99.95) ? 1 : 0), unit: "l/min" }
    }
    function energyWh(value: number): Quantity {
        const kwh = value / 1000
        return { value: number(kwh, kwh < 99.995 ? 2 : kwh < 9999.95 ? 1 : 0), unit: "kWh" }
    }
    function volumeL(value: number): Quantity {
        if (value < 999.5) return { value: number(value, isSmall(value, 9.95) ? 1 : 0), unit: "l" }
        return { value: number(value / 1000, value < 99_995 ? 2 : 1), unit: "m³" }
    }
    function duration(durationMs: number): Quantity {
        if (durationMs < SECOND_MS) return { value: number(durationMs, 0), unit: "ms" }
        if (durationMs < 2 * MINUTE_MS)
            return { value: number(durationMs / SECOND_MS, 1), unit: "s" }
        return { value: number(durationMs / MINUTE_MS, 0), unit: "min" }
    }
    function axis(type: ChannelType, values: number[]) {
        const isLarge = isEnergy(type) && Math.max(...values.map(Math.abs)) >= 9999.5
        const scale = isLarge ? 1000 : 1
        const digits = fractionDigits(values, scale)
        const unit = isEnergy(type) ? (isLarge ? "kW" : "W") : "l/min"
        return { labels: values.map(value => number(value / scale, digits)), unit }
    }
    return {
        axis,
        powerW,
        flowLPerMin,
        energyWh,
        volumeL,
        rate: (type, value) => (isEnergy(type) ? powerW(value) : flowLPerMin(value)),
        amount: (type, value) => (isEnergy(type) ? energyWh(value) : volumeL(value)),
        ...dates,
        ago,
        fixed: number,
        duration,
    }
}

// a plain 0 says that nothing flows, 0.0 would look measured
function isSmall(value: number, limit: number): boolean {
    return value !== 0 && Math.abs(value) < limit
}

function fractionDigits(values: number[], scale: number): number {
    const isWhole = (factor: number) =>
        values.every(
            value =>
                Math.abs((value * factor) / scale - Math.round((value * factor) / scale)) < 1e-6
        )
    return isWhole(1) ? 0 : isWhole(10) ? 1 : 2
}

function numberFormatter(locale: string | undefined): (value: number, digits: number) => string {
    const formats = [0, 1, 2].map(
        digits =>
            new Intl.NumberFormat(locale, {
                minimumFractionDigits: digits,
                maximumFractionDigits: digits,
            })
    )
    // a rounded -0.01 would read "-0"
    return (value, digits) => formats[digits].format(Number(value.toFixed(digits)) || 0)
}

function dateFormatters(locale: string | undefined, timeZone: string | undefined) {
    const make = (options: Intl.DateTimeFormatOptions) => {
        const format = new Intl.DateTimeFormat(locale, { ...options, timeZone })
        return (atMs: number) => format.format(atMs)
    }
    const clock = make({ hour: "2-digit", minute: "2-digit" })
    const seconds = make({ hour: "2-digit", minute: "2-digit", second: "2-digit" })
    const day = make({ weekday: "short", day: "numeric", month: "short" })
    const date = make({ day: "numeric", month: "short" })
    const month = make({ month: "short", year: "numeric" })
    // a fixed locale, because some write midnight in other digits or as 24
    const plainClock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone })
    const isMidnight = (atMs: number) => plainClock.format(atMs) === "00:00:00"

    function tick(atMs: number, stepMs: number): string {
        if (stepMs >= 28 * DAY_MS) return month(atMs)
        if (stepMs >= DAY_MS || isMidnight(atMs)) return date(atMs)
        return stepMs < MINUTE_MS ? seconds(atMs) : clock(atMs)
    }
    function stretch(fromMs: number, toMs: number): string {
        const time = toMs - fromMs < 2 * MINUTE_MS ? seconds : clock
        if (toMs - fromMs > 3 * DAY_MS) return `${day(fromMs)} – ${day(toMs)}`
        const end = day(fromMs) === day(toMs) ? time(toMs) : `${day(toMs)}, ${time(toMs)}`
        return `${day(fromMs)}, ${time(fromMs)} – ${end}`
    }
    function moment(atMs: number, spanMs: number): string {
        if (spanMs <= HOUR_MS) return seconds(atMs)
        return spanMs <= DAY_MS ? clock(atMs) : `${date(atMs)}, ${clock(atMs)}`
    }
    return { tick, stretch, moment }
}

// the page's own sentences are English, so this part is too, whatever the locale of the numbers
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" })

function ago(atMs: number, nowMs: number): string {
    const ageMs = Math.max(0, nowMs - atMs)
    if (ageMs < 5 * SECOND_MS) return "just now"
    if (ageMs < MINUTE_MS) return relative.format(-Math.floor(ageMs / SECOND_MS), "second")
    if (ageMs < HOUR_MS) return relative.format(-Math.floor(ageMs / MINUTE_MS), "minute")
    if (ageMs < 2 * DAY_MS) return relative.format(-Math.floor(ageMs / HOUR_MS), "hour")
    return relative.format(-Math.floor(ageMs / DAY_MS), "day")
}
