import { FLASH_DEFAULTS, FlashDetector, WINDOW_SAMPLES } from "../measure/flash-detector.js"
import type { Sensor } from "./sensor.js"

const PERIOD_MS = 25

/** Counts an LED's flashes through a photodiode or phototransistor; `readMillivolts` reads its pin. */
export function lightSensor(readMillivolts: () => number): Sensor {
    const detector = new FlashDetector(FLASH_DEFAULTS)
    let window: number[] = []
    return {
        periodMs: PERIOD_MS,
        sample: uptimeMs => {
            window.push(readMillivolts())
            if (window.length < WINDOW_SAMPLES) return undefined
            const ends = detector.addWindow(window)
            window = []
            return ends?.map(samplesAgo => uptimeMs - samplesAgo * PERIOD_MS)
        },
        rejected: () => detector.rejected,
    }
}
