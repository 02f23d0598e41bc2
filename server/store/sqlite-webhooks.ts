import type { Database } from "better-sqlite3"
import type { SecretBox } from "../auth/secret-box.js"
import type { StoredEvent } from "./store.js"
import type { DueWebhook, Webhook, WebhooksStore } from "./webhooks-store.js"

/** Binds a sealed secret to its home and its URL. */
function labelOf({ homeId, url }: Pick<Webhook, "homeId" | "url">): string {
    return `webhook ${homeId} ${url}`
}

export function webhookQueries(db: Database, secretBox: SecretBox): WebhooksStore {
    return { ...definitionQueries(db, secretBox), ...deliveryQueries(db, secretBox) }
}

type DefinitionQueries = Pick<WebhooksStore, "webhooks" | "addWebhook" | "removeWebhook">

function definitionQueries(db: Database, secretBox: SecretBox): DefinitionQueries {
    const all = db.prepare<[number], Omit<Webhook, "codes">>(
        `SELECT id, home_id AS homeId, url, delivered_ms AS deliveredMs, failed_ms AS failedMs,
             failure, (SELECT count(*) FROM webhook_deliveries WHERE webhook = webhooks.id) AS waiting
         FROM webhooks WHERE home_id = ? ORDER BY id`
    )
    const codesOf = db
        .prepare<[number], number>("SELECT code FROM webhook_codes WHERE webhook = ? ORDER BY code")
        .pluck()
    const insert = db
        .prepare<[number, string, Buffer], number>(
            "INSERT INTO webhooks (home_id, url, sealed_secret) VALUES (?, ?, ?) RETURNING id"
        )
        .pluck()
    const addCode = db.prepare("INSERT INTO webhook_codes (webhook, code) VALUES (?, ?)")
    const remove = db.prepare("DELETE FROM webhooks WHERE id = ?")
    return {
        webhooks: homeId => all.all(homeId).map(row => ({ ...row, codes: codesOf.all(row.id) })),
        addWebhook: db.transaction(({ homeId, url, codes, secret }) => {
            const sealed = secretBox.seal(Buffer.from(secret), labelOf({ homeId, url }))
            const id = insert.get(homeId, url, sealed)
            if (id === undefined) throw new Error("a new webhook did not come back")
            for (const code of codes) addCode.run(id, code)
            const nothing = { waiting: 0, deliveredMs: null, failedMs: null, failure: null }
            return { id, homeId, url, codes, ...nothing }
        }).immediate,
        removeWebhook: id => void remove.run(id),
    }
}

function deliveryQueries(
    db: Database,
    secretBox: SecretBox
): Omit<WebhooksStore, keyof DefinitionQueries> {
    const due = db.prepare<[number], Omit<DueWebhook, "secret"> & { sealed: Buffer }>(
        `SELECT id, home_id AS homeId, url, sealed_secret AS sealed, tries FROM webhooks
         WHERE due_ms <= ? AND EXISTS (SELECT 1 FROM webhook_deliveries WHERE webhook = webhooks.id)`
    )
    const next = db.prepare<[number], StoredEvent & { delivery: number }>(
        `SELECT webhook_deliveries.id AS delivery, events.id, device_id AS deviceId,
             channel AS channelId, code, began_ms AS beganMs, duration_ms AS durationMs, value
         FROM webhook_deliveries JOIN events ON events.id = event
         WHERE webhook = ? ORDER BY webhook_deliveries.id LIMIT 1`
    )
    const remove = db.prepare("DELETE FROM webhook_deliveries WHERE id = ?")
    const removeAll = db.prepare("DELETE FROM webhook_deliveries WHERE webhook = ?")
    const succeed = db.prepare(
        "UPDATE webhooks SET tries = 0, due_ms = 0, delivered_ms = ? WHERE id = ?"
    )
    const fail = db.prepare(
        `UPDATE webhooks SET failed_ms = @nowMs, failure = @failure, due_ms = @dueMs,
             tries = iif(@isOver, 0, tries + 1)
         WHERE id = @id`
    )
    return {
        dueWebhooks: nowMs =>
            due.all(nowMs).map(({ sealed, ...webhook }) => ({
                ...webhook,
                secret: secretBox.open(sealed, labelOf(webhook)).toString(),
            })),
        nextDelivery(webhookId) {
            const row = next.get(webhookId)
            if (!row) return undefined
            const { delivery, ...event } = row
            return { id: delivery, event }
        },
        webhookDelivered: db.transaction((webhookId: number, deliveryId: number, nowMs: number) => {
            remove.run(deliveryId)
            succeed.run(nowMs, webhookId)
        }).immediate,
        webhookFailed: db.transaction((id, failure, nowMs, dueMs) => {
            const isOver = dueMs === null ? 1 : 0
            fail.run({ id, failure, nowMs, dueMs: dueMs ?? 0, isOver })
            if (isOver) removeAll.run(id)
        }).immediate,
    }
}
