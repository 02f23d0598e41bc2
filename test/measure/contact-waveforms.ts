/*
 * Truth tables of the contact detector. A plain module, because they hold on the device too: see
 * test/device/counts.ts.
 */

/** Polled levels of a contact, and when the pulses in them began. */
export interface ContactWaveform {
    name: string
    /** One digit per poll. */
    levels: string
    /** Time of each poll in ms; every 10 ms without. */
    pollsMs?: number[]
    /** Options that differ from the defaults of a pulse channel. */
    edge?: number
    isInverted?: boolean
    shortestHighMs?: number
    shortestLowMs?: number
    beginsMs: number[]
    rejected: number
}

export const CONTACT_WAVEFORMS: ContactWaveform[] = [
    { name: "open for ever", levels: "1111111", beginsMs: [], rejected: 0 },
    { name: "closed for ever", levels: "0000000", beginsMs: [], rejected: 0 },
    {
        name: "a train of 30 ms on, 30 ms off",
        levels: "111000111000111000111",
        beginsMs: [30, 90, 150],
        rejected: 0,
    },
    {
        name: "a train of 20 ms on, 20 ms off, at the limit",
        levels: "11001100110011",
        beginsMs: [20, 60, 100],
        rejected: 0,
    },
    { name: "a glitch of one poll", levels: "1110111", beginsMs: [], rejected: 1 },
    {
        name: "a gap of one poll in a pulse does not split it",
        levels: "11100010001",
        beginsMs: [30],
        rejected: 1,
    },
    {
        name: "a contact that bounces as it closes and as it opens",
        levels: "111010100000101011111",
        beginsMs: [70],
        rejected: 4,
    },
    { name: "closed at boot is no pulse", levels: "000111", beginsMs: [], rejected: 0 },
    { name: "closed at boot, then a pulse", levels: "000111000111", beginsMs: [60], rejected: 0 },
    {
        name: "one poll of another level at boot",
        levels: "100011100",
        beginsMs: [70],
        rejected: 0,
    },
    { name: "a pulse that is still on", levels: "1100", beginsMs: [20], rejected: 0 },
    { name: "a pulse seen once so far", levels: "110", beginsMs: [], rejected: 0 },
    { name: "alternating with every poll", levels: "1101010101", beginsMs: [], rejected: 4 },
    {
        name: "the rising edge, where that counts",
        levels: "111000111000",
        edge: 1,
        beginsMs: [60],
        rejected: 0,
    },
    {
        name: "the falling edge of an inverted pin",
        levels: "000111000111",
        isInverted: true,
        beginsMs: [30, 90],
        rejected: 0,
    },
    {
        name: "a low level that must last 50 ms",
        levels: "1100001100000011",
        shortestLowMs: 50,
        beginsMs: [80],
        rejected: 1,
    },
    {
        name: "a high level that must last 50 ms does not part two pulses when it is shorter",
        levels: "111111000111000111111100",
        shortestHighMs: 50,
        beginsMs: [60, 220],
        rejected: 1,
    },
    {
        name: "an inverted pin's high level is its low one",
        levels: "0011110011111100",
        isInverted: true,
        shortestLowMs: 50,
        beginsMs: [80],
        rejected: 1,
    },
    {
        name: "polls of 1 ms within a burst: 9 ms never",
        levels: "11000000000111",
        pollsMs: [0, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22],
        beginsMs: [],
        rejected: 1,
    },
    {
        name: "polls of 1 ms within a burst: 11 ms are enough",
        levels: "1100000000000111",
        pollsMs: [0, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24],
        beginsMs: [11],
        rejected: 0,
    },
    {
        name: "a late poll and the next one on time are two polls of the grid",
        levels: "110011",
        pollsMs: [0, 10, 25, 30, 40, 50],
        beginsMs: [25],
        rejected: 0,
    },
]
