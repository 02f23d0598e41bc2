import type { Keep, Retention } from "./store.js"

/** Deleting detail that need not be kept; sums of a quarter and longer, and totals, stay. */
export interface RetentionStore {
    retention(): Retention
    saveRetention(keep: Keep): void
    /** End of the newest slot of all channels, Unix ms; 0 when there is none. */
    newestSlotEndMs(): number
    /** Deletes some of the oldest 5 s slots before a time, Unix ms; false when none are left. */
    removeOldSlots(beforeMs: number): boolean
    /** The same for sums of a minute. */
    removeOldMinutes(beforeMs: number): boolean
}
