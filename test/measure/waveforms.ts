/*
 * Truth tables of the detectors. A plain module, because they hold on the device too: see
 * test/device/tables.ts.
 */

/** Light in mV, one number per 25 ms sample, and what the detector makes of it. */
export interface LightWaveform {
    name: string
    /** Five samples each. */
    windowsMv: number[][]
    /** Index, over all windows, of the sample at which each flash was over. */
    ends: number[]
    rejected: number
}

const DARK = [300, 300, 300, 300, 300]
const LIT = [1300, 1300, 1300, 1300, 1300]

export const LIGHT_WAVEFORMS: LightWaveform[] = [
    { name: "steady dark", windowsMv: [DARK, DARK], ends: [], rejected: 0 },
    { name: "steady bright light", windowsMv: [LIT, LIT], ends: [], rejected: 0 },
    {
        name: "one sample within a window",
        windowsMv: [[300, 300, 1300, 300, 300]],
        ends: [3],
        rejected: 0,
    },
    {
        name: "three samples within a window",
        windowsMv: [[300, 1300, 1300, 1300, 300]],
        ends: [4],
        rejected: 0,
    },
    {
        name: "a flash at a window's start",
        windowsMv: [DARK, [1300, 1300, 300, 300, 300]],
        ends: [7],
        rejected: 0,
    },
    {
        name: "a flash at a window's end ends with the next window",
        windowsMv: [[300, 300, 300, 1300, 1300], DARK],
        ends: [5],
        rejected: 0,
    },
    {
        name: "a flash across two windows",
        windowsMv: [
            [300, 300, 300, 300, 1300],
            [1300, 1300, 300, 300, 300],
        ],
        ends: [7],
        rejected: 0,
    },
    {
        name: "two flashes in a window",
        windowsMv: [[300, 1300, 300, 1300, 300]],
        ends: [2, 4],
        rejected: 0,
    },
    {
        name: "a flash that ends and one that begins in the same window",
        windowsMv: [[300, 300, 300, 1300, 1300], [1300, 300, 300, 1300, 1300], DARK],
        ends: [6, 10],
        rejected: 0,
    },
    {
        name: "four samples are too long",
        windowsMv: [[1300, 1300, 1300, 1300, 300]],
        ends: [],
        rejected: 1,
    },
    {
        name: "too long, across two windows",
        windowsMv: [
            [300, 300, 300, 1300, 1300],
            [1300, 1300, 300, 300, 300],
        ],
        ends: [],
        rejected: 1,
    },
    {
        name: "a lamp that stays on for long is one rejection",
        windowsMv: [[300, 300, 1300, 1300, 1300], LIT, LIT, LIT, [1300, 1300, 300, 300, 300]],
        ends: [],
        rejected: 1,
    },
    {
        name: "a flash after one that was too long, in the same window",
        windowsMv: [
            [300, 300, 1300, 1300, 1300],
            [1300, 300, 1300, 300, 300],
        ],
        ends: [8],
        rejected: 1,
    },
    {
        name: "a flash at a window's start after one that was too long up to a window's end",
        windowsMv: [[300, 1300, 1300, 1300, 1300], DARK, [1300, 1300, 300, 300, 300]],
        ends: [12],
        rejected: 1,
    },
    {
        name: "a flash over the lamp that stays on",
        windowsMv: [
            [300, 300, 1300, 1300, 1300],
            LIT,
            [1300, 1300, 2700, 2700, 1300],
            [1300, 1300, 2700, 1300, 1300],
        ],
        ends: [14, 18],
        rejected: 1,
    },
    {
        name: "a threshold just high enough",
        windowsMv: [[0, 0, 300, 0, 0]],
        ends: [3],
        rejected: 0,
    },
    { name: "too dark to tell", windowsMv: [[0, 0, 299, 0, 0]], ends: [], rejected: 0 },
    {
        name: "a threshold just low enough",
        windowsMv: [[2000, 2000, 5000, 2000, 2000]],
        ends: [3],
        rejected: 0,
    },
    {
        name: "saturated",
        windowsMv: [[2000, 2000, 5002, 2000, 2000]],
        ends: [],
        rejected: 0,
    },
    {
        name: "a ratio of just 2",
        windowsMv: [[600, 600, 1200, 600, 600]],
        ends: [3],
        rejected: 0,
    },
    { name: "a ratio below 2", windowsMv: [[600, 600, 1199, 600, 600]], ends: [], rejected: 0 },
    {
        name: "a rise of daylight by less than 2 in a window",
        windowsMv: [
            [300, 350, 400, 450, 500],
            [600, 700, 800, 900, 1000],
        ],
        ends: [],
        rejected: 0,
    },
    {
        name: "a faint flash that the next window cannot tell from the dark is over with it",
        windowsMv: [
            [80, 80, 80, 80, 230],
            [80, 50, 80, 80, 80],
        ],
        ends: [5],
        rejected: 0,
    },
    {
        name: "a slope as high as the threshold is not above it",
        windowsMv: [[300, 800, 1300, 800, 300]],
        ends: [3],
        rejected: 0,
    },
]

/** Levels of a contact, one digit per 10 ms poll, and when the pulses in it began. */
export interface ContactWaveform {
    name: string
    levels: string
    /** Index of the poll at which each pulse began. */
    begins: number[]
    rejected: number
}

export const CONTACT_WAVEFORMS: ContactWaveform[] = [
    { name: "open for ever", levels: "1111111", begins: [], rejected: 0 },
    {
        name: "a train of 30 ms on, 30 ms off",
        levels: "111000111000111000111",
        begins: [3, 9, 15],
        rejected: 0,
    },
    {
        name: "a train of 20 ms on, 20 ms off, at the limit",
        levels: "11001100110011",
        begins: [2, 6, 10],
        rejected: 0,
    },
    { name: "a glitch of one poll", levels: "1110111", begins: [], rejected: 1 },
    {
        name: "a gap of one poll in a pulse does not split it",
        levels: "11100010001",
        begins: [3],
        rejected: 1,
    },
    {
        name: "a contact that bounces as it closes and as it opens",
        levels: "111010100000101011111",
        begins: [7],
        rejected: 4,
    },
    { name: "closed at boot is no pulse", levels: "000111", begins: [], rejected: 0 },
    {
        name: "closed at boot, then a pulse",
        levels: "000111000111",
        begins: [6],
        rejected: 0,
    },
    {
        name: "one poll of another level at boot",
        levels: "100011100",
        begins: [7],
        rejected: 0,
    },
    { name: "a pulse that is still on", levels: "1100", begins: [2], rejected: 0 },
    { name: "a pulse seen once so far", levels: "110", begins: [], rejected: 0 },
    { name: "alternating with every poll", levels: "1101010101", begins: [], rejected: 4 },
]
