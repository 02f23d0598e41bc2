import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireUser } from "../auth/guard.js"
import { checkPassword } from "../auth/passwords.js"
import { SESSION_COOKIE } from "../auth/sessions.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { ExportedRow } from "../store/erasure-store.js"
import { sendRows } from "./ownership.js"
import { errorReply, idParam, password, wholeNumber } from "./schemas.js"

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

const entry = z.object({
    id: z.number(),
    atMs: z.number(),
    actor: z.string().nullable().describe("null for a stranger, and for who was erased"),
    address: z.string().nullable(),
    action: z.string().describe("Method and address of the request, or what failed"),
    homeId: z.number().nullable(),
    details: z.record(z.string(), z.unknown()),
})
const logQuery = z.strictObject({
    beforeId: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional().describe("The next page"),
    limit: wholeNumber(1, MAX_LIMIT).optional().describe(`${DEFAULT_LIMIT} by default`),
})
const logReply = z.object({ entries: z.array(entry) })

/** What is known of a user, and the log of what people did. */
export function accountRoutes({ store, tries }: RouteDeps): FastifyPluginAsyncZod {
    function* rowsOf(user: string): Generator<ExportedRow> {
        yield* store.exportRows("users", user)
        for (const { id, role } of store.homesOf(user))
            if (role === "owner") yield* store.exportRows("homes", id)
        for (const entry of store.auditOf(user)) yield { table: "audit_log", row: { ...entry } }
    }
    const readLog = (homeId: number | null, query: z.infer<typeof logQuery>) => {
        const { beforeId = Number.MAX_SAFE_INTEGER, limit = DEFAULT_LIMIT } = query
        return { entries: store.auditEntries({ homeId, beforeId, limit }) }
    }
    /** Throws AppError `conflict` while others need the user. */
    const checkErasable = (user: string, isAdmin: boolean) => {
        for (const { id, name, role } of store.homesOf(user)) {
            const others = store.members(id).filter(member => member.user !== user)
            const hasOwner = others.some(member => member.role === "owner")
            if (role === "owner" && others.length > 0 && !hasOwner)
                throw new AppError("conflict", `${name} needs an owner: make another one first.`)
        }
        if (isAdmin)
            throw new AppError("conflict", "Who runs the server cannot be erased while it runs.")
    }
    return async scope => {
        scope.get(
            "/account/export",
            {
                config: { access: "person" },
                schema: {
                    description:
                        "JSON Lines of all that is kept of you and of the homes you own, as with a device's export.",
                },
            },
            async (request, reply) => sendRows(reply, rowsOf(requireUser(request).name))
        )

        scope.post(
            "/account/erase",
            {
                config: { access: "person" },
                schema: {
                    description: "Erases you, and the homes that are yours alone, for good.",
                    body: z.strictObject({ currentPassword: password }),
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { name, passwordHash, isAdmin } = requireUser(request)
                await tries.checkTry(request.ip, "a password")
                if (!(await checkPassword(request.body.currentPassword, passwordHash))) {
                    await tries.failedTry(request.ip)
                    throw new AppError("wrong_sign_in", "currentPassword: is wrong")
                }
                checkErasable(name, isAdmin)
                for (const { id } of store.homesOf(name))
                    if (store.members(id).length === 1) store.eraseHome(id)
                store.eraseUser(name)
                request.user = undefined
                request.holder = undefined
                reply.clearCookie(SESSION_COOKIE, { path: "/" })
                return reply.code(204).send()
            }
        )

        scope.get(
            "/homes/:id/log",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    description: "What was changed in the home and by whom, newest first.",
                    params: idParam,
                    querystring: logQuery,
                    response: { 200: logReply, "4xx": errorReply },
                },
            },
            async request => readLog(request.params.id, request.query)
        )

        scope.get(
            "/log",
            {
                config: { access: "admin" },
                schema: {
                    description: "The whole server's log of changes and sign-ins, newest first.",
                    querystring: logQuery,
                    response: { 200: logReply, "4xx": errorReply },
                },
            },
            async request => readLog(null, request.query)
        )
    }
}
