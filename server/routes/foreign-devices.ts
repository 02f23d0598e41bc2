import { isIPv4 } from "node:net"
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder } from "../auth/guard.js"
import { makeToken } from "../auth/tokens.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { NewForeignDevice } from "../store/foreign-store.js"
import { channelType, deviceId, displayName, errorReply, idParam, perPulse } from "./schemas.js"

const SERIAL_BYTES = 8

const address = z
    .string("must be text")
    .refine(isIPv4, "must be an IPv4 address")
    .describe("The only address that it may send from")
const newDevice = z.discriminatedUnion("protocol", [
    z.strictObject({
        protocol: z.literal("blinkiki"),
        name: displayName,
        address,
        perPulse: perPulse.default(1),
    }),
    z.strictObject({
        protocol: z.literal("espmeter"),
        name: displayName,
        type: channelType.default("gas"),
        perPulse: perPulse.default(10),
    }),
])
const added = z.object({
    id: z.string(),
    protocol: z.enum(["blinkiki", "espmeter"]),
    path: z.string().describe("Where it posts; of an ESPmeter a secret, shown this once"),
})

/** Devices of other projects that have no key of their own. */
export function foreignDeviceRoutes(deps: RouteDeps): FastifyPluginAsyncZod {
    const { store, access, randomBytes } = deps
    return async scope => {
        scope.post(
            "/homes/:id/foreign-devices",
            {
                config: { needs: ["home", "editor"] },
                schema: {
                    description:
                        "Lets a blinkiki or an ESPmeter in, which is known by its address or by a path of its own.",
                    params: idParam,
                    body: newDevice,
                    response: { 201: added, "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const serial = randomBytes(SERIAL_BYTES).toString("hex")
                const device = toDevice(request.body, request.params.id, serial)
                const user = access.userOf(requireHolder(request))
                if (user === undefined)
                    throw new AppError("forbidden", "This token is not for this.")
                const id = store.addForeignDevice(device)
                const { protocol, name } = request.body
                reply.code(201)
                if (protocol === "blinkiki") return { id, protocol, path: "/sensor/report" }
                const purpose = {
                    kind: "device" as const,
                    user,
                    sensorId: null,
                    deviceId: id,
                    name,
                }
                return { id, protocol, path: `/espmeter/${makeToken(deps, purpose).raw}/post.php` }
            }
        )

        scope.put(
            "/devices/:id/address",
            {
                config: { needs: ["device", "editor"] },
                schema: {
                    params: z.object({ id: deviceId }),
                    body: z.strictObject({ address }),
                    response: { 200: z.object({ address: z.string() }), "4xx": errorReply },
                },
            },
            async request => {
                const { id } = request.params
                if (store.foreignDevice(id)?.protocol !== "blinkiki")
                    throw new AppError("bad_request", "id: only a blinkiki is known by its address")
                store.saveAddress(id, request.body.address)
                return { address: request.body.address }
            }
        )
    }
}

function toDevice(
    asked: z.infer<typeof newDevice>,
    homeId: number,
    serial: string
): NewForeignDevice {
    const { protocol, name, perPulse } = asked
    if (protocol === "blinkiki") {
        const channel = { name: "Meter", type: "electricity" as const, perPulse }
        return { homeId, protocol, serial, name, address: asked.address, channels: [channel] }
    }
    const channel = { name: "Meter", type: asked.type, perPulse }
    return { homeId, protocol, serial, name, channels: [channel] }
}
