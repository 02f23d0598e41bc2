import type { SlotLog } from "../outbox/slot-log.js"
import type { Burst } from "./burst.js"
import type { ChipBus } from "./chip-bus.js"

/**
 * What sensors read: a board's pins, the simulator's bench, or the built-in test pattern. Readers are
 * functions made once for each pin, since they run a hundred times a second.
 */
export interface Inputs {
    /** Reads the voltage at analog pin A<pin>, in mV. */
    millivoltReader(pin: number): () => number
    /** Reads the level of digital pin D<pin>: 0 or 1; `pull` is one of PULL_*. */
    levelReader(pin: number, pull: number): () => number
    /** Switches digital pin D<pin>, which supplies a sensor. */
    powerWriter(pin: number): (isOn: boolean) => void
    /** Reads bursts; after each pair one of `polls` is read, in turn. */
    burstReader(polls: Poll[]): BurstReader
    /** The bus of the metering chips; undefined without pins for it. */
    chipBus(): ChipBus | undefined
    /** To be called ten times a second; `isOn` drives the heartbeat light. A bench is told the counts. */
    beat(isOn: boolean, logs: SlotLog[]): void
}

/** A pin that is read between the pairs of a burst. */
export interface Poll {
    isAnalog: boolean
    pin: number
    /** mV or level, as its sensor takes it. */
    read: () => number
}

export interface BurstReader {
    /** Reads the burst without a break. */
    start(burst: Burst): void
    /** Makes what was read stand in the burst; to be called at the next wake. */
    take(burst: Burst): void
    /** To be told how many pairs went through the maths. */
    spend(samples: number): void
}

/** ADC full scale at 12 dB attenuation, in mV. */
export const FULL_SCALE_MV = 3300

/** Greatest code of the 12-bit ADC. */
export const ADC_MAX = 4095

export const PULL_UP = 1
export const PULL_DOWN = 2
