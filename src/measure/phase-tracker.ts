/** Memory of the fit: jitter of a millisecond averages out, yet the mains may drift. */
const MEMORY_S = 0.75
/** Spread of one phase, in cycles: bursts start within about a millisecond. */
const PHASE_SPREAD = 0.02
/** A phase further off than this is no jitter: in cycles. */
const OUTLIER = 0.2
const MOST_OUTLIERS = 5

/** A line fitted to phases over time, the older the less they weigh: frequency and cycles of the mains. */
export class PhaseTracker {
    frequencyHz = 0
    /** Cycles at `atMs` since the lock, whole ones included. */
    cycles = 0
    atMs = 0
    /** When the lock began. */
    lockedAtMs = 0
    /** Phases since the lock. */
    count = 0

    /** Sums of the fit: weights, weights by time, weights by time squared, time in s before `atMs`. */
    private s0 = 0
    private s1 = 0
    private s2 = 0
    private outliers = 0

    /** Begins at a phase with a frequency known to within `spreadHz`. */
    lock(atMs: number, phase: number, frequencyHz: number, spreadHz: number): void {
        this.atMs = atMs
        this.lockedAtMs = atMs
        this.cycles = Math.floor(this.cycles) + 1 + phase - Math.floor(phase)
        this.frequencyHz = frequencyHz
        this.count = 1
        this.outliers = 0
        this.s0 = 1
        this.s1 = 0
        this.s2 = (PHASE_SPREAD / spreadHz) * (PHASE_SPREAD / spreadHz)
    }

    /** Takes the phase at `atMs`, up to whole cycles. False when the lock is lost. */
    add(atMs: number, phase: number): boolean {
        const stepS = (atMs - this.atMs) / 1000
        if (stepS <= 0) return true
        const expected = this.cycles + this.frequencyHz * stepS
        let error = phase - expected
        error -= Math.floor(error + 0.5)
        if (error > OUTLIER || error < -OUTLIER) {
            this.outliers++
            return this.outliers < MOST_OUTLIERS
        }
        this.outliers = 0
        this.count++
        const fade = 1 / (1 + stepS / MEMORY_S)
        const s2 = fade * (this.s2 + stepS * (stepS * this.s0 - 2 * this.s1))
        const s1 = fade * (this.s1 - stepS * this.s0)
        const s0 = fade * this.s0 + 1
        const determinant = s0 * s2 - s1 * s1
        this.atMs = atMs
        this.cycles = expected + (error * s2) / determinant
        this.frequencyHz -= (error * s1) / determinant
        this.s0 = s0
        this.s1 = s1
        this.s2 = s2
        return true
    }
}
