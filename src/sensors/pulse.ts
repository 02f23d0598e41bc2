import { ContactDetector } from "../measure/contact-detector.js"
import type { Channel } from "../wire/channels.js"
import type { Inputs } from "./inputs.js"
import type { Sensor } from "./sensor.js"

/** An S0 output, an open collector, a relay contact or a 555's output. */
export function pulseSensor(channel: number, settings: Channel, inputs: Inputs): Sensor {
    const fields = settings.fields
    const pin = fields["pin"]
    const detector = new ContactDetector({
        edge: fields["edge"],
        isInverted: fields["isInverted"] === 1,
        shortestHighMs: fields["shortestHighMs"],
        shortestLowMs: fields["shortestLowMs"],
        calmMs: 0,
    })
    const read = inputs.levelReader(pin, fields["pull"])
    return { channel, isAnalog: false, pin, read, detector }
}
