import { ContactDetector, REED_DEFAULTS } from "../measure/contact-detector.js"
import { MagnetDetector } from "../measure/magnet-detector.js"
import type { Channel } from "../wire/channels.js"
import { type Inputs, PULL_UP } from "./inputs.js"
import type { Sensor } from "./sensor.js"

/** A turning magnet at a reed contact or Hall switch (digital), or at a Hall or magnetometer axis. */
export function magnetSensor(channel: number, settings: Channel, inputs: Inputs): Sensor {
    const fields = settings.fields
    const pin = fields["pin"]
    const powerPin = fields["powerPin"]
    const isAnalog = fields["isDigital"] !== 1
    const detector = isAnalog ? new MagnetDetector() : new ContactDetector(REED_DEFAULTS)
    const readPin = isAnalog ? inputs.millivoltReader(pin) : inputs.levelReader(pin, PULL_UP)
    const read = powerPin > 0 ? powered(readPin, inputs.powerWriter(powerPin)) : readPin
    return { channel, isAnalog, pin, read, detector }
}

/** Supplies the sensor for the read alone: it must settle within the few bytecodes in between, some 30 us. */
function powered(read: () => number, setPower: (isOn: boolean) => void): () => number {
    return () => {
        setPower(true)
        const value = read()
        setPower(false)
        return value
    }
}
