import { Crossings } from "./mains-crossings.js"
import { PhaseTracker } from "./phase-tracker.js"

/** Most samples of a burst. */
export const LONGEST_BURST = 160
const SHORTEST_BURST = 32
/** Taken beyond a cycle: its end may lie between samples, and the mains may slow down. */
const SPARE_SAMPLES = 4
/** Bursts whose lengths, seen from outside, give the first idea of the time per sample. */
const FIRST_BURSTS = 8
/** What a burst lasts longer when seen from outside, in ms: from millis to its start, from its end to millis. */
const AROUND_MS = 0.5
/** Phases after which the frequency is known. */
const KNOWN_PHASES = 10
/** The first idea of the frequency is within this share, the one after a jump within the other. */
const ROUGH_SPREAD = 0.06
const AGAIN_SPREAD = 0.01
/** Of both kinds that many are waited for. */
const BOTH_HALVES = 16
/** A half of the waveform that differs by more than this share teaches nothing. */
const ODD_HALF = 0.1
/** Two ADC reads and the interpreter's way between them; for a device without a clock that moves. */
const USUAL_SAMPLE_MS = 0.16
const USUAL_HZ = 50
/** Half of a waveform's span must be above this to be told from noise, in codes. */
const WEAKEST = 24
/** Halves averaged for the time per sample. */
const SAMPLE_MEMORY = 64
const LOWEST_HZ = 35
const HIGHEST_HZ = 85

/**
 * Time within bursts, for all circuits of a device. The device's clock stands still during a burst,
 * so the mains is the clock: over seconds its phase at the bursts' starts gives the frequency, and
 * the samples from crossing to crossing then give the time per sample.
 */
export class MainsClock {
    /** From one pair of samples to the next, in ms, learned; undefined until known. */
    sampleMs: number | undefined = undefined
    /** Undefined until known. */
    frequencyHz: number | undefined = undefined

    private readonly crossings = new Crossings()
    private readonly tracker = new PhaseTracker()
    private middle = -1
    private amplitude = 0
    private firstBursts = 0
    /** The shortest length of a first burst by its samples. */
    private roughSampleMs = USUAL_SAMPLE_MS
    /** Time per sample by halves above and below the middle: an error of the middle cancels in their mean. */
    private upperMs = 0
    private lowerMs = 0
    private upperCount = 0
    private lowerCount = 0

    /**
     * Takes a burst's voltage codes, or a current's without a voltage input. `startMs` is the uptime at
     * its start, `endMs` the first that is known after its end. A weak or odd burst teaches nothing.
     */
    addBurst(startMs: number, codes: number[], samples: number, endMs: number): void {
        if (samples < 3) return
        const crossings = this.crossings
        if (this.middle < 0) this.findMiddle(codes, samples)
        crossings.find(codes, samples, this.middle, Math.max(this.amplitude, WEAKEST) / 4)
        if (samples >= this.cycleSamples()) this.followMiddle()
        const span = crossings.highestCode - crossings.lowestCode
        if (span < 2 * WEAKEST || crossings.positions.length === 0) return
        if (this.tracker.count === 0) this.learnRoughly(startMs, samples, endMs)
        else this.track(startMs)
    }

    /** Samples that the next main burst should take: just over one cycle, the most while unknown. */
    burstSamples(): number {
        if (this.frequencyHz === undefined) return LONGEST_BURST
        // at 60 Hz bursts 50 ms apart would show the same half of the wave for minutes
        const isOneSided = Math.min(this.upperCount, this.lowerCount) < BOTH_HALVES
        const cycles = isOneSided ? 1.5 : 1
        const wanted = Math.floor(cycles * this.cycleSamples()) + SPARE_SAMPLES
        return Math.min(LONGEST_BURST, Math.max(SHORTEST_BURST, wanted))
    }

    /** Samples of a cycle, with a fraction; until it is known, of 50 Hz by the best idea there is. */
    cycleSamples(): number {
        return 1000 / ((this.frequencyHz ?? USUAL_HZ) * (this.sampleMs ?? this.roughSampleMs))
    }

    /** Cycles of the mains at `cyclesAtMs()`, for its frequency over a longer time. */
    cycles(): number {
        return this.tracker.cycles
    }

    /** Uptime of the newest phase. */
    cyclesAtMs(): number {
        return this.tracker.atMs
    }

    /** Code around which the waveform swings. */
    middleCode(): number {
        return this.middle
    }

    /** From when on `cycles()` goes on without a jump. */
    lockedAtMs(): number {
        return this.tracker.lockedAtMs
    }

    private findMiddle(codes: number[], samples: number): void {
        let highest = codes[0]
        let lowest = codes[0]
        for (let k = 1; k < samples; k++) {
            if (codes[k] > highest) highest = codes[k]
            if (codes[k] < lowest) lowest = codes[k]
        }
        this.middle = (highest + lowest) / 2
        this.amplitude = (highest - lowest) / 2
    }

    private followMiddle(): void {
        const highest = this.crossings.highestCode
        const lowest = this.crossings.lowestCode
        const error = (highest + lowest) / 2 - this.middle
        // slow, or a dip that begins in a burst would shift it
        this.middle += Math.max(-1, Math.min(1, error / 8))
        this.amplitude += ((highest - lowest) / 2 - this.amplitude) / 8
    }

    private learnRoughly(startMs: number, samples: number, endMs: number): void {
        const cycleSamples = this.crossings.cycleSamples()
        if (cycleSamples === undefined) return
        const sampleMs = (endMs - startMs - AROUND_MS) / samples
        if (sampleMs > 0 && (this.firstBursts === 0 || sampleMs < this.roughSampleMs))
            this.roughSampleMs = sampleMs
        this.firstBursts++
        if (this.firstBursts < FIRST_BURSTS) return
        const frequencyHz = 1000 / (cycleSamples * this.roughSampleMs)
        const phase = this.crossings.startPhase(cycleSamples)
        this.tracker.lock(startMs, phase, frequencyHz, frequencyHz * ROUGH_SPREAD)
    }

    private track(startMs: number): void {
        const { crossings, tracker } = this
        const ownSamples = crossings.cycleSamples()
        const isKnown = this.frequencyHz !== undefined
        const cycleSamples = isKnown ? this.cycleSamples() : ownSamples
        if (cycleSamples === undefined) return
        const phase = crossings.startPhase(cycleSamples)
        if (!tracker.add(startMs, phase)) this.lockAgain(startMs, phase, ownSamples)
        const frequencyHz = tracker.frequencyHz
        if (frequencyHz < LOWEST_HZ || frequencyHz > HIGHEST_HZ) {
            this.beginAnew()
            return
        }
        if (!isKnown && tracker.count < KNOWN_PHASES) return
        this.frequencyHz = frequencyHz
        this.learnSampleMs(500 / frequencyHz)
    }

    /** After a jump of phase or frequency: within a burst the time per sample now tells the frequency. */
    private lockAgain(startMs: number, phase: number, ownSamples: number | undefined): void {
        const sampleMs = this.sampleMs
        if (sampleMs === undefined) {
            this.beginAnew()
            return
        }
        const frequencyHz =
            ownSamples === undefined ? this.tracker.frequencyHz : 1000 / (ownSamples * sampleMs)
        this.tracker.lock(startMs, phase, frequencyHz, frequencyHz * AGAIN_SPREAD)
    }

    private beginAnew(): void {
        this.tracker.count = 0
        this.firstBursts = 0
        this.frequencyHz = undefined
    }

    private learnSampleMs(halfMs: number): void {
        const positions = this.crossings.positions
        let isUpper = this.crossings.isFirstRising
        for (let k = 1; k < positions.length; k++) {
            this.addHalf(isUpper, halfMs / (positions[k] - positions[k - 1]))
            isUpper = !isUpper
        }
        if (this.upperCount === 0 && this.lowerCount === 0) return
        if (this.upperCount === 0) this.sampleMs = this.lowerMs
        else if (this.lowerCount === 0) this.sampleMs = this.upperMs
        else this.sampleMs = (this.upperMs + this.lowerMs) / 2
    }

    private addHalf(isUpper: boolean, sampleMs: number): void {
        const knownMs = this.sampleMs
        // a dip or a switch moved one of the two crossings
        if (knownMs !== undefined && Math.abs(sampleMs - knownMs) > knownMs * ODD_HALF) return
        if (isUpper) {
            this.upperCount = Math.min(SAMPLE_MEMORY, this.upperCount + 1)
            this.upperMs += (sampleMs - this.upperMs) / this.upperCount
        } else {
            this.lowerCount = Math.min(SAMPLE_MEMORY, this.lowerCount + 1)
            this.lowerMs += (sampleMs - this.lowerMs) / this.lowerCount
        }
    }
}
