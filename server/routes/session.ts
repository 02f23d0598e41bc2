import type { FastifyRequest } from "fastify"
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireUser } from "../auth/guard.js"
import { checkPassword, hashPassword } from "../auth/passwords.js"
import { SESSION_COOKIE, type Sessions, setSessionCookie } from "../auth/sessions.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { User } from "../store/store.js"
import { errorReply, newPassword, password } from "./schemas.js"

const sessionReply = z.object({
    user: z.string(),
    mustChangePassword: z.boolean(),
    readOnly: z.boolean().describe("Every change is refused"),
})
const signIn = z.strictObject({ user: z.string("must be text").max(60, "is too long"), password })
const change = z.strictObject({ currentPassword: password, newPassword })

/** Signing in and out, and the user's own password. */
export function sessionRoutes(deps: RouteDeps, sessions: Sessions): FastifyPluginAsyncZod {
    const toReply = ({ name, mustChangePassword }: User): z.infer<typeof sessionReply> => ({
        user: name,
        mustChangePassword,
        readOnly: deps.readOnly,
    })
    const { tries, audit } = deps
    return async scope => {
        scope.post(
            "/sign-in",
            {
                config: { access: "open", allowedReadOnly: true },
                schema: { body: signIn, response: { 200: sessionReply, "4xx": errorReply } },
            },
            async (request, reply) => {
                await tries.checkTry(request.ip, "a password")
                const user = deps.store.user(request.body.user)
                if (!(await checkPassword(request.body.password, user?.passwordHash)) || !user) {
                    audit.note(request, "sign-in refused", { user: request.body.user })
                    await tries.failedTry(request.ip)
                    throw new AppError("wrong_sign_in", "The user or the password is wrong.")
                }
                request.user = user
                setSessionCookie(request, reply, sessions.begin(user.name))
                return toReply(user)
            }
        )

        scope.post(
            "/sign-out",
            {
                config: { access: "signed-in", allowedReadOnly: true },
                schema: { response: { 204: z.undefined(), "4xx": errorReply } },
            },
            async (request, reply) => {
                sessions.end(tokenOf(request))
                reply.clearCookie(SESSION_COOKIE, { path: "/" })
                return reply.code(204).send()
            }
        )

        scope.get(
            "/session",
            {
                config: { access: "signed-in" },
                schema: { response: { 200: sessionReply, "4xx": errorReply } },
            },
            async request => toReply(requireUser(request))
        )

        scope.put(
            "/password",
            {
                config: { access: "signed-in" },
                schema: { body: change, response: { 204: z.undefined(), "4xx": errorReply } },
            },
            async (request, reply) => {
                const user = requireUser(request)
                const { currentPassword, newPassword } = request.body
                await tries.checkTry(request.ip, "a password")
                if (!(await checkPassword(currentPassword, user.passwordHash))) {
                    await tries.failedTry(request.ip)
                    throw new AppError("wrong_sign_in", "currentPassword: is wrong")
                }
                if (newPassword === currentPassword)
                    throw new AppError("bad_request", "newPassword: must differ from the old one")
                const passwordHash = await hashPassword(newPassword, deps.randomBytes)
                deps.store.saveUser({ ...user, passwordHash, mustChangePassword: false })
                sessions.endOthers(user.name)
                setSessionCookie(request, reply, sessions.begin(user.name))
                return reply.code(204).send()
            }
        )
    }
}

function tokenOf(request: FastifyRequest): string {
    return request.cookies[SESSION_COOKIE] ?? ""
}
