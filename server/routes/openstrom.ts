import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder } from "../auth/guard.js"
import { makeToken } from "../auth/tokens.js"
import { RELAYS, serial } from "../compat/openstrom/package-schema.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { deviceId, displayName, errorReply, idParam, wholeNumber } from "./schemas.js"

const deviceParam = z.object({ id: deviceId })
const relayParams = deviceParam.extend({ number: wholeNumber(1, RELAYS) })
const relay = z.object({
    number: z.number().describe("K1 is 1"),
    isWantedOn: z.boolean().nullable().describe("null leaves the relay to the device"),
    wantedMs: z.number().nullable().describe("When that was set, Unix ms"),
    isOn: z.boolean().nullable().describe("What the device told last; null before it told"),
    toldMs: z.number().nullable(),
})
const relaysReply = z.object({ relays: z.array(relay) })

/** OpenStrom devices and how their relays shall be: docs/compat-openstrom.md. */
export function openstromDeviceRoutes(deps: RouteDeps): FastifyPluginAsyncZod {
    const { store, clock, access } = deps
    const relaysOf = (id: string) => {
        if (store.foreignDevice(id)?.protocol !== "openstrom")
            throw new AppError("not_found", `Device ${id} is no OpenStrom device.`)
        return { relays: store.relays(id) }
    }
    return async scope => {
        scope.post(
            "/homes/:id/openstrom-devices",
            {
                config: { needs: ["home", "editor"] },
                schema: {
                    description: "Lets an OpenStrom device of ten circuits in, by a token.",
                    params: idParam,
                    body: z.strictObject({ serial, name: displayName }),
                    response: {
                        201: z.object({
                            id: z.string(),
                            path: z.string().describe("Where it posts its packages"),
                            token: z.string().describe("Shown this once"),
                        }),
                        "4xx": errorReply,
                    },
                },
            },
            async (request, reply) => {
                const user = access.userOf(requireHolder(request))
                if (user === undefined)
                    throw new AppError("forbidden", "This token is not for this.")
                const { serial, name } = request.body
                const id = store.addOpenstromDevice({ serial, name, homeId: request.params.id })
                const purpose = {
                    kind: "device" as const,
                    user,
                    sensorId: null,
                    deviceId: id,
                    name,
                }
                reply.code(201)
                return { id, path: "/openstrom/packages", token: makeToken(deps, purpose).raw }
            }
        )

        scope.get(
            "/devices/:id/relays",
            {
                config: { needs: ["device", "viewer"] },
                schema: { params: deviceParam, response: { 200: relaysReply, "4xx": errorReply } },
            },
            async request => relaysOf(request.params.id)
        )

        scope.put(
            "/devices/:id/relays/:number",
            {
                config: { needs: ["device", "editor"] },
                schema: {
                    description: "The device is told in the answer to its next package.",
                    params: relayParams,
                    body: z.strictObject({
                        isOn: z.boolean("must be true, false or null").nullable(),
                    }),
                    response: { 200: relaysReply, "4xx": errorReply },
                },
            },
            async request => {
                const { id, number } = request.params
                relaysOf(id)
                store.saveWantedRelay(id, number, request.body.isOn, clock())
                return relaysOf(id)
            }
        )
    }
}
