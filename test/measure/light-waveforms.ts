/*
 * What the light detector makes of a waveform. A plain module, because it holds on the device too:
 * see test/device/light.ts.
 */

export interface LightTrace {
    name: string
    /** Length in ms and level in mV, one piece after the other. */
    pieces: [number, number][]
    /** Uptimes at which the flashes began that are counted. */
    begins: number[]
    rejected: number
    /** Whether the count may be wrong. */
    isPoor: boolean
}

const DARK: [number, number] = [1000, 300]

export const LIGHT_TRACES: LightTrace[] = [
    { name: "steady dark", pieces: [DARK, DARK], begins: [], rejected: 0, isPoor: false },
    {
        name: "the first flash after boot",
        pieces: [[130, 300], [40, 1300], DARK],
        begins: [130],
        rejected: 0,
        isPoor: false,
    },
    {
        name: "flashes of 30 to 100 ms",
        pieces: [DARK, [30, 1300], DARK, [60, 1300], DARK, [100, 1300], DARK],
        begins: [1000, 2030, 3090],
        rejected: 0,
        isPoor: true,
    },
    {
        name: "flashes of 100 ms, 30 ms apart",
        pieces: [DARK, [100, 900], [30, 300], [100, 900], [30, 300], [100, 900], DARK],
        begins: [1000, 1130, 1260],
        rejected: 0,
        isPoor: false,
    },
    {
        name: "a flash of a third more than the idle light",
        pieces: [
            [1000, 1000],
            [40, 1300],
            [500, 1000],
        ],
        begins: [1000],
        rejected: 0,
        isPoor: false,
    },
    {
        name: "a lamp that is switched on is no flash, and flashes over it count",
        pieces: [DARK, [1000, 1500], [40, 2500], [500, 1500]],
        begins: [2000],
        rejected: 1,
        isPoor: true,
    },
    {
        name: "a lamp that is switched off",
        pieces: [
            [1000, 1500],
            [1000, 300],
            [40, 1300],
            [500, 300],
        ],
        begins: [2000],
        rejected: 0,
        isPoor: true,
    },
    {
        name: "a flash below the least ratio",
        pieces: [
            [1000, 2000],
            [40, 2080],
            [500, 2000],
        ],
        begins: [],
        rejected: 1,
        isPoor: true,
    },
    {
        name: "a flash that is still darkness",
        pieces: [
            [1000, 20],
            [40, 140],
            [500, 20],
        ],
        begins: [],
        rejected: 1,
        isPoor: true,
    },
    {
        name: "a single bright sample counts, and may be wrong",
        pieces: [
            [3000, 300],
            [10, 1300],
            [500, 300],
        ],
        begins: [3000],
        rejected: 0,
        isPoor: true,
    },
    { name: "saturated", pieces: [[3000, 3300]], begins: [], rejected: 0, isPoor: true },
]

/** Level of a trace's samples, taken every 10 ms. */
export function samplesOf(trace: LightTrace): number[] {
    const samples: number[] = []
    for (const piece of trace.pieces)
        for (let ms = 0; ms < piece[0]; ms += 10) samples.push(piece[1])
    return samples
}
