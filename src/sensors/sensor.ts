import { type Channel, KIND_LIGHT } from "../wire/channels.js"
import type { Inputs } from "./inputs.js"
import { lightSensor } from "./light.js"
import { pulseSensor } from "./pulse.js"

/** One input kind at work on one pin. */
export interface Sensor {
    /** Time between two samples. */
    periodMs: number
    /** Takes one sample; returns the uptimes of the pulses it completes, if any. */
    sample: (uptimeMs: number) => number[] | undefined
    /** Edges seen and not counted since boot. */
    rejected: () => number
}

export function makeSensor(channel: Channel, inputs: Inputs): Sensor {
    if (channel.kind === KIND_LIGHT) return lightSensor(inputs.millivoltReader(channel.pin))
    return pulseSensor(inputs.levelReader(channel.pin))
}
