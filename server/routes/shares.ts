import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { errorReply, idParam, userName, wholeNumber } from "./schemas.js"

const share = z.object({
    id: z.number(),
    homeId: z.number(),
    sensorId: z.number().nullable().describe("null: the home's main sensors"),
    user: z.string(),
})
const newShare = z.strictObject({
    user: userName,
    sensorId: z
        .int("must be a whole number")
        .nullable()
        .default(null)
        .describe("null, the default, shares the home's main sensors"),
})

/** Showing single sensors, or the main ones of a home, to people who do not live there. */
export function shareRoutes({ store }: RouteDeps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/homes/:id/shares",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: idParam,
                    response: { 200: z.object({ shares: z.array(share) }), "4xx": errorReply },
                },
            },
            async request => ({ shares: store.sharesOf(request.params.id) })
        )

        scope.post(
            "/homes/:id/shares",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: idParam,
                    body: newShare,
                    response: { 201: share, "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const homeId = request.params.id
                const { user, sensorId } = request.body
                if (!store.user(user))
                    throw new AppError("bad_request", `user: there is no user ${user}`)
                if (sensorId !== null && store.homeOfSensor(sensorId) !== homeId)
                    throw new AppError("bad_request", `sensorId: there is no sensor ${sensorId}`)
                reply.code(201)
                return store.addShare({ homeId, sensorId, user })
            }
        )

        scope.delete(
            "/homes/:id/shares/:share",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: idParam.extend({ share: wholeNumber(1, Number.MAX_SAFE_INTEGER) }),
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { id, share } = request.params
                if (!store.sharesOf(id).some(one => one.id === share))
                    throw new AppError("not_found", `There is no share ${share}.`)
                store.removeShare(share)
                return reply.code(204).send()
            }
        )
    }
}
