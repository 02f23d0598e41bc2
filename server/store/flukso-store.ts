import type { CounterValue } from "./counter-readings.js"
import type { ChannelType } from "./store.js"

export interface NewFluksometer {
    homeId: number
    name: string
    /** 32 lowercase hex digits, as in the device's own settings. */
    fluksoId: string
    /** 32 characters; signs as this text. */
    key: string
    /** What stands behind FL on its case. */
    number: number | null
    /** `publicId`: the device's own id for it, 32 lowercase hex digits; `port`: 1 to 6. */
    sensors: { publicId: string; port: number; name: string; type: ChannelType }[]
}

/** What a Fluksometer says of itself at every heartbeat; undefined for what it does not say. */
export interface Heartbeat {
    isReset: boolean
    version?: string | undefined
    uptimeS?: number | undefined
    ip?: string | undefined
    port?: string | undefined
}

/** What is known of one; null for what it has not said. */
export interface Fluksometer {
    fluksoId: string
    number: number | null
    version: string | null
    heartbeatS: number | null
    uptimeS: number | null
    resets: number
    ip: string | null
    port: string | null
}

/** How a Fluksometer's sensor is wired and set; null for what it did not say. */
interface FluksoWiring {
    class: string | null
    voltage: number | null
    current: number | null
    phase: number | null
    /** Wh or litres per pulse. */
    constant: number | null
}

export interface FluksoSensor extends FluksoWiring {
    deviceId: string
    port: number
    /** When the device last said anything of it, Unix s. */
    accessS: number | null
    /** The counter's last value; null before the first. */
    last: CounterValue | null
}

export interface FluksoConfig extends FluksoWiring {
    /** What its user calls it; null leaves it as it is. */
    name: string | null
    type: ChannelType | null
    isEnabled: boolean
}

interface StoredSpan {
    channelId: number
    fromMs: number
    toMs: number
}

export interface Prices {
    eurPerKwh: number
    audPerKwh: number
}

/** What Fluksometers and their clients need beside what every device has. */
export interface FluksoStore {
    /** Returns the device's id. Throws AppError `conflict` when an id or name is taken. */
    addFluksometer(device: NewFluksometer): string
    /** Undefined for a device that is none. */
    fluksometer(deviceId: string): Fluksometer | undefined
    saveHeartbeat(deviceId: string, heartbeat: Heartbeat, nowMs: number): void

    /** Undefined for a sensor of another device. */
    fluksoSensor(sensorId: number): FluksoSensor | undefined
    /** A name that another sensor of the home has gets a number. */
    saveFluksoConfig(sensorId: number, config: FluksoConfig, nowMs: number): void
    /**
     * Stores what a counter tells beyond what is known, each value once; in one transaction. Returns the
     * span of it, undefined when nothing was new.
     */
    storeCounter(sensorId: number, values: CounterValue[], nowMs: number): StoredSpan | undefined
    /** What a sensor counted since install, Wh or litres, and until when; undefined before anything. */
    sensorTotal(sensorId: number): CounterValue | undefined

    fluksoPrices(homeId: number): Prices
    saveFluksoPrices(homeId: number, prices: Prices): void
    /** A user's number; undefined for an unknown user. */
    fluksoUid(user: string): number | undefined
    userOfFluksoUid(uid: number): string | undefined
}
