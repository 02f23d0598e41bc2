import { isClampKind } from "../../../src/wire/channels.js"
import type { Sensor } from "../../store/device-settings.js"
import type { Channel, Store } from "../../store/store.js"

/** All that is known of a sensor, in the order in which Flukso's clients have always got it. */
export function sensorParameters(store: Store, sensor: Sensor, channels: Channel[]): string {
    const own = store.fluksoSensor(sensor.id)
    const last = own ? own.last : (store.sensorTotal(sensor.id) ?? null)
    const isClamp = channels.some(({ kind }) => isClampKind(kind))
    const wiring = own ?? {
        class: isClamp ? "analog" : "pulse",
        voltage: null,
        current: null,
        phase: null,
        // channels with different ones add up all the same
        constant: isClamp ? null : sameOf(channels.map(({ perPulse }) => perPulse)),
    }
    const fields = [
        ["access", JSON.stringify(own ? own.accessS : (last?.atS ?? null))],
        ["type", JSON.stringify(sensor.type)],
        ["function", JSON.stringify(sensor.name)],
        ["class", JSON.stringify(wiring.class)],
        ["voltage", JSON.stringify(wiring.voltage)],
        ["current", JSON.stringify(wiring.current)],
        ["phase", JSON.stringify(wiring.phase)],
        ["constant", withFraction(wiring.constant)],
        ["enabled", sensor.isEnabled ? "1" : "0"],
        ["lastupdate", JSON.stringify(last && [last.atS, last.counter])],
    ]
    return `{${fields.map(([name, value]) => `"${name}":${value}`).join(",")}}`
}

function sameOf(values: number[]): number | null {
    return values.length > 0 && values.every(value => value === values[0]) ? values[0] : null
}

/** A number that always has a fraction, so that every client reads the same type. */
function withFraction(value: number | null): string {
    return value !== null && Number.isInteger(value) ? `${value}.0` : JSON.stringify(value)
}
