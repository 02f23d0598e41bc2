import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { AppError } from "../errors.js"
import type { Role } from "../store/people-store.js"
import type { User } from "../store/store.js"
import { type Access, bearerOf, type Holder, isAtLeast, type Resource } from "./access.js"
import type { Audit } from "./audit.js"
import { SESSION_COOKIE, type Sessions, setSessionCookie } from "./sessions.js"
import type { Tries } from "./tries.js"

/**
 * Who may use a route. `open`: everybody. `signed-in`: whoever has a session. `person`: that, with a password
 * of one's own. `full`, the default: that, or an account's token, or another token that reaches what the
 * route needs. `admin`: who runs the server. `token`: the route itself checks what its format carries.
 */
type RouteAccess = "open" | "signed-in" | "person" | "full" | "admin" | "token"

declare module "fastify" {
    interface FastifyContextConfig {
        access?: RouteAccess
        /** The least role on what the parameter `id`, else `channelId`, names; without any, it is not found. */
        needs?: [Resource, Role]
        /** Changes nothing that is kept, so a read-only server allows it. */
        allowedReadOnly?: boolean
    }
    interface FastifyRequest {
        /** Who is signed in by a session. */
        user: User | undefined
        /** Who asks, by session or token. */
        holder: Holder | undefined
        /** The home that a request is about, for the log of changes. */
        homeId: number | null
    }
}

interface GuardParts {
    sessions: Sessions
    access: Access
    tries: Tries
    audit: Audit
    clock: () => number
    readOnly: boolean
}

/** Checks every route of the scope it is called on, before its input is read. */
export function guardRoutes(scope: FastifyInstance, parts: GuardParts): void {
    const { access, audit, readOnly } = parts
    scope.decorateRequest("user", undefined)
    scope.decorateRequest("holder", undefined)
    scope.decorateRequest("homeId", null)
    scope.addHook("onRequest", async (request, reply) => {
        const { access: wanted = "full", allowedReadOnly = false } = request.routeOptions.config
        if (wanted === "token") return
        if (bearerOf(request) === undefined) readSession(request, reply, parts)
        request.holder = access.ofRequest(request)
        if (wanted !== "open") await checkHolder(request, wanted, parts)
        if (readOnly && !isRead(request) && !allowedReadOnly)
            throw new AppError("read_only", "This server only reads: it was started read-only.")
    })
    // ids are checked as the route will read them
    scope.addHook("preHandler", async request => {
        const { needs } = request.routeOptions.config
        if (!needs) return
        requireRole(access, requireHolder(request), needs, idOf(request))
        const [what] = needs
        if (what !== "waveform")
            request.homeId = access.homeOf(what, idOf(request) as never) ?? null
    })
    scope.addHook("onResponse", async (request, reply) => {
        const { url, config } = request.routeOptions
        if (isRead(request) || reply.statusCode >= 400 || config.access === "token") return
        audit.note(request, `${request.method} ${url}`, { ...(request.params as object) })
    })
}

/** The user of the session, whose token is replaced when it is old. */
function readSession(
    request: FastifyRequest,
    reply: FastifyReply,
    { sessions, clock }: GuardParts
): void {
    const token = request.cookies[SESSION_COOKIE] ?? ""
    request.user = sessions.user(token)
    if (!request.user || !isRead(request)) return
    const renewed = sessions.renew(token, request.user.name)
    if (!renewed) return
    const leftS = Math.floor((renewed.expiresMs - clock()) / 1000)
    setSessionCookie(request, reply, renewed.token, leftS)
}

/** Throws AppError `not_signed_in`, `password_change_required` or `forbidden`. */
async function checkHolder(
    request: FastifyRequest,
    wanted: Exclude<RouteAccess, "open" | "token">,
    { access, tries }: GuardParts
): Promise<void> {
    const { user, holder } = request
    if (!user && !holder) {
        if (bearerOf(request) === undefined) throw new AppError("not_signed_in", "Sign in first.")
        await tries.failedTry(request.ip)
        throw new AppError("not_signed_in", "The token is wrong or was revoked.")
    }
    if (wanted === "signed-in" && user) return
    if (user?.mustChangePassword)
        throw new AppError(
            "password_change_required",
            "Replace the first password with one of your own, then go on."
        )
    if ((wanted === "person" || wanted === "signed-in") && !user)
        throw new AppError("forbidden", "A token cannot do this: sign in with a password.")
    const mayBeAny = wanted === "full" && request.routeOptions.config.needs !== undefined
    if (holder && access.userOf(holder) === undefined && !mayBeAny)
        throw new AppError("forbidden", "This token is not for this.")
    if (wanted === "admin" && !(holder && access.isAdmin(holder)))
        throw new AppError("forbidden", "Only who runs the server may do this.")
}

/** The user of a guarded route that needs a session. Throws AppError `not_signed_in`. */
export function requireUser(request: FastifyRequest): User {
    if (!request.user) throw new AppError("not_signed_in", "Sign in first.")
    return request.user
}

/** Who asks. Throws AppError `not_signed_in`. */
export function requireHolder(request: FastifyRequest): Holder {
    if (!request.holder) throw new AppError("not_signed_in", "Sign in first.")
    return request.holder
}

/** Throws AppError `not_found` for what the holder may not know of, `forbidden` for too low a role. */
export function requireRole(
    access: Access,
    holder: Holder,
    [what, wanted]: [Resource, Role],
    id: number | string
): void {
    const role = access.roleOn(holder, what, id as never)
    if (role === undefined) throw new AppError("not_found", `There is no ${what} ${id}.`)
    if (!isAtLeast(role, wanted))
        throw new AppError("forbidden", `Only an ${wanted} of the home may do this.`)
}

function isRead({ method }: FastifyRequest): boolean {
    return method === "GET" || method === "HEAD"
}

function idOf(request: FastifyRequest): number | string {
    const { id } = request.params as { id?: number | string }
    return id ?? (request.query as { channelId: number }).channelId
}
