import { isClampKind } from "../src/wire/channels.js"
import { ENERGY_UNIT_WH } from "../src/wire/mains-slots.js"
import type { Amounts, ReadAmounts } from "./amounts.js"
import { AppError } from "./errors.js"
import { checkSensorChannels } from "./sensors.js"
import type { Sensor } from "./store/device-settings.js"
import {
    type Channel,
    type Direction,
    type MainsStep,
    RESOLUTION_SECONDS,
    type Store,
} from "./store/store.js"
import { type Unit, unitKind } from "./units.js"

/** What a sensor of mains channels can show beside net power and energy. */
export const SENSOR_QUANTITIES = ["power", "energyIn", "energyOut"] as const
type SensorQuantity = (typeof SENSOR_QUANTITIES)[number]

/** What to count: all that was drawn less what was delivered, or one of them. */
export interface Counting {
    flow: "net" | Direction
    /** Pulses as they are; else Wh or litres. */
    isPulses: boolean
}

/** What a unit and a quantity ask for. Throws AppError `bad_request` for a quantity of pulses. */
export function countingOf(
    store: Store,
    sensor: Sensor,
    unit: Unit,
    quantity: SensorQuantity | undefined
): { unit: Unit; counting: Counting } {
    if (quantity === undefined)
        return { unit, counting: { flow: "net", isPulses: unitKind(unit).of === "pulses" } }
    const [first] = checkSensorChannels(sensor.type, sensor.channelIds, store.channels())
    if (!isClampKind(first.kind))
        throw new AppError("bad_request", "quantity: only a sensor of mains channels has several")
    const counting = (flow: Counting["flow"]) => ({ flow, isPulses: false })
    if (quantity === "power") return { unit: "W", counting: counting("net") }
    return { unit: "Wh", counting: counting(quantity === "energyIn" ? "in" : "out") }
}

/** A reader of each of a sensor's channels; what a channel of direction "out" counts is delivered. */
export function sensorReaders(store: Store, sensor: Sensor, counting: Counting): ReadAmounts[] {
    const channels = checkSensorChannels(sensor.type, sensor.channelIds, store.channels())
    return channels.map(channel =>
        isClampKind(channel.kind)
            ? mainsReader(store, channel, counting)
            : countReader(store, channel, counting)
    )
}

function countReader(store: Store, channel: Channel, { flow, isPulses }: Counting): ReadAmounts {
    const { id, direction, perPulse } = channel
    const sign = flow === "net" && direction === "out" ? -1 : 1
    const isOther = flow !== "net" && flow !== direction
    const weight = isOther ? 0 : sign * (isPulses ? 1 : perPulse)
    return (fromMs, toMs, resolution) => {
        const { startMs, counts, coveredS } = store.series(id, fromMs, toMs, resolution)
        // a pulse that is not there has no sign
        const amounts = counts.map(count => count && count * weight)
        return { startMs, amounts, coveredS }
    }
}

function mainsReader(store: Store, channel: Channel, { flow, isPulses }: Counting): ReadAmounts {
    const isOut = channel.direction === "out"
    const weight = isPulses ? 1 : ENERGY_UNIT_WH
    const countOf = ({ energyIn, energyOut }: MainsStep) => {
        const [drawn, delivered] = isOut ? [energyOut, energyIn] : [energyIn, energyOut]
        if (flow === "net") return drawn - delivered
        return flow === "in" ? drawn : delivered
    }
    return (fromMs, toMs, resolution): Amounts => {
        const { startMs, steps } = store.mainsSeries(channel.id, fromMs, toMs, resolution)
        return {
            startMs,
            amounts: steps.map(step => step && countOf(step) * weight),
            coveredS: steps.map(step => (step?.slots ?? 0) * RESOLUTION_SECONDS.slot),
        }
    }
}
