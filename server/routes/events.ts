import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { EVENT_NAMES, tellEvent } from "../device-events.js"
import { AppError } from "../errors.js"
import { deviceId, errorReply, unixMs, wholeNumber } from "./schemas.js"

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

const query = z.strictObject({
    fromMs: unixMs.optional(),
    toMs: unixMs.optional(),
    deviceId: deviceId.optional(),
    channelId: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
    limit: wholeNumber(1, MAX_LIMIT).optional().describe(`${DEFAULT_LIMIT} by default`),
})

const event = z.object({
    id: z.number(),
    deviceId: z.string(),
    channelId: z.number().nullable().describe("null for an event of the whole device"),
    kind: z.string().describe(`One of ${EVENT_NAMES.join(", ")}`),
    beganMs: z.number(),
    durationMs: z.number().describe("0 for what has no end"),
    value: z.number().nullable().describe("What was seen: residual or highest voltage, and so on"),
    unit: z.string().nullable(),
})

/** What happened at the devices: tampering, mains out of bounds, settings. */
export function eventRoutes({ store, access }: RouteDeps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/events",
            {
                schema: {
                    description: "Events, newest first.",
                    querystring: query,
                    response: { 200: z.object({ events: z.array(event) }), "4xx": errorReply },
                },
            },
            async request => {
                const { limit = DEFAULT_LIMIT, ...where } = request.query
                const { fromMs = 0, toMs = Number.MAX_SAFE_INTEGER } = where
                if (toMs <= fromMs) throw new AppError("bad_request", "toMs: must be after fromMs")
                const homeIds = access.homesOf(requireHolder(request))
                const found = store.events({ ...where, homeIds, fromMs, toMs, limit })
                return { events: found.map(tellEvent) }
            }
        )
    }
}
