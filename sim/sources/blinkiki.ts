import type { Random } from "../random.js"
import { EventTimes, type PulseStream } from "./event-times.js"
import { FULL_SCALE_MV } from "./light.js"
import type { OpenContext, Source } from "./source.js"

const SAMPLE_MS = 25
const FLASH_SAMPLES = 3
const SPREAD_MV = 100
const IDLE_MV = 300
const FLASH_MV = 1300
const LEAST_GAP_SAMPLES = 5
const ONE_IN = 5

export interface BlinkikiSample {
    mv: number
    /** Flashes begun so far, this sample's own included. */
    flashes: number
}

/** The light that blinkiki's own simulator makes, sample by sample on its 25 ms grid; never ends. */
export function* blinkikiSamples(random: Random): Generator<BlinkikiSample, undefined> {
    let flashes = 0
    for (;;) {
        let gap = 0
        while (gap < LEAST_GAP_SAMPLES || random.nextInt(ONE_IN) > 0) {
            gap++
            yield { mv: IDLE_MV + random.nextInt(SPREAD_MV), flashes }
        }
        flashes++
        for (let i = 0; i < FLASH_SAMPLES; i++)
            yield { mv: FLASH_MV + random.nextInt(SPREAD_MV), flashes }
    }
}

/** Plays `blinkikiSamples` in time: each sample holds for 25 ms. */
export class BlinkikiSource implements Source {
    readonly endMs: number
    readonly notes: string[] = []
    private readonly flashes: EventTimes
    private readonly samples: Iterator<BlinkikiSample>
    private nextMs = 0
    private level = 0

    constructor({ random, durationMs }: OpenContext) {
        // Two runs of the same generator: the oracle must not depend on how far the pin was read.
        this.samples = blinkikiSamples(random.fork("samples"))
        const times = flashTimes(blinkikiSamples(random.fork("samples")))
        const stream: PulseStream = { times, isEndless: true, notes: [] }
        this.flashes = new EventTimes(stream, { spacingMs: 0, durationMs })
        const lastMs = this.flashes.lastMs()
        this.endMs = lastMs === undefined ? 0 : lastMs + FLASH_SAMPLES * SAMPLE_MS
    }

    signalAt(atMs: number): number {
        while (this.nextMs <= atMs) {
            const sample = this.samples.next()
            if (!sample.done) this.level = sample.value.mv / FULL_SCALE_MV
            this.nextMs += SAMPLE_MS
        }
        return this.level
    }

    countBetween(fromMs: number, toMs: number): number {
        return this.flashes.countBetween(fromMs, toMs)
    }
}

function* flashTimes(samples: Iterable<BlinkikiSample>): Generator<number, undefined> {
    let atMs = 0
    let seen = 0
    for (const { flashes } of samples) {
        if (flashes > seen) yield atMs
        seen = flashes
        atMs += SAMPLE_MS
    }
}
