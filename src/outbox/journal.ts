import { SLOT_MS } from "../wire/limits.js"
import { FLASH_PAGES, numberPage, pageKey, pageNumber } from "../wire/page.js"
import { PageBuilder } from "./page-builder.js"
import type { SlotLog } from "./slot-log.js"

/** So much of what was counted is at risk while the server is away, and then goes to flash. */
const STANDARD_INTERVAL_MS = 600_000
/** A write waits for its moment, and the open slot is not in it. */
const WRITE_MARGIN_MS = 25_000
/** While the link is up, what was counted so long ago is at the server: reports go every 50 s. */
const ONLINE_MS = 180_000
/** Pages that wait to be written; more are too many for the heap. */
const MAX_SEALED = 3

const NONE = -1

/** A page and the number under which flash has it, or shall have it. */
export interface PageWrite {
    page: Buffer
    /** NONE before it is first written. */
    number: number
}

/**
 * What of the counts is kept in flash. While all is acknowledged nothing is written. Knows no flash: it
 * says what to read and to write.
 */
export class Journal {
    /** Writes go on between two of which at most so much is counted. */
    intervalMs = STANDARD_INTERVAL_MS
    /** Number of the newest page in flash; NONE before flash was looked through, and while it is empty. */
    newest = NONE
    private readonly builder = new PageBuilder()
    /** Closed pages that are not in flash, or not all of them. */
    private sealed: PageWrite[] = []
    /** The open page as it was last written; undefined before it ever was. */
    private open: PageWrite | undefined = undefined
    private scanned = 0
    /** What was counted up to this uptime is in flash, or at the server. */
    private safeMs: number
    /** What was counted up to this uptime is at the server. */
    private storedMs = -ONLINE_MS

    constructor(uptimeMs: number) {
        this.safeMs = uptimeMs
    }

    begin(bootId: number, logs: SlotLog[]): void {
        this.seal()
        this.builder.begin(bootId, logs)
    }

    /** Takes the slot that the logs have just closed. */
    addSlot(startMs: number, number: number, isUptime: boolean, uptimeMs: number): void {
        const isOnline = uptimeMs - this.storedMs < ONLINE_MS
        if (this.builder.mustSeal(startMs, isUptime, isOnline)) this.seal()
        // sealed at each cell, the newest goes further back than that
        if (isOnline) while (this.sealed.length > 1) this.sealed.shift()
        this.builder.addSlot(startMs, number, isUptime)
    }

    /** Is there something that a power cut would lose, and that is old enough to be worth a write? */
    isDue(uptimeMs: number): boolean {
        if (this.builder.span === 0) return false
        if (this.sealed.length >= MAX_SEALED) return true
        return uptimeMs - this.safeMs >= this.intervalMs - WRITE_MARGIN_MS
    }

    /** The next write of those that are due; each has to be told by {@link wrote}. */
    nextWrite(): PageWrite {
        let write = this.sealed[0]
        if (!write) {
            write = this.latest()
            this.open = write
        }
        if (write.number === NONE) {
            this.newest++
            write.number = this.newest
        }
        numberPage(write.page, write.number)
        return write
    }

    wrote(write: PageWrite, uptimeMs: number): void {
        if (write === this.sealed[0]) this.sealed.shift()
        // what was sealed in the meantime holds more than was written
        if (write === this.open) this.safeMs = uptimeMs - SLOT_MS
    }

    /** The server has stored all that was counted up to `storedMs`. */
    noteStored(storedMs: number): void {
        this.storedMs = storedMs
        if (storedMs > this.safeMs) this.safeMs = storedMs
    }

    /** Before pages are sent: what was written stays as it is. */
    freeze(): void {
        if (this.open) this.seal()
    }

    private seal(): void {
        if (this.builder.span === 0) return
        if (this.sealed.length > MAX_SEALED) this.sealed.shift()
        this.sealed.push(this.latest())
        this.builder.span = 0
        this.open = undefined
    }

    private latest(): PageWrite {
        return { page: this.builder.encode(), number: this.open ? this.open.number : NONE }
    }

    /** Key of the next value in flash to look at, to find the newest page; undefined once that is done. */
    nextScan(): string | undefined {
        return this.scanned < FLASH_PAGES ? pageKey(this.scanned) : undefined
    }

    scan(value: Buffer | undefined): void {
        const number = value && pageNumber(value)
        const isInPlace = number !== undefined && number % FLASH_PAGES === this.scanned
        if (isInPlace && number > this.newest) this.newest = number
        this.scanned++
    }
}
