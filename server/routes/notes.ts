import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { RouteDeps } from "../deps.js"
import { NOTES } from "../store/foreign-store.js"
import { deviceId, errorReply, unixMs, wholeNumber } from "./schemas.js"

const MAX_NOTES = 1000

const note = z.object({
    what: z
        .enum(NOTES)
        .describe(
            "clock_ahead_s: seconds by which its clock is ahead of this server's; battery_v: volts"
        ),
    atMs: z.number(),
    value: z.number().nullable(),
    text: z.string().nullable().describe("Why counts were refused"),
})

/** What devices of other projects said beside their counts. */
export function noteRoutes(deps: RouteDeps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/devices/:id/notes",
            {
                config: { needs: ["device", "viewer"] },
                schema: {
                    description: "Newest first.",
                    params: z.object({ id: deviceId }),
                    querystring: z.strictObject({
                        what: z.enum(NOTES).optional(),
                        fromMs: unixMs.default(0),
                        toMs: unixMs.default(Number.MAX_SAFE_INTEGER),
                        limit: wholeNumber(1, MAX_NOTES).default(100),
                    }),
                    response: { 200: z.object({ notes: z.array(note) }), "4xx": errorReply },
                },
            },
            async request => ({ notes: deps.store.notes(request.params.id, request.query) })
        )
    }
}
