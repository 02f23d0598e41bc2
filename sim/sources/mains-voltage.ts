import type { Random } from "../random.js"
import type { HarmonicSpec, VoltageSpec } from "./mains-schema.js"

/** The voltage is something else than usual for a while. */
export interface VoltageChange {
    fromMs: number
    toMs: number
    /** Of the usual voltage. */
    level: number
}

const HOUR_MS = 3_600_000

/** The voltage of one phase: a wave whose frequency drifts slowly, with dips and swells. */
export class MainsVoltage {
    /** Rms of the fundamental, in V. */
    readonly fundamentalV: number
    private readonly changes: VoltageChange[]
    private readonly random: Random
    private knownMs = 0
    private index = 0

    constructor(
        private readonly spec: VoltageSpec,
        random: Random
    ) {
        this.random = random.fork("voltage")
        this.fundamentalV = spec.voltageV / rmsOfHarmonics(spec.harmonics)
        this.changes = spec.events
            .map(({ atS, durationMs, toPercent }) => ({
                fromMs: atS * 1000,
                toMs: atS * 1000 + durationMs,
                level: toPercent / 100,
            }))
            .sort((a, b) => a.fromMs - b.fromMs)
        if (spec.randomEvents) this.extendTo(HOUR_MS)
    }

    /** Instantaneous voltage in V. */
    at(atMs: number): number {
        const wave = waveAt(this.angleAt(atMs), this.spec.harmonics)
        return Math.SQRT2 * this.fundamentalV * this.levelAt(atMs) * wave
    }

    /** Angle of the fundamental in radians, since time 0. */
    angleAt(atMs: number): number {
        const { frequencyHz, driftHz, driftPeriodS, angleDeg } = this.spec
        const atS = atMs / 1000
        const turns = frequencyHz * atS + angleDeg / 360
        if (driftHz === 0) return 2 * Math.PI * turns
        const rate = (2 * Math.PI) / driftPeriodS
        return 2 * Math.PI * (turns + (driftHz / rate) * (1 - Math.cos(rate * atS)))
    }

    /** True mean frequency of a span. */
    frequencyHz(fromMs: number, toMs: number): number {
        const angle = this.angleAt(toMs) - this.angleAt(fromMs)
        return (1000 * angle) / (2 * Math.PI * (toMs - fromMs))
    }

    /** 1 is the usual voltage. */
    levelAt(atMs: number): number {
        if (this.knownMs > 0 && atMs >= this.knownMs) this.extendTo(atMs + HOUR_MS)
        const { changes } = this
        while (this.index > 0 && changes[this.index - 1].toMs > atMs) this.index--
        while (this.index < changes.length && changes[this.index].toMs <= atMs) this.index++
        const change = changes[this.index]
        return change !== undefined && change.fromMs <= atMs ? change.level : 1
    }

    /** Dips and swells that begin in a span. */
    changesBetween(fromMs: number, toMs: number): VoltageChange[] {
        if (this.knownMs > 0 && toMs >= this.knownMs) this.extendTo(toMs)
        return this.changes.filter(change => change.fromMs >= fromMs && change.fromMs < toMs)
    }

    /** Draws the random ones until then: exponentially distributed gaps, lengths evenly by their logarithm. */
    private extendTo(untilMs: number): void {
        const events = this.spec.randomEvents
        if (!events) return
        const { random } = this
        let atMs = this.knownMs
        while (atMs < untilMs) {
            atMs += (-Math.log(1 - random.next()) * HOUR_MS) / events.perHour
            const ratio = events.longestMs / events.shortestMs
            const durationMs = events.shortestMs * ratio ** random.next()
            const percent = events.toPercent[random.nextInt(events.toPercent.length)]
            this.changes.push({ fromMs: atMs, toMs: atMs + durationMs, level: percent / 100 })
            atMs += durationMs
        }
        this.knownMs = atMs
    }
}

/** A fundamental with amplitude 1 and its harmonics, at an angle in radians. */
export function waveAt(angle: number, harmonics: HarmonicSpec[]): number {
    let sum = Math.sin(angle)
    for (const { order, percent, angleDeg } of harmonics)
        sum += (percent / 100) * Math.sin(order * angle + (angleDeg * Math.PI) / 180)
    return sum
}

/** Rms of a wave whose fundamental's is 1. */
export function rmsOfHarmonics(harmonics: HarmonicSpec[]): number {
    return Math.sqrt(harmonics.reduce((sum, { percent }) => sum + (percent / 100) ** 2, 1))
}
