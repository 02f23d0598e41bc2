import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import { DEVICE_KEY_BYTES, linkPath, provisionDevice } from "../provision.js"
import type { Device } from "../store/store.js"
import { deviceId, displayName, errorReply } from "./schemas.js"

const DEVICE_ID_BYTES = 8

const device = z.object({
    id: z.string(),
    name: z.string(),
    board: z.string().nullable().describe("null before its first hello"),
    online: z.boolean().describe("Its encrypted link is up now"),
    lastSeenMs: z
        .number()
        .nullable()
        .describe("Last sign of life, Unix ms; null if there was none"),
})
const newDevice = z.strictObject({ id: deviceId.optional(), name: displayName })
const provisioned = z.object({
    id: z.string(),
    name: z.string(),
    key: z.string().describe("64 hex digits, shown this once"),
    path: z.string(),
})

/** The devices' links, as far as this process knows them. */
export interface Presence {
    isOnline(deviceId: string): boolean
    /** Unix ms of its last frame; undefined when none came since the server started. */
    lastActiveMs(deviceId: string): number | undefined
}

/** The devices and their keys. */
export function deviceRoutes(deps: Deps, presence: Presence): FastifyPluginAsyncZod {
    const toReply = ({ lastStoredMs, ...known }: Device): z.infer<typeof device> => ({
        ...known,
        online: presence.isOnline(known.id),
        lastSeenMs: newest(lastStoredMs, presence.lastActiveMs(known.id), deps.clock()),
    })
    return async scope => {
        scope.get(
            "/devices",
            {
                schema: {
                    response: { 200: z.object({ devices: z.array(device) }), "4xx": errorReply },
                },
            },
            async () => ({ devices: deps.store.listDevices().map(toReply) })
        )

        scope.post(
            "/devices/:id/key",
            {
                schema: {
                    description:
                        "A new key for a board that is provisioned again; the old one ends.",
                    params: z.object({ id: deviceId }),
                    response: { 201: provisioned.omit({ name: true }), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { id } = request.params
                const key = deps.randomBytes(DEVICE_KEY_BYTES)
                if (!deps.store.replaceDeviceKey(id, key))
                    throw new AppError("not_found", `There is no device ${id}.`)
                reply.code(201)
                return { id, key: key.toString("hex"), path: linkPath(id) }
            }
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

/** A slot may end a little ahead of this clock; nobody was seen in the future. */
function newest(
    storedMs: number | null,
    activeMs: number | undefined,
    nowMs: number
): number | null {
    if (activeMs !== undefined) return Math.max(activeMs, Math.min(storedMs ?? 0, nowMs))
    return storedMs === null ? null : Math.min(storedMs, nowMs)
}
