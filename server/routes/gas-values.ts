import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import { errorReply, idParam } from "./schemas.js"
import { localDate } from "./tariffs.js"

const MOST_VALUES = 200
const MIN_KWH = 1
const MAX_KWH = 50
const MIN_CORRECTION = 0.1
const MAX_CORRECTION = 10

const values = z
    .array(
        z.strictObject({
            validFrom: localDate,
            calorificKwhPerM3: z
                .number("must be a number")
                .min(MIN_KWH, `must be at least ${MIN_KWH}`)
                .max(MAX_KWH, `must be at most ${MAX_KWH}`)
                .describe("Of a cubic metre at normal conditions"),
            correction: z
                .number("must be a number")
                .min(MIN_CORRECTION, `must be at least ${MIN_CORRECTION}`)
                .max(MAX_CORRECTION, `must be at most ${MAX_CORRECTION}`)
                .default(1)
                .describe("Cubic metres at normal conditions in one that the meter counts"),
        })
    )
    .max(MOST_VALUES, `must be at most ${MOST_VALUES}`)
    .describe("In order of their dates; before the first, the first counts")
const valuesBody = z.strictObject({ values })
const valuesReply = z.object({ values })

/** What a home's gas is worth, as its supplier tells. */
export function gasValueRoutes({ store }: Deps): FastifyPluginAsyncZod {
    return async scope => {
        const response = { 200: valuesReply, "4xx": errorReply }
        scope.get(
            "/homes/:id/gas-values",
            {
                config: { needs: ["home", "viewer"] },
                schema: { params: idParam, response },
            },
            async request => ({ values: store.gasValues(request.params.id) })
        )

        scope.put(
            "/homes/:id/gas-values",
            {
                config: { needs: ["home", "editor"] },
                schema: { params: idParam, body: valuesBody, response },
            },
            async request => {
                const dated = request.body.values
                for (const [at, { validFrom }] of dated.slice(1).entries())
                    if (validFrom <= dated[at].validFrom)
                        throw new AppError(
                            "bad_request",
                            `values.${at + 1}.validFrom: must be after ${dated[at].validFrom}`
                        )
                store.saveGasValues(request.params.id, dated)
                return { values: store.gasValues(request.params.id) }
            }
        )
    }
}
