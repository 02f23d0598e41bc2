import { ContactDebouncer } from "../measure/contact-debouncer.js"
import { Inputs } from "./inputs.js"

/** The board's own grain; an S0 pulse lasts 30 ms at least (IEC 62053-31). */
const PERIOD_MS = 10

/** Counts a contact's or an open collector's pulses on a digital pin with pull-up. */
export class PulseSensor {
    readonly periodMs = PERIOD_MS
    private readonly debouncer = new ContactDebouncer()

    constructor(private readonly pin: number) {}

    sample(inputs: Inputs, uptimeMs: number): number[] | undefined {
        const beganMs = this.debouncer.addLevel(inputs.readLevel(this.pin), uptimeMs)
        return beganMs === undefined ? undefined : [beganMs]
    }

    rejected(): number {
        return this.debouncer.rejected
    }
}
