import { LightDetector } from "../measure/light-detector.js"
import type { Channel } from "../wire/channels.js"
import type { Inputs } from "./inputs.js"
import type { Sensor } from "./sensor.js"

/** An LED's flashes through a photodiode or phototransistor. */
export function lightSensor(channel: number, settings: Channel, inputs: Inputs): Sensor {
    const fields = settings.fields
    const pin = fields["pin"]
    const detector = new LightDetector({
        minThresholdMv: fields["minThresholdMv"],
        maxThresholdMv: fields["maxThresholdMv"],
        minRatioPercent: fields["minRatioPercent"],
        longestMs: fields["longestMs"],
    })
    return { channel, isAnalog: true, pin, read: inputs.millivoltReader(pin), detector }
}
