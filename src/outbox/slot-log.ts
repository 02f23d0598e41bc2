/** What one channel has measured and not yet put into a report. */
export interface SlotLog {
    readonly channel: number
    /** Its sensor is left out: from now on nothing is sampled. */
    isFailed: boolean
    /** Something of the slots that it holds came late. */
    addLateTick(): void
    /**
     * Closes the open slot, `number` since power-up, `slotMs` long; one in which nothing was sampled is
     * missing, not zero.
     */
    closeSlot(slotStartMs: number, number: number, slotMs: number, wasSampled: boolean): void
    /** Pulses, or tenths of a mWh drawn. */
    countSinceBoot(): number
    /** Tenths of a mWh delivered; undefined for a channel that counts. */
    energyOutSinceBoot(): number | undefined
    /** Was something measured in the slot that was closed last, and may it be trusted? */
    wasSampled: boolean
    wasPoor: boolean
    /**
     * Encodes the closed slots and starts over; undefined when there are none. To be
     * called with no slot open: the open slot's pulse times would go with the closed ones.
     */
    takeReport(isUptime: boolean): Buffer | undefined
}
