/** What sensors read: a board's pins, the simulator's bench, or the built-in test pattern. */
export interface Inputs {
    /** Voltage at analog pin A<pin>, in mV. */
    readMillivolts(pin: number): number
    /** Level of digital pin D<pin>: 0 or 1. */
    readLevel(pin: number): number
    /** To be called once a tick; `isOn` drives the heartbeat light. */
    tick(isOn: boolean): void
}

/** ADC full scale at 12 dB attenuation, in mV. */
export const FULL_SCALE_MV = 3300
