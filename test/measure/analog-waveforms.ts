/*
 * Truth tables of the disc and the magnet detector. A plain module, because they hold on the device
 * too: see test/device/counts.ts.
 */

const REST_SAMPLES = 150

/** A signal in mV, as pieces that are held or ramped to, and how many pulses it holds. */
export interface AnalogWaveform {
    name: string
    /** Level in mV at the end of each piece, and its length in samples; `repeats` times over. */
    pieces: [number, number][]
    repeats: number
    /** Without ramps each piece jumps to its level at once. */
    isRamped?: boolean
    /** 0 dip, 1 peak, 2 find out; discs only. */
    isPeak?: number
    pulses: number
}

/** The samples of a waveform after a second and a half at rest, with an ADC's noise of 2.4 mV. */
export class WaveformSamples {
    private random = 1
    private repeat = 0
    private piece = -1
    private sample = 0
    private fromMv = 0

    constructor(private readonly waveform: AnalogWaveform) {
        this.fromMv = waveform.pieces[waveform.pieces.length - 1][0]
    }

    /** The next sample in mV, undefined after the last. */
    next(): number | undefined {
        const { pieces, repeats, isRamped } = this.waveform
        const length = this.piece < 0 ? REST_SAMPLES : pieces[this.piece][1]
        if (this.sample === length) {
            if (this.piece >= 0) this.fromMv = pieces[this.piece][0]
            this.sample = 0
            this.piece++
            if (this.piece === pieces.length) {
                this.piece = 0
                this.repeat++
            }
            if (this.repeat === repeats) return undefined
            return this.next()
        }
        this.sample++
        if (this.piece < 0) return this.fromMv + this.noiseMv()
        const levelMv = pieces[this.piece][0]
        if (!isRamped) return levelMv + this.noiseMv()
        return this.fromMv + ((levelMv - this.fromMv) * this.sample) / length + this.noiseMv()
    }

    /** The sum of three random numbers; small ones, since the device divides no large ones. */
    private noiseMv(): number {
        let sumMv = 0
        for (let i = 0; i < 3; i++) {
            this.random = (this.random * 75 + 74) % 65537
            sumMv += (this.random / 65537 - 0.5) * 4.8
        }
        return sumMv
    }
}

export const DISC_WAVEFORMS: AnalogWaveform[] = [
    {
        name: "dips",
        pieces: [
            [1400, 20],
            [1800, 180],
        ],
        repeats: 6,
        pulses: 6,
    },
    {
        name: "peaks",
        pieces: [
            [2200, 20],
            [1800, 180],
        ],
        repeats: 6,
        pulses: 6,
    },
    {
        name: "dips that are known to be dips",
        pieces: [
            [1400, 20],
            [1800, 180],
        ],
        repeats: 6,
        isPeak: 0,
        pulses: 6,
    },
    {
        name: "dips of 30 mV",
        pieces: [
            [470, 20],
            [500, 180],
        ],
        repeats: 6,
        pulses: 6,
    },
    {
        name: "slopes",
        pieces: [
            [1400, 30],
            [1400, 20],
            [1800, 30],
            [1800, 220],
        ],
        repeats: 5,
        isRamped: true,
        pulses: 5,
    },
    {
        name: "two samples of a mark on a fast disc",
        pieces: [
            [1400, 2],
            [1800, 58],
        ],
        repeats: 20,
        pulses: 20,
    },
    {
        name: "flashes of one sample",
        pieces: [
            [1000, 1],
            [1800, 99],
        ],
        repeats: 12,
        pulses: 0,
    },
    {
        name: "a base line that shimmers by a third of a mark",
        pieces: [
            [1400, 10],
            [1400, 20],
            [1800, 10],
            [1730, 60],
            [1860, 80],
            [1800, 60],
        ],
        repeats: 6,
        isRamped: true,
        pulses: 6,
    },
    { name: "a disc at rest", pieces: [[1800, 1000]], repeats: 1, pulses: 0 },
]

export const MAGNET_WAVEFORMS: AnalogWaveform[] = [
    {
        name: "a turning magnet",
        pieces: [
            [1400, 25],
            [1900, 50],
            [1650, 25],
        ],
        repeats: 12,
        isRamped: true,
        pulses: 12,
    },
    {
        name: "poles of unequal strength, each of which counts",
        pieces: [
            [1900, 25],
            [1500, 25],
            [1750, 25],
            [1400, 25],
        ],
        repeats: 6,
        isRamped: true,
        pulses: 12,
    },
    {
        name: "a swing of 40 mV",
        pieces: [
            [1630, 25],
            [1670, 50],
            [1650, 25],
        ],
        repeats: 12,
        isRamped: true,
        pulses: 12,
    },
    {
        name: "an output that only switches",
        pieces: [
            [3000, 10],
            [300, 10],
        ],
        repeats: 30,
        pulses: 30,
    },
    { name: "a magnet at rest", pieces: [[1650, 1000]], repeats: 1, pulses: 0 },
]
