import type { FastifyBaseLogger } from "fastify"
import { AppError } from "./errors.js"
import { type StoreFailure, sqliteCode, storeFailureOf } from "./store/store-failure.js"

/** A disk with a few free pages takes one commit and refuses the next: that is one failure, not many. */
const SETTLED_MS = 5000
/** Everything waits for a commit, so one of this length is worth a word. */
const SLOW_COMMIT_MS = 2000
/** A log that is folded in as it should be has 4 MB. */
const LONG_LOG_BYTES = 268_435_456

export interface StoreProblem {
    /** The last two are no failures: what is stored is stored. */
    code: StoreFailure | "disk_slow" | "log_long"
    /** For people, with what to do. */
    message: string
    /** Unix ms. */
    sinceMs: number
}

interface HealthDeps {
    log: FastifyBaseLogger
    /** Unix ms. */
    clock: () => number
    /** Milliseconds that never go back. */
    uptimeMs: () => number
    /** Where the database is, for people. */
    dataDir: string
}

/** Whether the store works; says so once when that changes, however many requests it concerns. */
export class StoreHealth {
    private now: StoreProblem | undefined
    private lastSeenMs = 0

    constructor(private readonly deps: HealthDeps) {}

    get problem(): StoreProblem | undefined {
        return this.now
    }

    /** Returns false for an error that is none of the store as a whole. */
    failed(error: unknown): boolean {
        const code = storeFailureOf(error)
        if (code) this.note(code, sentenceOf(code, this.deps.dataDir, sqliteCode(error)))
        return code !== undefined
    }

    /** After every commit, with the time it took and the length of the log. */
    committed(tookMs: number, logBytes: number): void {
        const { dataDir } = this.deps
        if (logBytes >= LONG_LOG_BYTES) {
            const megabytes = Math.round(logBytes / 1e6)
            const message = `Another program keeps an old view of the database in ${dataDir} open, so its log has grown to ${megabytes} MB. Close that program.`
            this.note("log_long", message)
            return
        }
        if (tookMs >= SLOW_COMMIT_MS) {
            const seconds = (tookMs / 1000).toFixed(1)
            const message = `The disk in ${dataDir} is slow: a commit took ${seconds} s, and everything waits for it.`
            this.note("disk_slow", message)
            return
        }
        if (!this.now || this.deps.uptimeMs() - this.lastSeenMs < SETTLED_MS) return
        const { code } = this.now
        this.now = undefined
        this.deps.log.warn({ code }, "The database is written as usual again.")
    }

    /** What a request that failed is answered: the same error, or one that tells what the store has. */
    explain<T extends Error>(error: T): T | AppError {
        const code = storeFailureOf(error)
        if (!code || !this.failed(error)) return error
        return new AppError(code, sentenceOf(code, this.deps.dataDir, sqliteCode(error)))
    }

    private note(code: StoreProblem["code"], message: string): void {
        const nowMs = this.deps.uptimeMs()
        // a slow commit in between does not end a failure, but one that comes long after it does
        const isSettled = nowMs - this.lastSeenMs >= SETTLED_MS
        if (this.now && isFailure(this.now.code) && !isFailure(code) && !isSettled) return
        this.lastSeenMs = nowMs
        const isWorse = !this.now || isFailure(code) || isFailure(this.now.code)
        if (this.now?.code === code || !isWorse) return
        this.now = { code, message, sinceMs: this.deps.clock() }
        this.deps.log.warn({ code }, message)
    }
}

/** Is nothing stored while it lasts? */
function isFailure(code: StoreProblem["code"]): code is StoreFailure {
    return code !== "disk_slow" && code !== "log_long"
}

function sentenceOf(code: StoreFailure, dataDir: string, sqlite: string): string {
    switch (code) {
        case "disk_full":
            return `The disk is full: reports wait on the devices until there is room again. Free some space in ${dataDir}.`
        case "database_locked":
            return `Another program holds the database in ${dataDir} locked: reports wait on the devices until it lets go. Close that program.`
        case "disk_failing":
            return `The disk fails (${sqlite}): reports wait on the devices until it works again. Look at the disk of ${dataDir}.`
        case "database_damaged":
            return `The database in ${dataDir} is damaged (${sqlite}): reports wait on the devices. Stop the server and restore a backup.`
    }
}
