import type { CounterValue } from "../../store/counter-readings.js"
import type { FluksoConfig, Heartbeat } from "../../store/flukso-store.js"

/** What a device sends of a sensor: what its counter showed, or how it is set. */
export type SensorMessage = { values: CounterValue[] } | { config: FluksoConfig }

/** No Fluksometer was older when it told its first value. */
const FIRST_S = 1_234_567_890
const MAX_COUNTER = Number.MAX_SAFE_INTEGER
const MAX_TEXT_LENGTH = 40

const CLASSES = ["analog", "pulse", "uart"]
const TYPES = ["electricity", "water", "gas"] as const

/** Undefined for what is no message of a sensor, and for one that holds both kinds or neither. */
export function readSensorMessage(body: Buffer): SensorMessage | undefined {
    const { measurements, config } = readObject(body) ?? {}
    if (measurements !== undefined && config === undefined) {
        const values = readValues(measurements)
        return values && { values }
    }
    if (config === undefined || measurements !== undefined || !isObject(config)) return undefined
    return { config: readConfig(config) }
}

/** Undefined for what is no JSON object; what a program tells in another type is passed over. */
export function readHeartbeat(body: Buffer): Heartbeat | undefined {
    const message = readObject(body)
    if (!message) return undefined
    const { reset, version, uptime, ip, port } = message
    return {
        isReset: reset === 1,
        version: textOf(version),
        uptimeS: wholeOf(uptime),
        ip: textOf(ip),
        port: textOf(port),
    }
}

/** Values that are no whole numbers are left out, as Flukso's own server leaves them out. */
function readValues(measurements: unknown): CounterValue[] | undefined {
    if (!Array.isArray(measurements)) return undefined
    const values: CounterValue[] = []
    for (const pair of measurements as unknown[]) {
        if (!Array.isArray(pair) || pair.length !== 2) return undefined
        const [atS, counter] = pair.map(wholeOf)
        if (atS !== undefined && counter !== undefined && atS >= FIRST_S)
            values.push({ atS, counter })
    }
    return values
}

function readConfig(config: Record<string, unknown>): FluksoConfig {
    const { class: kind, type, function: name, enable } = config
    const trimmed = typeof name === "string" ? name.trim() : ""
    return {
        name: trimmed === "" ? null : trimmed,
        type: TYPES.find(one => one === type) ?? null,
        isEnabled: enable === 1,
        class: CLASSES.find(one => one === kind) ?? null,
        voltage: wholeOf(config["voltage"]) ?? null,
        current: wholeOf(config["current"]) ?? null,
        phase: wholeOf(config["phase"]) ?? null,
        constant: numberOf(config["constant"]),
    }
}

function readObject(body: Buffer): Record<string, unknown> | undefined {
    try {
        const found: unknown = JSON.parse(body.toString("utf8"))
        return isObject(found) ? found : undefined
    } catch {
        return undefined
    }
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}

function wholeOf(value: unknown): number | undefined {
    const isWhole = typeof value === "number" && Number.isInteger(value)
    return isWhole && value >= 0 && value <= MAX_COUNTER ? value : undefined
}

function numberOf(value: unknown): number | null {
    return typeof value === "number" && value > 0 && value <= MAX_COUNTER ? value : null
}

function textOf(value: unknown): string | undefined {
    if (typeof value === "number") return `${value}`
    return typeof value === "string" ? value.slice(0, MAX_TEXT_LENGTH) : undefined
}
