import { DiscDetector } from "../measure/disc-detector.js"
import type { Channel } from "../wire/channels.js"
import type { Inputs } from "./inputs.js"
import type { Sensor } from "./sensor.js"

/** The mark of a Ferraris disc or the bright spot of a digit, under a reflective sensor. */
export function discSensor(channel: number, settings: Channel, inputs: Inputs): Sensor {
    const fields = settings.fields
    const pin = fields["pin"]
    const detector = new DiscDetector({
        isPeak: fields["isPeak"],
        shortestMs: fields["shortestMs"],
    })
    return { channel, isAnalog: true, pin, read: inputs.millivoltReader(pin), detector }
}
