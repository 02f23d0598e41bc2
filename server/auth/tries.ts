import { addressHolder } from "../address-holder.js"
import { AppError } from "../errors.js"

/** Each wrong try in a row makes the next answer wait so much longer. */
const STEP_MS = 50
const MAX_DELAY_MS = 10_000
/** So long without a wrong try makes up for one. */
const FORGIVE_MS = 60_000
/** Tries of one address that may wait at a time; more are refused unread. */
const MAX_WAITING = 8
/** Addresses remembered at once; the oldest goes when another comes. */
const MAX_ADDRESSES = 5000

interface Known {
    failures: number
    lastFailureMs: number
    /** Until then, tries of this address wait. */
    readyMs: number
    waiting: number
}

interface TryDeps {
    /** Milliseconds that never go back. */
    uptimeMs: () => number
    wait: (ms: number) => Promise<unknown>
}

/**
 * Makes guessing slow, address by address: the n-th wrong try is answered n * 50 ms later, ten seconds at
 * most, and tries that come meanwhile wait their turn. Other addresses wait for nothing.
 */
export class Tries {
    private readonly addresses = new Map<string, Known>()

    constructor(private readonly deps: TryDeps) {}

    /**
     * Call before checking a password, which takes its turn: many at once from a new address are no way around
     * the delay. Throws AppError `rate_limited`.
     */
    async checkTry(address: string, what: string): Promise<void> {
        const known = this.remember(addressHolder(address))
        checkRoom(known, what)
        const nowMs = this.deps.uptimeMs()
        const turnMs = Math.max(known.readyMs, nowMs)
        known.readyMs = turnMs + STEP_MS
        await this.waitUntil(known, turnMs)
    }

    /** Call when a password or token was wrong, before answering. Throws AppError `rate_limited`. */
    async failedTry(address: string): Promise<void> {
        const known = this.remember(addressHolder(address))
        const nowMs = this.deps.uptimeMs()
        const forgiven = Math.floor((nowMs - known.lastFailureMs) / FORGIVE_MS)
        known.failures = Math.max(0, known.failures - forgiven) + 1
        known.lastFailureMs = nowMs
        checkRoom(known, "a token")
        const delayMs = Math.min(MAX_DELAY_MS, known.failures * STEP_MS)
        known.readyMs = Math.max(known.readyMs, nowMs) + delayMs
        await this.waitUntil(known, known.readyMs)
    }

    private async waitUntil(known: Known, atMs: number): Promise<void> {
        const leftMs = atMs - this.deps.uptimeMs()
        if (leftMs <= 0) return
        known.waiting++
        try {
            await this.deps.wait(leftMs)
        } finally {
            known.waiting--
        }
    }

    private remember(group: string): Known {
        const known = this.addresses.get(group) ?? {
            failures: 0,
            lastFailureMs: this.deps.uptimeMs(),
            readyMs: 0,
            waiting: 0,
        }
        this.addresses.delete(group)
        this.addresses.set(group, known)
        const [oldest] = this.addresses.keys()
        if (this.addresses.size > MAX_ADDRESSES && oldest !== undefined)
            this.addresses.delete(oldest)
        return known
    }
}

function checkRoom({ waiting }: Known, what: string): void {
    if (waiting >= MAX_WAITING)
        throw new AppError("rate_limited", `Too many tries at ${what}: wait and try again.`)
}
