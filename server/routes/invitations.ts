import type { FastifyRequest } from "fastify"
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { isAtLeast } from "../auth/access.js"
import { requireHolder, requireUser } from "../auth/guard.js"
import { hashPassword } from "../auth/passwords.js"
import { type Sessions, setSessionCookie } from "../auth/sessions.js"
import { hashSecret, newSecret } from "../auth/tokens.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { Invitation } from "../store/invitation-store.js"
import { ROLES } from "../store/people-store.js"
import { errorReply, idParam, newPassword, userName, wholeNumber } from "./schemas.js"

const VALID_MS = 7 * 86_400_000

const role = z.enum(ROLES, `must be one of ${ROLES.join(", ")}`)
const invitation = z.object({
    id: z.number(),
    homeId: z.number().nullable(),
    role: role.nullable().describe("null: an account without a home"),
    invitedBy: z.string(),
    createdMs: z.number(),
    expiresMs: z.number(),
})
const made = invitation.extend({ code: z.string().describe("Shown this once; opens once") })
const code = z.string("must be text").max(100, "is too long")
const listReply = z.object({ invitations: z.array(invitation) })
const joined = z.object({ user: z.string(), homeId: z.number().nullable(), role: role.nullable() })

/** How people come in: by a code that somebody gives them. */
export function invitationRoutes(deps: RouteDeps, sessions: Sessions): FastifyPluginAsyncZod {
    const { store, access, clock, randomBytes, tries } = deps
    const invite = (request: FastifyRequest, place: Pick<Invitation, "homeId" | "role">) => {
        const nowMs = clock()
        store.removeExpiredInvitations(nowMs)
        const code = newSecret(randomBytes)
        const added = store.addInvitation({
            ...place,
            invitedBy: access.userOf(requireHolder(request)) ?? "",
            createdMs: nowMs,
            expiresMs: nowMs + VALID_MS,
            hash: hashSecret(code),
        })
        return { ...added, code }
    }
    /** Throws AppError `wrong_sign_in` for a code that opens nothing. */
    const find = async (request: FastifyRequest, code: string): Promise<Invitation> => {
        const found = store.invitationOfHash(hashSecret(code), clock())
        if (found) return found
        await tries.failedTry(request.ip)
        throw new AppError("wrong_sign_in", "code: opens nothing, or nothing any more")
    }
    const use = (request: FastifyRequest, { id, homeId, role }: Invitation, user: string) => {
        store.removeInvitation(id)
        request.homeId = homeId
        if (homeId !== null && role !== null) {
            // an invitation never takes away what somebody has
            const known = store.memberRole(homeId, user)
            if (!isAtLeast(known, role)) store.saveMember(homeId, user, role)
        }
        return { user, homeId, role }
    }
    return async scope => {
        scope.post(
            "/homes/:id/invitations",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: idParam,
                    body: z.strictObject({ role }),
                    response: { 201: made, "4xx": errorReply },
                },
            },
            async (request, reply) => {
                reply.code(201)
                return invite(request, { homeId: request.params.id, role: request.body.role })
            }
        )

        scope.get(
            "/homes/:id/invitations",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: { params: idParam, response: { 200: listReply, "4xx": errorReply } },
            },
            async request => ({ invitations: store.invitations(request.params.id, clock()) })
        )

        scope.delete(
            "/homes/:id/invitations/:invitation",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: idParam.extend({ invitation: wholeNumber(1, Number.MAX_SAFE_INTEGER) }),
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { id, invitation } = request.params
                const open = store.invitations(id, clock())
                if (!open.some(one => one.id === invitation))
                    throw new AppError("not_found", `There is no invitation ${invitation}.`)
                store.removeInvitation(invitation)
                return reply.code(204).send()
            }
        )

        scope.post(
            "/invitations",
            {
                config: { access: "admin" },
                schema: {
                    description: "Invites somebody to an account without a home.",
                    response: { 201: made, "4xx": errorReply },
                },
            },
            async (request, reply) => {
                reply.code(201)
                return invite(request, { homeId: null, role: null })
            }
        )

        scope.post(
            "/invitations/join",
            {
                config: { access: "open" },
                schema: {
                    description: "Makes an account for whoever has a code, and signs in.",
                    body: z.strictObject({ code, user: userName, password: newPassword }),
                    response: { 201: joined, "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { code, user, password } = request.body
                const found = await find(request, code)
                if (store.user(user))
                    throw new AppError("conflict", `user: there is already a user ${user}`)
                const passwordHash = await hashPassword(password, randomBytes)
                // two may have come with the code, or the name, while the password was hashed
                const { id } = await find(request, code)
                if (id !== found.id || store.user(user))
                    throw new AppError("conflict", `user: there is already a user ${user}`)
                const account = { name: user, passwordHash, mustChangePassword: false }
                store.saveUser({ ...account, isAdmin: false })
                request.user = store.user(user)
                setSessionCookie(request, reply, sessions.begin(user))
                reply.code(201)
                return use(request, found, user)
            }
        )

        scope.post(
            "/invitations/accept",
            {
                config: { access: "person" },
                schema: {
                    description: "Takes you, who have an account, into the home of a code.",
                    body: z.strictObject({ code }),
                    response: { 200: joined, "4xx": errorReply },
                },
            },
            async request => {
                const found = await find(request, request.body.code)
                return use(request, found, requireUser(request).name)
            }
        )
    }
}
