/*
 * Tables of the metering chip's arithmetic, for Node and for the virtual machine. The frame FF 08 FA F7
 * with the CRC DD is in ST's UM2066; currents and powers follow from the data sheet's formulas.
 */

/** Four bytes and their CRC. */
export const FRAMES: [string, number][] = [
    ["ff08faf7", 0xdd],
    ["31323334", 0xc2],
    ["00000000", 0x00],
    ["00000001", 0x07],
]

/** Clamp in A, gain field, uA and uW of a step. */
export const SCALES: [number, number, number, number][] = [
    [50, 3, 1608, 868],
    [100, 2, 3215, 1735],
    [250, 1, 6430, 3471],
    [500, 0, 12861, 6941],
]

/** Readings, tenths of a mWh a step, energy in, energy out. */
export const ENERGY_STEPS: [string, number[], number, number, number][] = [
    ["begins at the first reading", [123456], 1, 0, 0],
    ["goes in", [0, 1000, 3000], 0.5, 1500, 0],
    ["goes out", [3000, 1000], 0.5, 0, 1000],
    ["wraps on its way in", [4294967000, 704], 1, 1000, 0],
    ["wraps on its way out", [704, 4294967000], 1, 0, 1000],
    ["passes from plus to minus", [2147483000, 2147484000], 1, 1000, 0],
    ["of a reversed clamp", [0, 1000], -1, 0, 1000],
    ["in and out are apart", [1000, 3000, 2500], 1, 2000, 500],
]

/** Samples of a 50 Hz sine, 256 us apart, and Vrms in 0.01 V; -1 where they lie on none. */
export const MOMENTS: [string, number[], number][] = [
    ["near a zero crossing", [6.3668, 32.4727, 58.3687], 23000],
    ["at a crest", [321.5571, 324.4543, 325.254], 23000],
    ["of a sag", [85.9881, 77.8658, 69.2401], 9200],
    ["without voltage", [0, 0, 0], 0],
    ["across a step", [321.5571, 78, 70], -1],
]
