import type { Span } from "./spans.js"
import type { Tolerance } from "./tolerance.js"

/** What really befell one board, as the world saw it; all times are true ms since the start. */
export interface BoardLife {
    /** Pulses at its inputs, whether it saw them or not. */
    events: readonly number[][]
    /** From when it counted until its power went. */
    counting: Span[]
    /** Power cuts, by the time they came. */
    cuts: Cut[]
    /** It could not talk to the server, or not as always. */
    disturbed: Span[]
    /** Messages took so much longer one way than the other, at most, that its clock may be off by it. */
    skewed: Tolerance[]
    /** Flash was busy, so that nothing was sampled. */
    blind: Span[]
    /** How much faster than true time its clock runs. */
    ppm: number
}

export interface Cut {
    atMs: number
    /** It came inside a write to flash, and took with it what was there: all of it, or a page. */
    isFlashHurt: boolean
}

/** A step of the server's clock. */
export interface ClockStep {
    atMs: number
    byMs: number
}
