import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder, requireRole, requireUser } from "../auth/guard.js"
import { makeToken } from "../auth/tokens.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { TOKEN_KINDS, type Token } from "../store/people-store.js"
import { deviceId, displayName, errorReply, idParam } from "./schemas.js"

const sensorId = z.int("must be a whole number").min(1, "must be at least 1")
const newToken = z.discriminatedUnion(
    "kind",
    [
        z.strictObject({ kind: z.literal("account"), name: displayName }),
        z.strictObject({ kind: z.literal("sensor"), name: displayName, sensorId }),
        z.strictObject({ kind: z.literal("device"), name: displayName, deviceId }),
    ],
    `must be one of ${TOKEN_KINDS.join(", ")}`
)
const token = z.object({
    id: z.number(),
    kind: z.enum(TOKEN_KINDS),
    name: z.string(),
    user: z.string().describe("Who made it, and for whom one of an account acts"),
    sensorId: z.number().nullable(),
    deviceId: z.string().nullable(),
    createdMs: z.number(),
    lastUsedMs: z.number().nullable().describe("To the minute; null while it was not used"),
})

/** Tokens for programs: made, listed and revoked by people. */
export function tokenRoutes(deps: RouteDeps): FastifyPluginAsyncZod {
    const { store, access } = deps
    /** Throws AppError `not_found`. */
    const ownToken = (user: string, id: number): Token => {
        const found = store.tokensOf(user).find(one => one.id === id)
        if (!found) throw new AppError("not_found", `There is no token ${id}.`)
        return found
    }
    return async scope => {
        scope.get(
            "/tokens",
            {
                config: { access: "person" },
                schema: {
                    description: "Those you made, and those for sensors and devices of your homes.",
                    response: { 200: z.object({ tokens: z.array(token) }), "4xx": errorReply },
                },
            },
            async request => ({ tokens: store.tokensOf(requireUser(request).name) })
        )

        scope.post(
            "/tokens",
            {
                config: { access: "person" },
                schema: {
                    body: newToken,
                    response: {
                        201: token.extend({
                            token: z.string().describe("32 hex digits, shown this once"),
                        }),
                        "4xx": errorReply,
                    },
                },
            },
            async (request, reply) => {
                const { body } = request
                const holder = requireHolder(request)
                const purpose = { sensorId: null, deviceId: null, ...body }
                if (body.kind === "sensor")
                    requireRole(access, holder, ["sensor", "editor"], body.sensorId)
                if (body.kind === "device")
                    requireRole(access, holder, ["device", "editor"], body.deviceId)
                const { raw, token } = makeToken(deps, {
                    ...purpose,
                    user: requireUser(request).name,
                })
                reply.code(201)
                return { ...token, token: raw }
            }
        )

        scope.delete(
            "/tokens/:id",
            {
                config: { access: "person" },
                schema: { params: idParam, response: { 204: z.undefined(), "4xx": errorReply } },
            },
            async (request, reply) => {
                store.removeToken(ownToken(requireUser(request).name, request.params.id).id)
                return reply.code(204).send()
            }
        )
    }
}
