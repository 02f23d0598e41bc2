import type { StoredEvent } from "./store.js"

/** Where a home's events are told to; its secret is kept sealed and never shown. */
export interface Webhook {
    id: number
    homeId: number
    url: string
    /** Codes of the events, EVENT_*. */
    codes: number[]
    /** Events that are not told yet. */
    waiting: number
    deliveredMs: number | null
    /** When the last try failed, and why. */
    failedMs: number | null
    failure: string | null
}

export interface DueWebhook {
    id: number
    homeId: number
    url: string
    secret: string
    /** Tries that failed since the last that did not. */
    tries: number
}

/** Webhooks, and what waits for them: an event and its deliveries are stored together. */
export interface WebhooksStore {
    /** Oldest first. */
    webhooks(homeId: number): Webhook[]
    addWebhook(webhook: Pick<Webhook, "homeId" | "url" | "codes"> & { secret: string }): Webhook
    removeWebhook(id: number): void
    /** Those for which something waits, and whose time has come. */
    dueWebhooks(nowMs: number): DueWebhook[]
    /** The oldest that waits. */
    nextDelivery(webhookId: number): { id: number; event: StoredEvent } | undefined
    webhookDelivered(webhookId: number, deliveryId: number, nowMs: number): void
    /** Waits until `dueMs`; null gives up all that waits. */
    webhookFailed(webhookId: number, failure: string, nowMs: number, dueMs: number | null): void
}
