import { isClampKind } from "../src/wire/channels.js"
import { ENERGY_UNIT_WH } from "../src/wire/mains-slots.js"
import { AppError } from "./errors.js"
import { quantityOf } from "./mains-quantities.js"
import { checkSensorChannels } from "./sensors.js"
import type { Sensor } from "./store/device-settings.js"
import type { Channel, MainsStep, Resolution, Store } from "./store/store.js"
import { convertCount, type Unit } from "./units.js"

/** What a sensor of mains channels can show beside net power and energy. */
export const SENSOR_QUANTITIES = ["power", "energyIn", "energyOut"] as const
type SensorQuantity = (typeof SENSOR_QUANTITIES)[number]

interface Query {
    fromMs: number
    toMs: number
    resolution: Resolution
    unit: Unit
    quantity?: SensorQuantity | undefined
}

/** A channel's part in its sensor's series: null where nothing was measured. */
interface Part {
    startMs: number[]
    values: (number | null)[]
}

/**
 * Each channel's part in a sensor's series, to be added up; what a channel of direction "out" counts is
 * delivered. Throws AppError `bad_request` for a quantity that the channels do not measure.
 */
export function sensorColumns(
    store: Store,
    sensor: Sensor,
    query: Query
): { unit: Unit; parts: Part[] } {
    const channels = checkSensorChannels(sensor.type, sensor.channelIds, store.channels())
    const isMains = isClampKind(channels[0].kind)
    if (!isMains && query.quantity !== undefined)
        throw new AppError("bad_request", "quantity: only a sensor of mains channels has several")
    const partOf = isMains ? mainsPart : countPart
    const parts = channels.map(channel => partOf(store, channel, query))
    return { unit: unitOf(query), parts }
}

function unitOf({ quantity, unit }: Query): Unit {
    if (quantity === undefined) return unit
    return quantity === "power" ? "W" : "Wh"
}

function countPart(store: Store, channel: Channel, query: Query): Part {
    const { fromMs, toMs, resolution, unit } = query
    const { startMs, counts, coveredS } = store.series(channel.id, fromMs, toMs, resolution)
    const sign = channel.direction === "out" ? -1 : 1
    const values = counts.map((count, at) => {
        const value = count && convertCount(unit, count, coveredS[at], channel.perPulse)
        return value && sign * value
    })
    return { startMs, values }
}

function mainsPart(store: Store, channel: Channel, query: Query): Part {
    const { fromMs, toMs, resolution } = query
    const { startMs, steps } = store.mainsSeries(channel.id, fromMs, toMs, resolution)
    const isOut = channel.direction === "out"
    return { startMs, values: steps.map(step => step && mainsValue(step, isOut, query)) }
}

function mainsValue(step: MainsStep, isOut: boolean, { quantity, unit }: Query): number | null {
    const { energyIn, energyOut } = step
    if (quantity === "energyIn") return (isOut ? energyOut : energyIn) * ENERGY_UNIT_WH
    if (quantity === "energyOut") return (isOut ? energyIn : energyOut) * ENERGY_UNIT_WH
    const sign = isOut ? -1 : 1
    if (quantity === "power" || unit === "W") {
        const powerW = quantityOf("power", step)
        return powerW && sign * powerW
    }
    const count = sign * (energyIn - energyOut)
    return unit === "Wh" ? count * ENERGY_UNIT_WH : count
}
