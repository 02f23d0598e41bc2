/*
 * The bench: a window of the program's own memory that a simulator finds by its tag and writes to, as
 * if it were a board's pin registers. docs/decisions.md says why it is not a bus service.
 */

/** The tag stands at 0, its complement at 8: side by side they are in no image, only in a window. */
export const BENCH_TAG_LOW = 0x4d455445
export const BENCH_TAG_HIGH = 0x42454e43

/** 1 once a simulator shows signals. */
export const BENCH_IS_ATTACHED_AT = 16
/** Grows, modulo 256, while the program lives. */
export const BENCH_BEATS_AT = 17
/** ADC reads so far, modulo 256. */
export const BENCH_ADC_READS_AT = 18
/** One byte a digital pin, 0 or 1; of pin 0, which does not exist. */
export const BENCH_LEVELS_AT = 27
/** Two bytes an analog pin, ADC codes; of pin 0, which does not exist. */
export const BENCH_ANALOG_AT = 42
export const BENCH_WINDOW_BYTES = 76

/** Greatest code of a 12-bit ADC. */
export const BENCH_ADC_MAX = 4095
