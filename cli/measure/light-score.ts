/** A flash counted this long after its end may be in the next slot. */
const LATE_MS = 150

/** How one rule did over a cell. */
export interface Score {
    counted: number
    /** Slots with a wrong count in which the sensor could see. */
    wrongSlots: number
    /** Wrong, and the rule did not say that they may be. */
    silentSlots: number
    rightSlots: number
    /** Right, and the rule said that they may be wrong. */
    flaggedRightSlots: number
    /** Slots with a blind sensor, which are neither right nor wrong. */
    blindSlots: number
    silentBlindSlots: number
}

function emptyScore(): Score {
    return {
        counted: 0,
        wrongSlots: 0,
        silentSlots: 0,
        rightSlots: 0,
        flaggedRightSlots: 0,
        blindSlots: 0,
        silentBlindSlots: 0,
    }
}

/** What is true of one slot. */
interface SlotTruth {
    /** Flashes that ended in the slot. */
    flashes: number
    /** Those of them that ended so late that they may count in the next slot. */
    lateFlashes: number
    /** The sensor was saturated in a part of the slot. */
    isBlind: boolean
}

/** Truth of each slot, by the ends of the flashes. */
export function slotTruths(endsMs: number[], slotMs: number, slots: number): SlotTruth[] {
    const truths: SlotTruth[] = []
    for (let i = 0; i < slots; i++) truths.push({ flashes: 0, lateFlashes: 0, isBlind: false })
    for (const endMs of endsMs) {
        const slot = truths[Math.floor(endMs / slotMs)]
        if (!slot) continue
        slot.flashes++
        if (slotMs - (endMs % slotMs) <= LATE_MS) slot.lateFlashes++
    }
    return truths
}

/** Compares a rule's slots with the truth; both rules of the grid are judged by it. */
export class Judge {
    readonly score = emptyScore()
    /** Flashes of the last slot that may still be counted, at least and at most. */
    private leastOwed = 0
    private mostOwed = 0
    private wasFlagged = false

    addSlot(counted: number, isFlagged: boolean, truth: SlotTruth): void {
        const { score } = this
        score.counted += counted
        const missing = truth.flashes + this.mostOwed - counted
        const leastMissing = truth.flashes + this.leastOwed - counted
        const isRight = missing >= 0 && leastMissing <= truth.lateFlashes
        const isCovered = isFlagged || (this.mostOwed > 0 && this.wasFlagged)
        if (truth.isBlind) {
            score.blindSlots++
            if (!isRight && !isCovered) score.silentBlindSlots++
        } else if (isRight) {
            score.rightSlots++
            if (isFlagged) score.flaggedRightSlots++
        } else {
            score.wrongSlots++
            if (!isCovered) score.silentSlots++
        }
        const isKnown = isRight && !truth.isBlind
        this.leastOwed = isKnown ? Math.max(leastMissing, 0) : 0
        this.mostOwed = isKnown ? Math.min(missing, truth.lateFlashes) : truth.lateFlashes
        // an error that hides among late flashes is found slots later
        this.wasFlagged = isCovered
    }
}
