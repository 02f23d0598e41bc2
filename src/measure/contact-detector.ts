import { type Detector, TAMPER_NONE } from "./detector.js"

/** A poll may come this late, so two in a row may be this much nearer than the 10 ms grid. */
const LATE_MS = 5
/** Short levels this near to an edge that holds belong to its bounce. */
const BOUNCE_MS = 30
/** Short levels, less what lasted, from which on a contact trembles, and how many are remembered. */
const TREMBLING = 2
const MOST_TREMBLING = 12
/** Bounce, seen only where polls are denser than the grid, is no trembling. */
const SHORTEST_TREMBLE_MS = 8

export interface ContactOptions {
    /** The edge that counts: 0 falling, 1 rising. */
    edge: number
    /** The pin's levels are taken the other way round. */
    isInverted: boolean
    /** A level holds once two polls so far apart agree, and no poll between them tells otherwise. */
    shortestHighMs: number
    shortestLowMs: number
    /** While a contact trembles a level must last this long to hold; 0 for no longer than ever. */
    calmMs: number
}

/** Reed contact or Hall switch at a magnet, which may come to rest just where it switches. */
export const REED_DEFAULTS: ContactOptions = {
    edge: 0,
    isInverted: false,
    shortestHighMs: 100,
    shortestLowMs: 100,
    calmMs: 3000,
}

/**
 * Counts the edges of a contact from polled levels. Polls may come late or closer than 10 ms. A contact
 * that stays closed or open is at rest, not tampered with: a meter may stop anywhere.
 */
export class ContactDetector implements Detector {
    rejected = 0

    /** -1 until the first level is known: a contact that is closed at boot is no pulse. */
    private heldLevel = -1
    private lastLevel = -1
    private lastChangeMs = 0
    private lastPollMs = 0
    /** Short levels seen lately, less what lasted. */
    private trembling = 0
    /** Short levels since the last that held, and when the last of them ended. */
    private shortLevels = 0
    private lastShortMs = 0
    private slotEdges = 0
    private slotRejected = 0
    /** Short levels that no bounce explains. */
    private slotDoubts = 0

    constructor(private readonly options: ContactOptions) {}

    add(value: number, uptimeMs: number): number | undefined {
        const lastLevel = this.lastLevel
        if (value === lastLevel) {
            // nearly every poll ends here
            if (value === this.heldLevel) return undefined
            return this.confirm(value, uptimeMs)
        }
        const heldLevel = this.heldLevel
        if (heldLevel !== -1) {
            // back before it was taken: the level between was too short
            if (value === heldLevel) this.reject(uptimeMs)
            if (this.options.calmMs > 0) this.judgeTrembling(uptimeMs - this.lastChangeMs)
        }
        this.lastLevel = value
        this.lastChangeMs = uptimeMs
        this.lastPollMs = uptimeMs
        return undefined
    }

    takeQuality(): number {
        const rejected = this.slotRejected
        const edges = this.slotEdges
        const doubts = this.slotDoubts + this.shortLevels
        this.slotRejected = 0
        this.slotEdges = 0
        this.slotDoubts = 0
        // told once, though no edge may come for hours
        this.shortLevels = 0
        if (doubts > 0) return Math.floor(40 / doubts)
        return rejected > 0 ? 100 - Math.floor((50 * rejected) / (rejected + edges)) : 100
    }

    takeTamper(): number {
        return TAMPER_NONE
    }

    private confirm(value: number, uptimeMs: number): number | undefined {
        const gapMs = uptimeMs - this.lastPollMs
        this.lastPollMs = uptimeMs
        const changeMs = this.lastChangeMs
        // late and then on time again: two polls of the grid, though less than its step apart
        const lastedMs = uptimeMs - changeMs + (gapMs >= LATE_MS ? LATE_MS : 0)
        if (lastedMs < this.neededMs(value)) return undefined
        const isKnown = this.heldLevel !== -1
        this.heldLevel = value
        if (changeMs - this.lastShortMs > BOUNCE_MS) this.doubtShort()
        this.shortLevels = 0
        if (!isKnown) return undefined
        this.slotEdges++
        const options = this.options
        const isFall = (value === 0) !== options.isInverted
        return isFall === (options.edge === 0) ? changeMs : undefined
    }

    private reject(uptimeMs: number): void {
        this.rejected++
        this.slotRejected++
        if (uptimeMs - this.lastShortMs > BOUNCE_MS) this.doubtShort()
        this.shortLevels++
        this.lastShortMs = uptimeMs
    }

    private judgeTrembling(lastedMs: number): void {
        const options = this.options
        const shortestMs = Math.min(options.shortestHighMs, options.shortestLowMs)
        let trembling = this.trembling
        if (lastedMs >= options.calmMs) trembling = 0
        else if (lastedMs >= shortestMs) trembling--
        else if (lastedMs >= SHORTEST_TREMBLE_MS) trembling++
        this.trembling = Math.max(0, Math.min(MOST_TREMBLING, trembling))
    }

    private doubtShort(): void {
        this.slotDoubts += this.shortLevels
        this.shortLevels = 0
    }

    private neededMs(value: number): number {
        const options = this.options
        if (this.trembling > TREMBLING) return options.calmMs
        const isHigh = (value === 1) !== options.isInverted
        return isHigh ? options.shortestHighMs : options.shortestLowMs
    }
}
