/*
 * Registers of ST's metering chip STPM34 (data sheet DS10272 Rev 8, section 10, tables 42 to 66). A
 * row is 32 bits and is read at its even address; it is written in halves, the upper one at address + 1.
 */

/** Control rows of input 1; those of input 2 follow at {@link inputOffset}. */
export const DSP_CR1 = 0x00
export const DSP_CR3 = 0x04
export const DSP_CR4 = 0x06
export const DSP_CR5 = 0x08
export const DFE_CR1 = 0x18
/** Live events: sag history in bits 29 to 26, swell history in bits 25 to 22 (table 65). */
export const DSP_EV1 = 0x2a
/** Line periods: input 1 in bits 11 to 0, input 2 in bits 27 to 16. */
export const DSP_REG1 = 0x2e
/** Fundamental voltage at this moment, 24 bits with sign; that of input 2 is at 0x3C. */
export const V1_FUND = 0x38
/** Vrms in bits 14 to 0, Irms in bits 31 to 15; input 2 at 0x4A. */
export const DSP_REG14 = 0x48
/** Swell time in bits 14 to 0, sag time in bits 30 to 16; input 2 at 0x50. */
export const DSP_REG16 = 0x4c
/** Delay of the current behind the voltage in bits 27 to 16; input 2 at 0x52. */
export const DSP_REG17 = 0x4e
/** Active energy, 32 bits with sign that wrap; input 2 at 0x6C. */
export const PH1_ENERGY = 0x54
/** Active and reactive power, 29 bits with sign; input 2 at 0x74 and 0x78. */
export const PH1_ACTIVE = 0x5c
export const PH1_REACTIVE = 0x60

/** Reads or writes nothing (section 8.6). */
export const NO_ADDRESS = 0xff

/** Upper half of DSP_CR3. */
export const CR3_RESET = 0x10
export const CR3_AUTO_LATCH = 0x80
export const CR3_60_HZ = 0x800
/** Lower half of DSP_CR1 and DSP_CR2 at reset, and the bit that clears sag and swell. */
export const CR1_STANDARD = 0xa0
export const CR1_CLEAR_EVENTS = 0x10
/** DFE_CR1 and DFE_CR2 without the gain, which is in bits 27 and 26. */
export const DFE_LOW = 0x0327
/** Middle of the calibrators' range, an attenuation of 0.875 (table 14). */
export const CALIBRATOR_MIDDLE = 0x800
/** Thresholds that switch a comparison off (section 8.4.10). */
export const SWELL_OFF = 0x3ff
export const SAG_OFF = 0

/** Events, times and powers of input 2 lie `step` behind those of input 1. */
export function addressOf(first: number, input: number, step: number): number {
    return first + (input - 1) * step
}
