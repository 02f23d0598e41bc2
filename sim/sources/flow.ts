/** A span of constant flow of energy or volume, in pulses per ms. */
export interface Segment {
    fromMs: number
    toMs: number
    pulsesPerMs: number
}

// Sums of fractions miss a whole number by a rounding error; it must not cost a pulse.
const TOLERANCE = 1e-9

/** One pulse each time the integral passes a whole number; the remainder is carried on. */
export function* pulsesOfFlow(segments: Iterable<Segment>): Generator<number, undefined> {
    let fraction = 0
    for (const { fromMs, toMs, pulsesPerMs } of segments) {
        if (pulsesPerMs <= 0) continue
        const sum = fraction + pulsesPerMs * (toMs - fromMs)
        const whole = Math.floor(sum + TOLERANCE)
        for (let i = 1; i <= whole; i++) {
            yield Math.min(fromMs + (i - fraction) / pulsesPerMs, toMs)
        }
        fraction = sum - whole
    }
}

/** Plays items again and again, each pass later by the period; stops after a pass that gave none. */
export function* repeated<T>(
    pass: (offsetMs: number) => Iterable<T>,
    periodMs: number,
    durationMs: number
): Generator<T, undefined> {
    let isEmpty = false
    for (let offsetMs = 0; offsetMs < durationMs && !isEmpty; offsetMs += periodMs) {
        isEmpty = true
        for (const item of pass(offsetMs)) {
            isEmpty = false
            yield item
        }
    }
}

/** Pulses per ms of a flow of 1 in the given unit. */
export const PULSES_PER_MS = {
    /** times pulses per kWh */
    W: 1 / 3_600_000_000,
    kW: 1 / 3_600_000,
    /** times pulses per litre */
    "l/min": 1 / 60_000,
    "m3/h": 1 / 3_600,
} as const
