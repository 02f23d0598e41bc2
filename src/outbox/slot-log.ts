/** What one channel has measured and not yet put into a report. */
export interface SlotLog {
    readonly channel: number
    /** Its sensor is left out: from now on nothing is sampled. */
    isFailed: boolean
    /** Something of the slots that it holds came late. */
    addLateTick(): void
    /** Closes the open slot, `slotMs` long; one in which nothing was sampled is missing, not zero. */
    closeSlot(slotStartMs: number, slotMs: number, wasSampled: boolean): void
    isEmpty(): boolean
    /** Pulses, or tenths of a mWh drawn. */
    countSinceBoot(): number
    /**
     * Encodes the closed slots, with sequence 0 until the outbox gives one, and starts over. To be
     * called with no slot open: the open slot's pulse times would go with the closed ones.
     */
    takeReport(isUptime: boolean): Buffer
}
