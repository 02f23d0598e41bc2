import { createHmac } from "node:crypto"
import type { FastifyBaseLogger } from "fastify"
import { tellEvent } from "../device-events.js"
import type { Store } from "../store/store.js"
import type { DueWebhook } from "../store/webhooks-store.js"
import type { StoreHealth } from "../store-health.js"
import type { PostJson } from "./post-json.js"

const PASS_EVERY_MS = 5000
const MINUTE_MS = 60_000
/** How long is waited after each try that failed; after the last, all that waits is given up. */
export const RETRY_MINUTES = [1, 5, 15, 60, 180, 360, 720]
/** Events that one webhook is told in one pass. */
const MOST_A_PASS = 100

interface JobDeps {
    store: Store
    /** Unix ms. */
    clock: () => number
    post: PostJson
    health: Pick<StoreHealth, "failed">
    log: Pick<FastifyBaseLogger, "error">
}

/** Delivers what waits for each webhook, in order and until one fails. It remembers nothing itself. */
export class WebhookJob {
    private timer: NodeJS.Timeout | undefined
    private running: Promise<void> | undefined
    private readonly stopping = new AbortController()

    constructor(private readonly deps: JobDeps) {}

    start(): void {
        this.timer = setInterval(() => void this.pass(), PASS_EVERY_MS)
        this.timer.unref()
    }

    /** Breaks off the deliveries under way; they are tried again after the next start. */
    async stop(): Promise<void> {
        this.stopping.abort()
        clearInterval(this.timer)
        await this.running
    }

    /** Delivers all that is due now; one pass at a time, webhooks beside each other. */
    async pass(): Promise<void> {
        this.running ??= this.run().finally(() => {
            this.running = undefined
        })
        await this.running
    }

    private async run(): Promise<void> {
        const { store, clock, health, log } = this.deps
        try {
            await Promise.all(store.dueWebhooks(clock()).map(webhook => this.deliverAll(webhook)))
        } catch (error) {
            // the next pass goes on where this one ended
            if (!health.failed(error)) log.error({ err: error }, "webhooks failed")
        }
    }

    private async deliverAll(webhook: DueWebhook): Promise<void> {
        for (let sent = 0; sent < MOST_A_PASS && !this.stopping.signal.aborted; sent++)
            if (!(await this.deliverNext(webhook))) return
    }

    /** Returns whether there may be more. */
    private async deliverNext({ id, homeId, url, secret, tries }: DueWebhook): Promise<boolean> {
        const { store, clock, post } = this.deps
        const next = store.nextDelivery(id)
        if (!next) return false
        const body = JSON.stringify({ homeId, event: tellEvent(next.event) })
        const headers = {
            "meterbeat-delivery": String(next.id),
            "meterbeat-signature": signature(secret, clock(), body),
        }
        const { signal } = this.stopping
        const failure = await post(url, body, headers, signal).then(
            failureOf,
            (error: Error) => error.message
        )
        if (failure === undefined) {
            store.webhookDelivered(id, next.id, clock())
            return true
        }
        if (signal.aborted) return false
        const waitMinutes = RETRY_MINUTES[tries]
        const dueMs = waitMinutes === undefined ? null : clock() + waitMinutes * MINUTE_MS
        store.webhookFailed(id, failure, clock(), dueMs)
        return false
    }
}

function failureOf(status: number): string | undefined {
    return status >= 200 && status < 300 ? undefined : `The answer was ${status}.`
}

/** HMAC-SHA256 over time and body, so that an old delivery cannot be sent again by others. */
function signature(secret: string, nowMs: number, body: string): string {
    const hex = createHmac("sha256", secret).update(`${nowMs}.${body}`).digest("hex")
    return `t=${nowMs},v1=${hex}`
}
