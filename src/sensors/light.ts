import { FLASH_DEFAULTS, FlashDetector } from "../measure/flash-detector.js"
import { Inputs } from "./inputs.js"

const PERIOD_MS = 25

/** Counts an LED's flashes through a photodiode or phototransistor on an analog pin. */
export class LightSensor {
    readonly periodMs = PERIOD_MS
    private readonly detector = new FlashDetector(FLASH_DEFAULTS)

    constructor(private readonly pin: number) {}

    sample(inputs: Inputs, uptimeMs: number): number[] | undefined {
        const ends = this.detector.addSample(inputs.readMillivolts(this.pin))
        return ends && ends.map(samplesAgo => uptimeMs - samplesAgo * PERIOD_MS)
    }

    rejected(): number {
        return this.detector.rejected
    }
}
