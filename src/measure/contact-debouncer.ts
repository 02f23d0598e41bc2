/**
 * Counts the pulses of a contact or open collector that pulls its pin low, from levels polled every
 * 10 ms. A level holds once two polls in a row agree: 30 ms is always seen, anything under 10 ms never.
 */
export class ContactDebouncer {
    /** Levels that did not last. */
    rejected = 0

    /** -1 until the first level is known: a contact that is closed at boot is no pulse. */
    private heldLevel = -1
    private lastLevel = -1
    private lastChangeMs = 0

    /**
     * Takes one polled level (0 or 1). Returns the time at which the pulse began, in the caller's ms,
     * when this poll completes one; undefined otherwise.
     */
    addLevel(level: number, nowMs: number): number | undefined {
        if (level !== this.lastLevel) {
            // back before it was taken: the level between was too short
            if (level === this.heldLevel) this.rejected++
            this.lastLevel = level
            this.lastChangeMs = nowMs
            return undefined
        }
        if (level === this.heldLevel) return undefined
        const wasKnown = this.heldLevel !== -1
        this.heldLevel = level
        return wasKnown && level === 0 ? this.lastChangeMs : undefined
    }

    /** The level that holds and that the last poll saw too, -1 while a change is open. */
    settledLevel(): number {
        return this.lastLevel === this.heldLevel ? this.heldLevel : -1
    }
}
