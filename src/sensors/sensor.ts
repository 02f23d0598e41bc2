import { Channel, KIND_LIGHT } from "../wire/channels.js"
import { Inputs } from "./inputs.js"
import { LightSensor } from "./light.js"
import { PulseSensor } from "./pulse.js"

/** One input kind at work. */
export interface Sensor {
    /** Time between two samples; a multiple of the 5 ms that both 10 and 25 share. */
    readonly periodMs: number
    /** Takes one sample; returns the uptimes of the pulses it completes, if any. */
    sample(inputs: Inputs, uptimeMs: number): number[] | undefined
    /** Edges seen and not counted since boot. */
    rejected(): number
}

export function makeSensor(channel: Channel): Sensor {
    if (channel.kind === KIND_LIGHT) return new LightSensor(channel.pin)
    return new PulseSensor(channel.pin)
}
