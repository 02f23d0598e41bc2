import type { FastifyBaseLogger } from "fastify"
import type { Store } from "./store/store.js"
import type { StoreHealth } from "./store-health.js"

const DAY_MS = 86_400_000
const PASS_EVERY_MS = 3_600_000

interface RetentionDeps {
    store: Store
    /** Unix ms. */
    clock: () => number
    health: StoreHealth
    log: FastifyBaseLogger
    /** Between two slices, so that reports go first. */
    pause: () => Promise<void>
}

/**
 * Deletes slots and minutes that need not be kept, a slice at a time. It remembers nothing: what a stop
 * or a late report leaves is found by the next pass.
 */
export class RetentionJob {
    private timer: NodeJS.Timeout | undefined
    private running: Promise<void> | undefined
    private isStopped = false

    constructor(private readonly deps: RetentionDeps) {}

    /** A pass now and at every hour. */
    start(): void {
        this.timer = setInterval(() => void this.pass(), PASS_EVERY_MS)
        this.timer.unref()
        void this.pass()
    }

    /** Resolves when the slice under way, if any, is done. */
    async stop(): Promise<void> {
        this.isStopped = true
        clearInterval(this.timer)
        await this.running
    }

    /** Deletes all that is too old now; one pass at a time. */
    async pass(): Promise<void> {
        this.running ??= this.run().finally(() => {
            this.running = undefined
        })
        await this.running
    }

    private async run(): Promise<void> {
        const { health, log, pause } = this.deps
        try {
            while (!this.isStopped && this.slice()) await pause()
        } catch (error) {
            // the next pass goes on where this one ended
            if (!health.failed(error)) log.error({ err: error }, "retention failed")
        }
    }

    /** Returns whether there may be more. */
    private slice(): boolean {
        const { store } = this.deps
        const { keepSlotsDays, keepMinutesDays } = store.retention()
        if (keepSlotsDays === null && keepMinutesDays === null) return false
        const newestMs = this.newestMs()
        const beforeMs = (days: number) => newestMs - days * DAY_MS
        return (
            (keepSlotsDays !== null && store.removeOldSlots(beforeMs(keepSlotsDays))) ||
            (keepMinutesDays !== null && store.removeOldMinutes(beforeMs(keepMinutesDays)))
        )
    }

    /** A clock that runs ahead must not make everything old: age counts from the newest slot. */
    private newestMs(): number {
        const ends = this.deps.store.channels().map(({ lastSlotEndMs }) => lastSlotEndMs ?? 0)
        return Math.min(this.deps.clock(), Math.max(0, ...ends))
    }
}
