import { FLASH_PAGES, pageKey, pageNumber } from "../wire/page.js"
import { reportBootId } from "../wire/report.js"
import type { Journal } from "./journal.js"

const NONE = -1
/** A page without an answer for so long is passed over: the server may be able to take the next. */
const ANSWER_MS = 30_000
/** Those that were passed over have another turn on the next link, or after so long. */
const AGAIN_MS = 900_000

/**
 * Sends what flash holds, newest first and one page at a time: of earlier boots all of it, since nothing
 * in flash says what the server has, and of this one what memory gave up.
 */
export class PageSender {
    /** Number of the page to be sent now. */
    private number = NONE
    /** The server has the pages up to this one, as far as this boot knows. */
    private done = NONE
    private top = NONE
    /** Lowest number of those that were passed over since `top`; one more than `top` if none was. */
    private lowest = NONE
    private page: Buffer | undefined = undefined
    private sentMs = NONE
    private againMs = NONE

    constructor(private readonly journal: Journal) {}

    /** On a new link: begins again from the newest page. */
    restart(): void {
        this.page = undefined
        this.top = NONE
        this.againMs = NONE
    }

    /** Key of the value in flash that is to be read; undefined while there is none. */
    nextRead(): string | undefined {
        const { newest } = this.journal
        if (this.page || this.journal.nextScan() !== undefined) return undefined
        if (this.top === NONE) {
            this.top = newest
            this.number = newest
            this.lowest = newest + 1
        }
        if (this.number <= this.done || this.number <= this.top - FLASH_PAGES) {
            this.done = this.lowest - 1
            if (newest > this.top) this.top = NONE
            return undefined
        }
        return pageKey(this.number)
    }

    /** Takes what was read. `skipBootId`: pages of this boot are not needed while memory holds it all. */
    took(value: Buffer | undefined, skipBootId: number | undefined): void {
        if (!value || pageNumber(value) !== this.number) this.number--
        else if (reportBootId(value) === skipBootId) this.passOver()
        else {
            this.page = value
            this.sentMs = NONE
        }
    }

    next(nowMs: number): Buffer | undefined {
        if (this.againMs !== NONE && nowMs >= this.againMs) this.restart()
        if (!this.page) return undefined
        if (this.sentMs !== NONE) {
            if (nowMs - this.sentMs < ANSWER_MS) return undefined
            this.againMs = nowMs + AGAIN_MS
            this.passOver()
            return undefined
        }
        this.sentMs = nowMs
        return this.page
    }

    acknowledge(bootId: number, sequence: number): void {
        const page = this.page
        if (!page || pageNumber(page) !== sequence || reportBootId(page) !== bootId) return
        this.page = undefined
        this.number--
    }

    private passOver(): void {
        this.page = undefined
        this.lowest = this.number
        this.number--
    }
}
