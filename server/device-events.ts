import {
    EVENT_BLINDED,
    EVENT_CALIBRATION,
    EVENT_CLAMP_OPEN,
    EVENT_FOREIGN_MAGNET,
    EVENT_FREQUENCY,
    EVENT_OVERLOAD,
    EVENT_SAG,
    EVENT_SETTINGS,
    EVENT_SHORTED,
    EVENT_SWELL,
    EVENT_TORN_OFF,
} from "../src/wire/event.js"
import type { StoredEvent } from "./store/store.js"

interface EventKind {
    name: string
    /** What the value is shown in; null when it says nothing. */
    unit: string | null
    /** How many of the device's values make one of that unit. */
    scale: number
}

const KINDS = new Map<number, EventKind>([
    [EVENT_TORN_OFF, { name: "torn-off", unit: "V", scale: 1000 }],
    [EVENT_BLINDED, { name: "blinded", unit: "V", scale: 1000 }],
    [EVENT_SHORTED, { name: "shorted", unit: "V", scale: 1000 }],
    [EVENT_FOREIGN_MAGNET, { name: "foreign-magnet", unit: "V", scale: 1000 }],
    [EVENT_CLAMP_OPEN, { name: "clamp-open", unit: "A", scale: 1000 }],
    [EVENT_SAG, { name: "sag", unit: "V", scale: 100 }],
    [EVENT_SWELL, { name: "swell", unit: "V", scale: 100 }],
    [EVENT_FREQUENCY, { name: "frequency", unit: "Hz", scale: 1000 }],
    [EVENT_OVERLOAD, { name: "overload", unit: "A", scale: 1000 }],
    [EVENT_SETTINGS, { name: "settings", unit: "version", scale: 1 }],
    [EVENT_CALIBRATION, { name: "calibration", unit: null, scale: 1 }],
])

/** A newer device may send what this server has no name for. */
const UNKNOWN: EventKind = { name: "unknown", unit: null, scale: 1 }

/** An event as people are told of it. */
export interface ToldEvent {
    id: number
    deviceId: string
    channelId: number | null
    kind: string
    beganMs: number
    durationMs: number
    value: number | null
    unit: string | null
}

/** Those that this server has a name for. */
export const EVENT_KINDS = [...KINDS.values()].map(({ name }) => name)

/** Every name that a told event may have. */
export const EVENT_NAMES = [...EVENT_KINDS, UNKNOWN.name]

/** The code of an event's name. Throws RangeError for one that is not among EVENT_KINDS. */
export function eventCode(name: string): number {
    for (const [code, kind] of KINDS) if (kind.name === name) return code
    throw new RangeError(`name: there is no event ${name}`)
}

/** The name of an event's code. */
export function eventName(code: number): string {
    return (KINDS.get(code) ?? UNKNOWN).name
}

export function tellEvent({ code, value, ...event }: StoredEvent): ToldEvent {
    const { name, unit, scale } = KINDS.get(code) ?? UNKNOWN
    return { ...event, kind: name, value: unit === null ? null : value / scale, unit }
}
