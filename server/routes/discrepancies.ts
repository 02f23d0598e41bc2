import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { DISCREPANCY_REASONS } from "../store/discrepancies.js"
import {
    MAX_TOLD_BOOTS,
    MAX_TOLD_STRETCHES,
    MAX_TOLD_UNPLACED,
} from "../store/sqlite-discrepancies.js"
import { noChannel } from "./channels.js"
import { errorReply, idParam } from "./schemas.js"

const orUnknown = z.number().nullable()
const reply = z.object({
    totalCount: z.number(),
    placedCount: z.number().describe("What the stored slots hold"),
    discrepancies: z
        .array(
            z.object({
                reason: z.enum(DISCREPANCY_REASONS),
                bootId: orUnknown.describe(
                    "null for all older boots, and for what an earlier version left"
                ),
                firstSlot: orUnknown.describe("Counted since the device's power-up"),
                endSlot: orUnknown.describe("The number after the last; null if it is still open"),
                fromMs: orUnknown,
                toMs: orUnknown,
                count: z.number().describe("Pulses, or energy, that no slot holds"),
            })
        )
        .describe(
            `Their counts add up to the total less what is placed. Told one by one: of the newest ${MAX_TOLD_BOOTS} boots what ${MAX_TOLD_STRETCHES} stored stretches and ${MAX_TOLD_UNPLACED} reports without a place say; the rest is summed as "older"`
        ),
    boots: z
        .array(
            z.object({
                bootId: z.number(),
                bootedMs: orUnknown.describe("null when it never said hello"),
                fromMs: orUnknown.describe(
                    "Of its stored slots, as far as they are told one by one"
                ),
                toMs: orUnknown,
                countSinceBoot: z.number(),
                placedCount: z.number(),
            })
        )
        .describe("Those that are told one by one, oldest first"),
    olderBoots: z.number().describe("How many boots there were before them"),
})

/** Why a channel's total is not the sum of its slots. */
export function discrepancyRoutes(deps: Deps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/channels/:id/discrepancies",
            {
                config: { needs: ["channel", "viewer"] },
                schema: {
                    description: "Why the channel's total is not the sum of its slots.",
                    params: idParam,
                    response: { 200: reply, "4xx": errorReply },
                },
            },
            async ({ params }) => {
                const found = deps.store.discrepancies(params.id)
                if (!found) throw noChannel(params.id)
                return found
            }
        )
    }
}
