import type { BenchChip } from "./bench-chips.js"
import { FRONT_END, Stpm34Model } from "./chips/stpm34.js"
import type { ChipSignal } from "./chips/stpm34-signal.js"
import type { MainsSource } from "./sources/mains.js"

/** A steady signal is looked at so often, and right after each of its changes. */
const STEP_MS = 100
/** Longer than any session with the chip. */
const AHEAD_MS = 2
/** Too short a time to tell a sine from. */
const SHORTEST_MS = 2
const SAMPLES = 64

/** One circuit on a chip. */
export interface ChipCircuitSource {
    chip: number
    /** 1 or 2. */
    input: number
    mains: MainsSource
    /** From here on the load is switched off; since the scenario's start. */
    endMs: number
}

interface Feed extends ChipCircuitSource {
    /** Its signal is known to the model until then. */
    knownMs: number
    last: ChipSignal | undefined
}

/** A metering chip of a device, shown its circuits' sources as sines from change to change. */
export class MeteringChip implements BenchChip {
    readonly model = new Stpm34Model(FRONT_END)
    private readonly feeds: Feed[]

    /** `scenarioMs` turns virtual time into time since the scenario's start, below 0 before it. */
    constructor(
        circuits: ChipCircuitSource[],
        private readonly scenarioMs: (atMs: number) => number
    ) {
        this.feeds = circuits.map(circuit => ({ ...circuit, knownMs: 0, last: undefined }))
    }

    transfer(write: Uint8Array, atMs: number): Uint8Array {
        const { model } = this
        this.feedUntil(atMs)
        model.advance(Math.max(model.nowUs, atMs * 1000))
        this.feedUntil(atMs + AHEAD_MS)
        return model.transfer(write)
    }

    private feedUntil(untilMs: number): void {
        for (;;) {
            const feed = this.feeds.reduce((a, b) => (b.knownMs < a.knownMs ? b : a))
            if (feed.knownMs >= untilMs) return
            this.model.advance(Math.max(this.model.nowUs, feed.knownMs * 1000))
            this.feed(feed, untilMs)
        }
    }

    /** Shows the model one span more of a circuit. */
    private feed(feed: Feed, untilMs: number): void {
        const { mains, endMs, input, knownMs } = feed
        const fromMs = this.scenarioMs(knownMs)
        const cycleMs = 1000 / mains.frequencyHz(Math.max(0, fromMs), Math.max(0, fromMs) + 1)
        let spanMs = Math.min(STEP_MS, untilMs - knownMs)
        if (fromMs >= 0) {
            spanMs = mains.isSteadyAt(fromMs) && mains.loopCycles === 1 ? STEP_MS : cycleMs
            const changes = [...mains.limitsBetween(fromMs, fromMs + spanMs), endMs]
            for (const atMs of changes)
                if (atMs > fromMs + 1e-6) spanMs = Math.min(spanMs, atMs - fromMs)
        }
        if (spanMs >= SHORTEST_MS || !feed.last || fromMs < 0)
            feed.last = signalOf(mains, Math.max(0, fromMs), Math.min(spanMs, cycleMs), cycleMs)
        const isOn = fromMs >= 0 && fromMs < endMs
        const signal = isOn ? feed.last : { ...feed.last, currentA: 0 }
        this.model.set(input, signal, knownMs * 1000)
        feed.knownMs = knownMs + spanMs
    }
}

/** The chips of a device; the first is chip 1. */
export function meteringChips(
    circuits: ChipCircuitSource[],
    scenarioMs: (atMs: number) => number
): (MeteringChip | undefined)[] {
    const count = Math.max(0, ...circuits.map(({ chip }) => chip))
    return Array.from({ length: count }, (_, i) => {
        const own = circuits.filter(({ chip }) => chip === i + 1)
        return own.length > 0 ? new MeteringChip(own, scenarioMs) : undefined
    })
}

/**
 * The sines that stand for a signal: of a whole cycle they have its rms values and its power, of less
 * its fundamental.
 */
function signalOf(mains: MainsSource, fromMs: number, spanMs: number, cycleMs: number): ChipSignal {
    const sums = { ss: 0, sc: 0, cc: 0, vs: 0, vc: 0, is: 0, ic: 0, vv: 0, ii: 0, vi: 0 }
    for (let k = 0; k < SAMPLES; k++) {
        const atMs = fromMs + ((k + 0.5) / SAMPLES) * spanMs
        const s = Math.sin((2 * Math.PI * (atMs - fromMs)) / cycleMs)
        const c = Math.cos((2 * Math.PI * (atMs - fromMs)) / cycleMs)
        const v = mains.voltageAt(atMs)
        const i = mains.clampAt(atMs)
        sums.ss += s * s
        sums.sc += s * c
        sums.cc += c * c
        sums.vs += v * s
        sums.vc += v * c
        sums.is += i * s
        sums.ic += i * c
        sums.vv += v * v
        sums.ii += i * i
        sums.vi += v * i
    }
    const [vSin, vCos] = sineOf(sums, sums.vs, sums.vc)
    const [iSin, iCos] = sineOf(sums, sums.is, sums.ic)
    const frequencyHz = 1000 / cycleMs
    const behind = Math.atan2(vCos, vSin) - Math.atan2(iCos, iSin)
    const voltageV = Math.hypot(vSin, vCos) / Math.SQRT2
    const currentA = Math.hypot(iSin, iCos) / Math.SQRT2
    if (spanMs < cycleMs) return { voltageV, currentA, angleDeg: degrees(behind), frequencyHz }
    const vRms = Math.sqrt(sums.vv / SAMPLES)
    const iRms = Math.sqrt(sums.ii / SAMPLES)
    const part = sums.vi / SAMPLES / (vRms * iRms || 1)
    const angle = Math.acos(Math.max(-1, Math.min(1, part)))
    const angleDeg = degrees(Math.sin(behind) < 0 ? -angle : angle)
    return { voltageV: vRms, currentA: iRms, angleDeg, frequencyHz }
}

/** Parts of sine and cosine that come nearest to the samples. */
function sineOf(
    { ss, sc, cc }: { ss: number; sc: number; cc: number },
    bySine: number,
    byCosine: number
): [number, number] {
    const determinant = ss * cc - sc * sc
    return [
        (bySine * cc - byCosine * sc) / determinant,
        (byCosine * ss - bySine * sc) / determinant,
    ]
}

function degrees(radians: number): number {
    return (radians * 180) / Math.PI
}
