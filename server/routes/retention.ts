import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { RetentionJob } from "../retention.js"
import { errorReply } from "./schemas.js"

/** So that today is there slot by slot in every time zone. */
const MIN_DAYS = 2
const MAX_DAYS = 36_500

const problem = `must be a whole number from ${MIN_DAYS} to ${MAX_DAYS}, or null for ever`
const days = z.int(problem).min(MIN_DAYS, problem).max(MAX_DAYS, problem).nullable()
const wanted = z.strictObject({
    keepSlotsDays: days.describe("Days for which 5 s slots are kept; null for ever"),
    keepMinutesDays: days.describe("Days for which sums of a minute are kept; null for ever"),
})
const reply = wanted.extend({
    slotsGoneBeforeMs: z
        .number()
        .describe("What is older has no slots any more, Unix ms; 0 while none were deleted"),
    minutesGoneBeforeMs: z.number(),
})

/** How long detail is kept; sums from a quarter of an hour up and totals stay for ever. */
export function retentionRoutes(
    { store, access }: RouteDeps,
    job: RetentionJob
): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/retention",
            { schema: { response: { 200: reply, "4xx": errorReply } } },
            async () => store.retention()
        )

        scope.put(
            "/retention",
            {
                config: { access: "admin" },
                schema: { body: wanted, response: { 200: reply, "4xx": errorReply } },
            },
            async request => {
                const { keepSlotsDays, keepMinutesDays } = request.body
                if (keepMinutesDays !== null && keepMinutesDays < (keepSlotsDays ?? Infinity))
                    throw new AppError(
                        "bad_request",
                        "keepMinutesDays: must not be less than keepSlotsDays"
                    )
                store.saveRetention(request.body)
                const user = access.userOf(requireHolder(request))
                request.log.warn({ user, ...request.body }, "changed how long detail is kept")
                void job.pass()
                return store.retention()
            }
        )
    }
}
