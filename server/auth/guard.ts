import type { FastifyInstance, FastifyRequest } from "fastify"
import { AppError } from "../errors.js"
import type { User } from "../store/store.js"
import { SESSION_COOKIE, type Sessions } from "./sessions.js"

/** Who may use a route: everybody, people signed in, or (the default) those with their own password. */
type Access = "open" | "signed-in" | "full"

declare module "fastify" {
    interface FastifyContextConfig {
        access?: Access
        /** Changes nothing that is kept, so a read-only server allows it. */
        allowedReadOnly?: boolean
    }
    interface FastifyRequest {
        user: User | undefined
    }
}

/** Checks every route of the scope it is called on, before its input is read. */
export function guardRoutes(scope: FastifyInstance, sessions: Sessions, readOnly: boolean): void {
    scope.decorateRequest("user", undefined)
    scope.addHook("onRequest", async request => {
        const { access = "full", allowedReadOnly = false } = request.routeOptions.config
        request.user = sessions.user(request.cookies[SESSION_COOKIE])
        if (access !== "open") checkUser(request, access)
        const isWrite = request.method !== "GET" && request.method !== "HEAD"
        if (readOnly && isWrite && !allowedReadOnly)
            throw new AppError("read_only", "This server only reads: it was started read-only.")
    })
}

function checkUser(request: FastifyRequest, access: Access): void {
    if (!request.user) throw new AppError("not_signed_in", "Sign in first.")
    if (access === "full" && request.user.mustChangePassword)
        throw new AppError(
            "password_change_required",
            "Replace the first password with one of your own, then go on."
        )
}

/** The user of a guarded route. Throws AppError `not_signed_in`. */
export function requireUser(request: FastifyRequest): User {
    if (!request.user) throw new AppError("not_signed_in", "Sign in first.")
    return request.user
}
