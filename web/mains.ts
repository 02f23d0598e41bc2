import type { DeviceEvent, MainsNow } from "./api.js"
import type { Format } from "./format.js"
import { messages } from "./messages.js"

const NO_BREAK_SPACE = "\u00a0"

/** Voltage, current, power factor and frequency in one line, without what is unknown. */
export function mainsText(mains: MainsNow, format: Pick<Format, "fixed">): string {
    const { voltageV, currentA, powerFactor, frequencyHz, isApparent } = mains
    const show = (value: number | null, digits: number, unit: string) =>
        value === null ? [] : [`${format.fixed(value, digits)}${NO_BREAK_SPACE}${unit}`]
    return [
        // a voltage that was set is no reading
        ...(isApparent ? [messages.apparent] : show(voltageV, 1, "V")),
        ...show(currentA, 2, "A"),
        ...(powerFactor === null
            ? []
            : [`${messages.powerFactor}${NO_BREAK_SPACE}${format.fixed(powerFactor, 2)}`]),
        ...show(frequencyHz, 2, "Hz"),
    ].join(" · ")
}

/** An event in words: what it was, what was seen, how long it took. */
export function eventText(event: DeviceEvent, format: Pick<Format, "fixed" | "duration">): string {
    const { kind, value, unit, durationMs } = event
    const { of, other, version, lasted } = messages.events
    const parts = [of[kind] ?? other]
    if (value !== null && unit === "version") parts.push(version(format.fixed(value, 0)))
    else if (value !== null && unit)
        parts.push(`${format.fixed(value, unit === "Hz" ? 2 : 1)}${NO_BREAK_SPACE}${unit}`)
    if (durationMs > 0) {
        const took = format.duration(durationMs)
        parts.push(lasted(`${took.value}${NO_BREAK_SPACE}${took.unit}`))
    }
    return parts.join(", ")
}
