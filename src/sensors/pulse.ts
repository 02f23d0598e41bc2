import { ContactDebouncer } from "../measure/contact-debouncer.js"
import type { Sensor } from "./sensor.js"

/** The board's own grain; an S0 pulse lasts 30 ms at least (IEC 62053-31). */
const PERIOD_MS = 10

/** Counts a contact's or an open collector's pulses; `readLevel` reads its pin, which has a pull-up. */
export function pulseSensor(readLevel: () => number): Sensor {
    const debouncer = new ContactDebouncer()
    let settledLevel = -1
    return {
        periodMs: PERIOD_MS,
        sample: uptimeMs => {
            const level = readLevel()
            // nearly every poll ends here, without a call
            if (level === settledLevel) return undefined
            const beganMs = debouncer.addLevel(level, uptimeMs)
            settledLevel = debouncer.settledLevel()
            return beganMs === undefined ? undefined : [beganMs]
        },
        rejected: () => debouncer.rejected,
    }
}
