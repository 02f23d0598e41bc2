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
/** ADC reads so far outside bursts, modulo 256. */
export const BENCH_ADC_READS_AT = 18
/** Pairs of samples that went through the mains maths so far, modulo 65,536. */
export const BENCH_MATH_AT = 20
/** Pairs of the burst that the program reads now; the simulator sets 0 once it lies ready. */
export const BENCH_BURST_SAMPLES_AT = 23
/** Analog pins of the burst; voltage 0 without one. */
export const BENCH_BURST_VOLTAGE_AT = 24
export const BENCH_BURST_CURRENT_AT = 25
/** Pins that are polled in turn, one after each pair: how many, and from `..._PINS_AT` on which. */
export const BENCH_POLLS_AT = 26
/** One byte a digital pin, 0 or 1; of pin 0, which does not exist. */
export const BENCH_LEVELS_AT = 27
/** Two bytes an analog pin, ADC codes; of pin 0, which does not exist. */
export const BENCH_ANALOG_AT = 44
/** One byte each: the pin, and BENCH_IS_ANALOG on top of it. */
export const BENCH_POLL_PINS_AT = 78
/** The burst: voltage, current and poll of each pair, two bytes each. */
export const BENCH_BURST_AT = 94
export const BENCH_PAIR_BYTES = 6
export const BENCH_IS_ANALOG = 128

/** Most pairs of one burst. */
export const MAX_BURST_SAMPLES = 160

/** Greatest code of a 12-bit ADC. */
export const BENCH_ADC_MAX = 4095

/**
 * Mailbox to a metering chip: a session is asked for by a new request number, modulo 256, and its bytes
 * are those of the answer once that has the same number.
 */
export const BENCH_CHIP_REQUEST_AT = BENCH_BURST_AT + MAX_BURST_SAMPLES * BENCH_PAIR_BYTES
export const BENCH_CHIP_ANSWER_AT = BENCH_CHIP_REQUEST_AT + 1
export const BENCH_CHIP_AT = BENCH_CHIP_REQUEST_AT + 2
export const BENCH_CHIP_LENGTH_AT = BENCH_CHIP_REQUEST_AT + 3
export const BENCH_CHIP_DATA_AT = BENCH_CHIP_REQUEST_AT + 4
/** Longest session. */
const CHIP_BYTES = 96

/** Counts since boot of the channels, four bytes each: what the program itself has counted. */
export const BENCH_COUNTS_AT = BENCH_CHIP_DATA_AT + CHIP_BYTES

export const BENCH_WINDOW_BYTES = BENCH_COUNTS_AT + 64
