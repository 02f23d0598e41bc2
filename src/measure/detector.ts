/** Counts one sensor's pulses in samples of about every 10 ms. */
export interface Detector {
    /** Takes one sample: mV for analog kinds, level 0 or 1 for digital ones. Returns the uptime at which the pulse that it completes began; undefined without one. */
    add(value: number, uptimeMs: number): number | undefined
    /** Edges seen and not counted since boot. */
    rejected: number
    /** Quality in percent of the signal since the last call, 0 to 100; to be called once a slot (5 s). Below POOR_QUALITY the slot's count may be wrong. */
    takeQuality(): number
    /** What somebody or something does to the sensor, one of TAMPER_*, once for each new finding; TAMPER_NONE otherwise. */
    takeTamper(): number
    /**
     * What the signal is like, not there where it has two levels only: its level between two pulses in mV,
     * the height of a pulse over that in mV (below 0 of a dip, 0 while it is not known), the standard
     * deviation of its noise in 0.1 mV, and `rejected`.
     */
    signal?(): number[]
}

export const POOR_QUALITY = 50
export const TAMPER_NONE = 0
/** The sensor sees nothing any more: torn off. */
export const TAMPER_TORN_OFF = 1
/** Saturated by light. */
export const TAMPER_BLINDED = 2
/** Stuck at a supply rail or at one level. */
export const TAMPER_SHORTED = 3
export const TAMPER_MAGNET = 4
/** A clamp's current is gone while its phase partners flow. */
export const TAMPER_CLAMP_OPEN = 5
