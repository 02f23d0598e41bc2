import { type Detector, TAMPER_NONE } from "../measure/detector.js"
import type { Poll } from "./inputs.js"

/** A pin whose pulses are counted, and the rule that counts them. */
export interface Sensor extends Poll {
    channel: number
    detector: Detector
}

/** Stands in for a sensor that cannot be read, so that the others go on. */
export function failedSensor({ channel, isAnalog, pin }: Sensor): Sensor {
    return { channel, isAnalog, pin, read: () => 0, detector: noDetector() }
}

/** A sensor that could not even be made; it says why at its first read. */
export function brokenSensor(channel: number, reason: string): Sensor {
    const read = () => {
        throw new Error(reason)
    }
    return { channel, isAnalog: false, pin: 0, read, detector: noDetector() }
}

function noDetector(): Detector {
    return {
        rejected: 0,
        add: () => undefined,
        takeQuality: () => 0,
        takeTamper: () => TAMPER_NONE,
    }
}
