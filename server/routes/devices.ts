import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { DEVICE_KEY_BYTES, linkPath, provisionDevice } from "../provision.js"
import { deviceId, displayName, errorReply } from "./schemas.js"

const DEVICE_ID_BYTES = 8

const device = z.object({ id: z.string(), name: z.string(), board: z.string().nullable() })
const newDevice = z.strictObject({ id: deviceId.optional(), name: displayName })
const provisioned = z.object({
    id: z.string(),
    name: z.string(),
    key: z.string().describe("64 hex digits, shown this once"),
    path: z.string(),
})

/** The devices and their keys. */
export function deviceRoutes(deps: Deps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/devices",
            {
                schema: {
                    response: { 200: z.object({ devices: z.array(device) }), "4xx": errorReply },
                },
            },
            async () => ({ devices: deps.store.listDevices() })
        )

        scope.post(
            "/devices",
            { schema: { body: newDevice, response: { 201: provisioned, "4xx": errorReply } } },
            async (request, reply) => {
                const { name } = request.body
                const id = request.body.id ?? deps.randomBytes(DEVICE_ID_BYTES).toString("hex")
                const key = deps.randomBytes(DEVICE_KEY_BYTES)
                provisionDevice(deps.store, { id, name, key })
                reply.code(201)
                return { id, name, key: key.toString("hex"), path: linkPath(id) }
            }
        )
    }
}
