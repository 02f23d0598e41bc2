import { dateReport, mergeReports, setReportSequence, stripPulseTimes } from "../wire/report.js"

/** Reports that may be on their way at once; more would only wait in the one socket. */
const IN_FLIGHT = 4

/** A report that got no acknowledgement for this long is sent again. */
const RETRY_MS = 10000

/** Heap that a report takes beside its bytes: the entry and the allocator's headers. */
const ENTRY_BYTES = 80

interface Entry {
    report: Buffer
    channel: number
    /** -1 until it is first sent. */
    sequence: number
    sentMs: number
}

/**
 * Keeps every report until the server has acknowledged it. Short of memory it gives up, in this
 * order, pulse times, the room that many short reports take, and at last the oldest slots: never a
 * count, since every report carries the count since boot. A report that was ever sent is left as it
 * was, so that the server can tell a repeat by its sequence.
 */
export class Outbox {
    /** Reports given up for want of memory. */
    dropped = 0

    private entries: Entry[] = []
    private usedBytes = 0
    private readonly nextSequence: number[] = []

    constructor(private readonly maxBytes: number) {}

    add(channel: number, report: Buffer): void {
        this.entries.push({ report, channel, sequence: -1, sentMs: 0 })
        this.usedBytes += report.length + ENTRY_BYTES
        while (this.usedBytes > this.maxBytes && this.shrink()) {
            // each step frees something
        }
    }

    size(): number {
        return this.entries.length
    }

    /** The next report to send, ready and dated; undefined while there is none or enough are on their way. */
    next(nowMs: number, offsetMs: number): Buffer | undefined {
        let inFlight = 0
        for (const entry of this.entries) {
            if (entry.sentMs !== 0 && nowMs - entry.sentMs < RETRY_MS) {
                inFlight++
                if (inFlight >= IN_FLIGHT) return undefined
            } else return this.send(entry, nowMs, offsetMs)
        }
        return undefined
    }

    /** When this report was last sent; undefined if it is not here. */
    sentAt(channel: number, sequence: number): number | undefined {
        const entry = this.entries.find(e => e.channel === channel && e.sequence === sequence)
        return entry ? entry.sentMs : undefined
    }

    acknowledge(channel: number, sequence: number): void {
        const kept = this.entries.filter(e => e.channel !== channel || e.sequence !== sequence)
        if (kept.length === this.entries.length) return
        this.entries = kept
        this.usedBytes = 0
        for (const entry of kept) this.usedBytes += entry.report.length + ENTRY_BYTES
    }

    /** On a new link nothing is on its way. */
    resendAll(): void {
        for (const entry of this.entries) entry.sentMs = 0
    }

    private send(entry: Entry, nowMs: number, offsetMs: number): Buffer {
        if (entry.sequence < 0) {
            const sequence = this.nextSequence[entry.channel] || 0
            this.nextSequence[entry.channel] = sequence + 1
            entry.sequence = sequence
            setReportSequence(entry.report, sequence)
            dateReport(entry.report, offsetMs)
        }
        entry.sentMs = nowMs
        return entry.report
    }

    private shrink(): boolean {
        return this.stripOldestTimes() || this.mergeOldest() || this.dropOldest()
    }

    private stripOldestTimes(): boolean {
        for (const entry of this.entries) {
            if (entry.sequence >= 0) continue
            const stripped = stripPulseTimes(entry.report)
            if (stripped) return this.replace(entry, stripped)
        }
        return false
    }

    private mergeOldest(): boolean {
        for (let i = 0; i < this.entries.length; i++) {
            const older = this.entries[i]
            if (older.sequence >= 0) continue
            const newer = this.followerOf(i)
            if (!newer || newer.sequence >= 0) continue
            const merged = mergeReports(older.report, newer.report)
            if (merged) {
                this.remove(newer)
                return this.replace(older, merged)
            }
        }
        return false
    }

    private followerOf(index: number): Entry | undefined {
        for (let i = index + 1; i < this.entries.length; i++)
            if (this.entries[i].channel === this.entries[index].channel) return this.entries[i]
        return undefined
    }

    private dropOldest(): boolean {
        if (this.entries.length === 0) return false
        this.dropped++
        this.remove(this.entries[0])
        return true
    }

    private replace(entry: Entry, report: Buffer): boolean {
        this.usedBytes += report.length - entry.report.length
        entry.report = report
        return true
    }

    private remove(entry: Entry): void {
        this.entries = this.entries.filter(e => e !== entry)
        this.usedBytes -= entry.report.length + ENTRY_BYTES
    }
}
