import { isIP } from "node:net"
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { EVENT_KINDS, eventCode, eventName } from "../device-events.js"
import { AppError } from "../errors.js"
import type { Webhook } from "../store/webhooks-store.js"
import { isPrivateAddress } from "../webhooks/private-address.js"
import { errorReply, idParam, wholeNumber } from "./schemas.js"

const MAX_URL = 500
const MOST_WEBHOOKS = 20
const MIN_SECRET = 16
const MAX_SECRET = 200

const kinds = z
    .array(z.enum(EVENT_KINDS, `must be one of ${EVENT_KINDS.join(", ")}`))
    .min(1, "must name at least one kind")
    .max(EVENT_KINDS.length, `must name at most ${EVENT_KINDS.length} kinds`)
const url = z
    .string("must be text")
    .max(MAX_URL, `must be at most ${MAX_URL} characters`)
    .refine(isWebAddress, "must be an http or https address without a user")
const newWebhook = z.strictObject({
    url,
    secret: z
        .string("must be text")
        .min(MIN_SECRET, `must be at least ${MIN_SECRET} characters`)
        .max(MAX_SECRET, `must be at most ${MAX_SECRET} characters`)
        .describe("Key of the signature; it is not shown again"),
    kinds,
})
const webhookReply = z.object({
    id: z.number(),
    homeId: z.number(),
    url: z.string(),
    kinds: z.array(z.string()),
    waiting: z.number().describe("Events that are not told yet"),
    deliveredMs: z.number().nullable(),
    failedMs: z.number().nullable().describe("When a try failed last"),
    failure: z.string().nullable(),
})

const webhookParams = idParam.extend({ webhookId: wholeNumber(1, Number.MAX_SAFE_INTEGER) })

/** Where events of a home's devices are told to. */
export function webhookRoutes(deps: Deps): FastifyPluginAsyncZod {
    const { store, allowPrivateWebhooks = false } = deps
    return async scope => {
        scope.get(
            "/homes/:id/webhooks",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: idParam,
                    response: {
                        200: z.object({ webhooks: z.array(webhookReply) }),
                        "4xx": errorReply,
                    },
                },
            },
            async request => ({ webhooks: store.webhooks(request.params.id).map(toReply) })
        )

        scope.post(
            "/homes/:id/webhooks",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: idParam,
                    body: newWebhook,
                    response: { 201: webhookReply, "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const homeId = request.params.id
                const { kinds, ...webhook } = request.body
                if (!allowPrivateWebhooks) checkPublic(webhook.url)
                if (store.webhooks(homeId).length >= MOST_WEBHOOKS)
                    throw new AppError("conflict", `A home has at most ${MOST_WEBHOOKS} webhooks.`)
                reply.code(201)
                const codes = [...new Set(kinds)].map(eventCode)
                return toReply(store.addWebhook({ ...webhook, homeId, codes }))
            }
        )

        scope.delete(
            "/homes/:id/webhooks/:webhookId",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: webhookParams,
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { id, webhookId } = request.params
                if (!store.webhooks(id).some(one => one.id === webhookId))
                    throw new AppError("not_found", `There is no webhook ${webhookId}.`)
                store.removeWebhook(webhookId)
                return reply.code(204).send()
            }
        )
    }
}

function isWebAddress(text: string): boolean {
    if (!URL.canParse(text)) return false
    const { protocol, username, password } = new URL(text)
    return /^https?:$/.test(protocol) && username === "" && password === ""
}

/** What a name stands for is looked at with every delivery; an address can be refused here. */
function checkPublic(url: string): void {
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1")
    if (host !== "localhost" && !(isIP(host) && isPrivateAddress(host))) return
    throw new AppError(
        "bad_request",
        `url: ${host} is not of the public Internet; the server would have to be started with --allow-private-webhooks`
    )
}

function toReply({ codes, ...webhook }: Webhook): z.infer<typeof webhookReply> {
    return { ...webhook, kinds: codes.map(eventName) }
}
