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
        const { store, health, log } = this.deps
        try {
            await this.removeAll("keepSlotsDays", store.removeOldSlots)
            await this.removeAll("keepMinutesDays", store.removeOldMinutes)
        } catch (error) {
            // the next pass goes on where this one ended
            if (!health.failed(error)) log.error({ err: error }, "retention failed")
        }
    }

    /** What is wanted is looked up before each slice, because it may change meanwhile. */
    private async removeAll(
        keep: "keepSlotsDays" | "keepMinutesDays",
        remove: (beforeMs: number) => boolean
    ): Promise<void> {
        for (;;) {
            const days = this.deps.store.retention()[keep]
            if (days === null || this.isStopped) return
            if (!remove(this.newestMs() - days * DAY_MS)) return
            await this.deps.pause()
        }
    }

    /** A clock that runs ahead must not make everything old: age counts from the newest slot. */
    private newestMs(): number {
        return Math.min(this.deps.clock(), this.deps.store.newestSlotEndMs())
    }
}
