import { Readable } from "node:stream"
import type { FastifyReply } from "fastify"
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { ExportedRow } from "../store/erasure-store.js"
import type { Presence } from "./devices.js"
import { deviceId, errorReply, idParam } from "./schemas.js"

/** A reader this slow holds up the database's log. */
const MAX_EXPORT_MS = 600_000

const DESCRIPTION =
    "JSON Lines, one row of the database each, as { table, row }: all that is kept, but for keys, passwords and tokens. Bytes are { base64 }."

/** Whose a device is: claiming it, letting it go, and taking or erasing all that is known of it. */
export function ownershipRoutes(
    { store, tries }: RouteDeps,
    presence: Pick<Presence, "endLink">
): FastifyPluginAsyncZod {
    const params = z.object({ id: deviceId })
    return async scope => {
        scope.post(
            "/homes/:id/claims",
            {
                config: { needs: ["home", "editor"] },
                schema: {
                    description: "Takes a device that is nobody's into the home, by its serial.",
                    params: idParam,
                    body: z.strictObject({ serial: deviceId }),
                    response: {
                        201: z.object({ deviceId: z.string(), homeId: z.number() }),
                        "4xx": errorReply,
                    },
                },
            },
            async (request, reply) => {
                const { serial } = request.body
                if (!store.isUnclaimed(serial)) {
                    await tries.failedTry(request.ip)
                    throw new AppError("not_found", `There is no device ${serial} to be claimed.`)
                }
                store.claimDevice(serial, request.params.id)
                reply.code(201)
                return { deviceId: serial, homeId: request.params.id }
            }
        )

        scope.post(
            "/devices/:id/release",
            {
                config: { needs: ["device", "owner"] },
                schema: {
                    description:
                        "Erases all that the device measured and lets somebody else claim it. It keeps its key.",
                    params,
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                presence.endLink(request.params.id)
                store.releaseDevice(request.params.id)
                return reply.code(204).send()
            }
        )

        scope.delete(
            "/devices/:id",
            {
                config: { needs: ["device", "owner"] },
                schema: {
                    description: "Erases the device with all that it measured, for good.",
                    params,
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                presence.endLink(request.params.id)
                store.eraseDevice(request.params.id)
                return reply.code(204).send()
            }
        )

        scope.get(
            "/devices/:id/export",
            {
                config: { needs: ["device", "owner"] },
                schema: { description: DESCRIPTION, params },
            },
            async (request, reply) =>
                sendRows(reply, store.exportRows("devices", request.params.id))
        )
    }
}

/** Streams rows as JSON Lines. */
export function sendRows(reply: FastifyReply, rows: Iterable<ExportedRow>): FastifyReply {
    const lines = Readable.from(toLines(rows))
    const timer = setTimeout(() => lines.destroy(), MAX_EXPORT_MS)
    timer.unref()
    lines.once("close", () => clearTimeout(timer))
    return reply
        .header("content-type", "application/jsonl; charset=utf-8")
        .header("cache-control", "no-store")
        .send(lines)
}

/** Lines by the thousand, so that a row costs no turn of its own. */
function* toLines(rows: Iterable<ExportedRow>): Generator<string> {
    let lines: string[] = []
    for (const row of rows) {
        lines.push(`${JSON.stringify(row)}\n`)
        if (lines.length < 1000) continue
        yield lines.join("")
        lines = []
    }
    yield lines.join("")
}
