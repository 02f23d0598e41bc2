import { getU16 } from "../wire/bytes.js"
import { setSequence } from "../wire/head.js"
import { MAX_CHANNELS } from "../wire/limits.js"
import { mergeMains } from "../wire/mains-merge.js"
import {
    dateReport,
    holdsPulses,
    reportBootId,
    reportChannel,
    reportSequence,
    SECONDS_AT,
} from "../wire/report.js"
import { mergeReports } from "../wire/report-merge.js"

/** Newest reports that may be on their way at once; more would only wait in the one socket. */
const IN_FLIGHT = 4

/** A report that got no acknowledgement for this long is sent again, then after twice that, and so on. */
const RETRY_MS = 10000
const MAX_RETRY_MS = 160000

/** An answer that takes longer does not come any more: a link that is silent for 32 s is dropped. */
const NO_ANSWER_MS = 80000

/** Heap that a report takes beside its bytes, as measured: the entry and the allocator's headers. */
const ENTRY_BYTES = 110

/**
 * Merges of one {@link Outbox.shrink}: of mains, each takes a ninth of what the runtime lets a program run
 * uninterrupted. Making a full report coarser takes a fifth, so it has turns of its own.
 */
const MERGES_AT_ONCE = 3

/** Values of an entry's `sends` before it is first sent: it may merge with the next, or did not. */
const UNSENT = -1
const UNMERGED = -2

/** Few fields, since each costs 16 bytes of heap. */
interface Entry {
    report: Buffer
    /** Times it was sent on this link; UNSENT or UNMERGED before it ever was. */
    sends: number
    sentMs: number
    /** The channel's next report. */
    next: Entry | undefined
}

/**
 * Keeps every report until the server has acknowledged it, the newest first. Short of memory it gives up
 * the oldest pulse times, then the oldest detail: 5 s slots become cells of 60 s, these of 300 s, and at
 * last the oldest go. Never a count: every report carries the count since boot. A report that is on its
 * way is left as it is, since an answer names only its first slot.
 */
export class Outbox {
    /** Reports given up for want of memory. */
    dropped = 0
    /** Spreads retries, so that not all devices come at once: 0 to 1 of the time to wait. */
    jitter = 0

    private readonly entries: Entry[] = []
    private usedBytes = 0
    private readonly newest: (Entry | undefined)[] = []
    /** Of the logs that are no channel's, each message's number. */
    private readonly nextSequence: number[] = []
    /** Did the last {@link shrink} merge something? Then the next makes something coarser. */
    private hasMerged = false
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
        const entry: Entry = { report, sends: UNSENT, sentMs: 0, next: undefined }
        const channel = reportChannel(report)
        if (channel >= MAX_CHANNELS) {
            const sequence = this.nextSequence[channel] || 0
            setSequence(report, sequence)
            this.nextSequence[channel] = sequence + 1
        }
        const before = this.newest[channel]
        if (before) before.next = entry
        this.newest[channel] = entry
        this.entries.push(entry)
        this.usedBytes += report.length + ENTRY_BYTES
        while (this.usedBytes > this.maxBytes && this.entries.length > 0) this.dropOldest()
    }

    /** To be called at each slot: while memory is short, merges reports and makes them coarser, in turn. */
    shrink(nowMs: number): void {
        if (this.usedBytes <= this.shrinkBytes) return
        let merges = 0
        while (!this.hasMerged && merges < MERGES_AT_ONCE && this.mergeOldest(nowMs)) merges++
        this.hasMerged = merges > 0
        if (merges === 0) this.coarsenOldest(nowMs)
    }

    /**
     * No slot that waits here has a number that is below this by more than a report has slots; `most` when
     * nothing waits.
     */
    oldestSlot(most: number): number {
        for (const entry of this.entries) {
            const report = entry.report
            // the others count their messages, not slots
            if (reportChannel(report) < MAX_CHANNELS) return Math.min(reportSequence(report), most)
        }
        return most
    }

    size(): number {
        return this.entries.length
    }

    /** Heap that it takes, as counted. */
    bytes(): number {
        return this.usedBytes
    }

    /**
     * The next report to send, dated; undefined while there is none or enough are on their way: some of
     * the newest, or else a single one, so that a server that many come back to at once is not flooded.
     */
    next(nowMs: number, offsetMs: number): Buffer | undefined {
        let inFlight = 0
        let found: Entry | undefined
        for (let i = this.entries.length - 1; i >= 0; i--) {
            const entry = this.entries[i]
            const waitMs = Math.min(RETRY_MS * 2 ** (entry.sends - 1), MAX_RETRY_MS)
            const sinceMs = nowMs - entry.sentMs
            const isWaiting = entry.sends > 0 && sinceMs < waitMs + waitMs * this.jitter
            if (!isWaiting && !found) found = entry
            // one that the server does not take must not hold up those before it
            if (isWaiting && sinceMs < RETRY_MS) inFlight++
        }
        if (!found) return undefined
        const isNewest = this.newest[reportChannel(found.report)] === found
        if (inFlight >= (isNewest ? IN_FLIGHT : 1)) return undefined
        if (found.sends < 0) {
            dateReport(found.report, offsetMs)
            found.sends = 0
        }
        found.sends++
        found.sentMs = nowMs
        return found.report
    }

    /**
     * Forgets a report. Returns when it was sent; undefined if it is not here, or was sent again, so
     * that nobody knows which of the two is acknowledged.
     */
    acknowledge(bootId: number, channel: number, sequence: number): number | undefined {
        const found = this.entries.find(
            ({ report, sends }) =>
                sends >= 0 &&
                reportChannel(report) === channel &&
                reportSequence(report) === sequence &&
                reportBootId(report) === bootId
        )
        if (!found) return undefined
        this.remove(found)
        return found.sends === 1 ? found.sentMs : undefined
    }

    /** On a new link nothing is on its way, nor is an answer to what was: all may merge again. */
    resendAll(): void {
        for (const entry of this.entries) if (entry.sends > 0) entry.sends = UNSENT
    }

    /** What is on its way may have been lost: it is sent again at once, as it is. */
    hurry(): void {
        for (const entry of this.entries) if (entry.sends > 0) entry.sentMs = -2 * MAX_RETRY_MS
    }

    /** Merges two reports of the same detail that follow each other; false when there are none. */
    private mergeOldest(nowMs: number): boolean {
        for (const older of this.entries) {
            const newer = older.next
            if (older.sends === UNMERGED || !newer) continue
            if (!mayChange(older, nowMs) || !mayChange(newer, nowMs)) continue
            older.sends = UNMERGED
            const seconds = secondsOf(older)
            if (secondsOf(newer) !== seconds) continue
            const merged = merge(older.report, newer.report, seconds)
            if (!merged) continue
            older.next = newer.next
            older.sends = UNSENT
            const channel = reportChannel(merged)
            if (this.newest[channel] === newer) this.newest[channel] = older
            this.remove(newer)
            this.replace(older, merged)
            return true
        }
        return false
    }

    /** Makes longer cells of the oldest report of 5 s slots or of 60 s cells, whichever take more memory. */
    private coarsenOldest(nowMs: number): void {
        let fine: Entry | undefined
        let minutes: Entry | undefined
        let fineBytes = 0
        let minuteBytes = 0
        for (const entry of this.entries) {
            const seconds = secondsOf(entry)
            const isNewest = this.newest[reportChannel(entry.report)] === entry
            if (isNewest || !mayChange(entry, nowMs)) continue
            if (seconds === 5) {
                fineBytes += entry.report.length
                if (!fine) fine = entry
            } else if (seconds === 60) {
                minuteBytes += entry.report.length
                if (!minutes) minutes = entry
            }
        }
        const found = fineBytes >= minuteBytes ? fine : minutes
        const coarse = found && merge(found.report, undefined, found === fine ? 60 : 300)
        if (!found || !coarse) return
        this.replace(found, coarse)
        found.sends = UNSENT
        for (const entry of this.entries)
            if (entry.sends === UNMERGED && entry.next === found) entry.sends = UNSENT
    }

    private replace(entry: Entry, report: Buffer): void {
        this.usedBytes += report.length - entry.report.length
        entry.report = report
    }

    /** Pulses are the last to go: mains and waveforms are many bytes, and their energy is told since boot. */
    private dropOldest(): void {
        this.dropped++
        const oldest = this.entries.find(({ report }) => !holdsPulses(report)) || this.entries[0]
        this.remove(oldest)
    }

    /** In place: a new list would ask a full heap for one large block. */
    private remove(entry: Entry): void {
        const entries = this.entries
        let kept = 0
        for (const each of entries) {
            // or one that waits would keep all that came after it and is long acknowledged
            if (each.next === entry) each.next = undefined
            entries[kept] = each
            if (each !== entry) kept++
        }
        while (entries.length > kept) entries.pop()
        const channel = reportChannel(entry.report)
        if (this.newest[channel] === entry) this.newest[channel] = undefined
        this.usedBytes -= entry.report.length + ENTRY_BYTES
    }
}

/** Is it not on its way, nor an answer to it? A server that is there may be unable to store for long. */
function mayChange({ sends, sentMs }: Entry, nowMs: number): boolean {
    return sends < 0 || (sentMs >= 0 && nowMs - sentMs >= NO_ANSWER_MS)
}

/** 0 of events and waveforms, which are never merged. */
function secondsOf({ report }: Entry): number {
    return reportChannel(report) >= MAX_CHANNELS ? 0 : getU16(report, SECONDS_AT)
}

function merge(older: Buffer, newer: Buffer | undefined, seconds: number): Buffer | undefined {
    if (holdsPulses(older)) return mergeReports(older, newer, seconds)
    return seconds === 5 ? undefined : mergeMains(older, newer, seconds)
}
