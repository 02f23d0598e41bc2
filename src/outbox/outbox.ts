import {
    dateReport,
    holdsPulses,
    mergeReports,
    reportBootId,
    reportChannel,
    reportSequence,
    setReportSequence,
    stripPulseTimes,
} from "../wire/report.js"

/** Reports that may be on their way at once; more would only wait in the one socket. */
const IN_FLIGHT = 4

/** A report that got no acknowledgement for this long is sent again. */
const RETRY_MS = 10000

/** Heap that a report takes beside its bytes, as measured: the entry and the allocator's headers. */
const ENTRY_BYTES = 110

/** Merges of one {@link Outbox.shrink}: all at once would be too much for one run of the device. */
const MERGES_AT_ONCE = 5

const NEVER_SENT = -1

/** Few fields, since each costs 16 bytes of heap. */
interface Entry {
    report: Buffer
    /** Times it was sent on this link; NEVER_SENT before it got its sequence. */
    sends: number
    sentMs: number
    /** The channel's next report, while the two may still become one. */
    next: Entry | undefined
}

/**
 * Keeps every report until the server has acknowledged it. Short of memory it gives up the oldest
 * pulse times and the room that many short reports take, and at last the oldest slots: never a
 * count, since every report carries the count since boot. A report that was ever sent is left as it
 * was, so that the server can tell a repeat by its sequence.
 */
export class Outbox {
    /** Reports given up for want of memory. */
    dropped = 0

    private readonly entries: Entry[] = []
    private usedBytes = 0
    private readonly nextSequence: number[] = []
    private readonly newest: Entry[] = []
    private maxBytes = 0
    private shrinkBytes = 0

    constructor(maxBytes: number) {
        this.limit(maxBytes)
    }

    /** From now on the reports that wait may take so many bytes of heap. */
    limit(maxBytes: number): void {
        this.maxBytes = maxBytes
        // what is above this has room for a report of every channel
        this.shrinkBytes = Math.floor((maxBytes * 3) / 4)
    }

    add(report: Buffer): void {
        const entry: Entry = { report, sends: NEVER_SENT, sentMs: 0, next: undefined }
        const channel = reportChannel(report)
        const before = this.newest[channel]
        if (before && before.sends === NEVER_SENT) before.next = entry
        this.newest[channel] = entry
        this.entries.push(entry)
        this.usedBytes += report.length + ENTRY_BYTES
        while (this.usedBytes > this.maxBytes && this.entries.length > 0) this.dropOldest()
    }

    /** To be called now and then: merges reports while memory is short, a few at a time. */
    shrink(): void {
        let merges = 0
        while (this.usedBytes > this.shrinkBytes && merges < MERGES_AT_ONCE && this.mergeOldest())
            merges++
    }

    size(): number {
        return this.entries.length
    }

    /** The next report to send, ready and dated; undefined while there is none or enough are on their way. */
    next(nowMs: number, offsetMs: number): Buffer | undefined {
        let inFlight = 0
        for (const entry of this.entries) {
            if (entry.sends < 1 || nowMs - entry.sentMs >= RETRY_MS)
                return this.send(entry, nowMs, offsetMs)
            inFlight++
            if (inFlight >= IN_FLIGHT) return undefined
        }
        return undefined
    }

    /**
     * Forgets a report. Returns when it was sent; undefined if it is not here, or was sent again, so
     * that nobody knows which of the two is acknowledged.
     */
    acknowledge(bootId: number, channel: number, sequence: number): number | undefined {
        const found = this.entries.find(
            ({ report, sends }) =>
                sends !== NEVER_SENT &&
                reportChannel(report) === channel &&
                reportSequence(report) === sequence &&
                reportBootId(report) === bootId
        )
        if (!found) return undefined
        this.remove(found)
        return found.sends === 1 ? found.sentMs : undefined
    }

    /** On a new link nothing is on its way. */
    resendAll(): void {
        for (const entry of this.entries) if (entry.sends > 0) entry.sends = 0
    }

    private send(entry: Entry, nowMs: number, offsetMs: number): Buffer {
        if (entry.sends === NEVER_SENT) {
            const channel = reportChannel(entry.report)
            const sequence = this.nextSequence[channel] || 0
            this.nextSequence[channel] = sequence + 1
            setReportSequence(entry.report, sequence)
            dateReport(entry.report, offsetMs)
            entry.sends = 0
            entry.next = undefined
        }
        entry.sends++
        entry.sentMs = nowMs
        return entry.report
    }

    /** Returns false when there are no two left to try. */
    private mergeOldest(): boolean {
        const older = this.entries.find(entry => entry.next !== undefined)
        const newer = older?.next
        if (!older || !newer) return false
        const merged = mergeReports(withoutTimes(older.report), withoutTimes(newer.report))
        older.next = undefined
        if (!merged) return true
        older.next = newer.next
        this.remove(newer)
        this.usedBytes += merged.length - older.report.length
        older.report = merged
        const channel = reportChannel(merged)
        if (this.newest[channel] === newer) this.newest[channel] = older
        return true
    }

    /** Pulses are the last to go: mains and waveforms are many bytes, and their energy is told since boot. */
    private dropOldest(): void {
        this.dropped++
        this.remove(this.entries.find(({ report }) => !holdsPulses(report)) || this.entries[0])
    }

    /** In place: a new list would ask a full heap for one large block. */
    private remove(entry: Entry): void {
        const entries = this.entries
        let kept = 0
        for (const each of entries) {
            entries[kept] = each
            if (each !== entry) kept++
        }
        while (entries.length > kept) entries.pop()
        this.usedBytes -= entry.report.length + ENTRY_BYTES
    }
}

function withoutTimes(report: Buffer): Buffer {
    return stripPulseTimes(report) || report
}
