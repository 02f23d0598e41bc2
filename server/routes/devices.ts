import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { type Holder, isAtLeast } from "../auth/access.js"
import { requireHolder, requireRole } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { DEVICE_KEY_BYTES, linkPath, provisionDevice } from "../provision.js"
import type { Device } from "../store/store.js"
import { deviceId, displayName, errorReply } from "./schemas.js"

const DEVICE_ID_BYTES = 8

/** A device that was heard of and says nothing for this long, while the server was up to hear it, needs a look. */
const SILENT_AFTER_MS = 1_800_000

const NEEDS_PROVISIONING = {
    code: "needs_provisioning" as const,
    message:
        "It has no power or no Wi-Fi, or its memory was lost in a power cut: if power and Wi-Fi are there, provision it again with meterbeat provision.",
}

const device = z.object({
    id: z.string(),
    name: z.string(),
    homeId: z.number().nullable().describe("null while nobody claimed it"),
    board: z.string().nullable().describe("null before its first hello"),
    online: z.boolean().describe("Its encrypted link is up now"),
    lastSeenMs: z
        .number()
        .nullable()
        .describe("Last sign of life, Unix ms; null if there was none"),
    health: z
        .enum(["online", "offline", "silent"])
        .describe("silent: for half an hour or more, while this server was up"),
    advice: z
        .object({ code: z.literal("needs_provisioning"), message: z.string() })
        .nullable()
        .describe("What may be wrong and what to do"),
})
const newDevice = z.strictObject({
    id: deviceId.optional(),
    name: displayName,
    homeId: z
        .int("must be a whole number")
        .nullable()
        .optional()
        .describe("The oldest of your homes by default; null leaves it to be claimed"),
})
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
    /** How long nothing came from it while this process ran; 0 while its link is up. */
    silentMs(deviceId: string): number
    /** Ends its link, since the key that opened it is not its key any more. */
    endLink(deviceId: string): void
}

/** The devices and their keys. */
export function deviceRoutes(deps: RouteDeps, presence: Presence): FastifyPluginAsyncZod {
    const { access } = deps
    const healthOf = (id: string, lastSeenMs: number | null) => {
        if (presence.isOnline(id)) return "online"
        // one that never came has not gone, and a server that only reads turns all away
        const isSilent = presence.silentMs(id) >= SILENT_AFTER_MS
        return isSilent && lastSeenMs !== null && !deps.readOnly ? "silent" : "offline"
    }
    const toReply = ({ lastStoredMs, ...known }: Device): z.infer<typeof device> => {
        const lastSeenMs = newest(lastStoredMs, presence.lastActiveMs(known.id), deps.clock())
        const health = healthOf(known.id, lastSeenMs)
        const advice = health === "silent" ? NEEDS_PROVISIONING : null
        return { ...known, online: health === "online", lastSeenMs, health, advice }
    }
    /** Throws AppError `forbidden` or `not_found`. */
    const homeFor = (holder: Holder, asked: number | null | undefined) => {
        if (asked === null) {
            if (access.isAdmin(holder)) return null
            throw new AppError("forbidden", "homeId: only who runs the server may leave it out")
        }
        if (asked !== undefined) {
            requireRole(access, holder, ["home", "editor"], asked)
            return asked
        }
        const home = access.homesOf(holder).find(id => isAtLeast(access.role(holder, id), "editor"))
        if (home !== undefined) return home
        throw new AppError("forbidden", "homeId: you may add devices to no home")
    }
    return async scope => {
        scope.get(
            "/devices",
            {
                schema: {
                    response: { 200: z.object({ devices: z.array(device) }), "4xx": errorReply },
                },
            },
            async request => {
                const holder = requireHolder(request)
                const homes: (number | null)[] = access.homesOf(holder)
                if (access.isAdmin(holder)) homes.push(null)
                const seen = deps.store.listDevices().filter(({ homeId }) => homes.includes(homeId))
                return { devices: seen.map(toReply) }
            }
        )

        scope.post(
            "/devices/:id/key",
            {
                config: { needs: ["device", "editor"] },
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
                presence.endLink(id)
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
                const homeId = homeFor(requireHolder(request), request.body.homeId)
                provisionDevice(deps.store, { id, name, key, homeId })
                request.homeId = homeId
                reply.code(201)
                return { id, name, key: key.toString("hex"), path: linkPath(id) }
            }
        )
    }
}

/** A slot may end a little ahead of this clock, and the clock may step back; nobody was seen in the future. */
function newest(
    storedMs: number | null,
    activeMs: number | undefined,
    nowMs: number
): number | null {
    if (storedMs === null && activeMs === undefined) return null
    return Math.min(nowMs, Math.max(activeMs ?? 0, storedMs ?? 0))
}
