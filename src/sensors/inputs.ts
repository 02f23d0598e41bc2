/**
 * What sensors read: a board's pins, the simulator's bench, or the built-in test pattern. Readers are
 * functions made once for each pin, since they run hundreds of times a second.
 */
export interface Inputs {
    /** Reads the voltage at analog pin A<pin>, in mV. */
    millivoltReader(pin: number): () => number
    /** Reads the level of digital pin D<pin>: 0 or 1. */
    levelReader(pin: number): () => number
    /** To be called ten times a second; `isOn` drives the heartbeat light. */
    beat(isOn: boolean): void
}

/** ADC full scale at 12 dB attenuation, in mV. */
export const FULL_SCALE_MV = 3300
