import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder, requireUser } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { FIRST_HOME, type Home, ROLES } from "../store/people-store.js"
import { displayName, errorReply, idParam, userName } from "./schemas.js"

/** Homes that one user may make. */
const MAX_HOMES = 20

const timeZone = z
    .string("must be text")
    .refine(isTimeZone, "must be an IANA time zone, such as Europe/Brussels")
const newHome = z.strictObject({ name: displayName, timeZone })
const role = z.enum(ROLES, `must be one of ${ROLES.join(", ")}`)
const home = z.object({ id: z.number(), name: z.string(), timeZone: z.string(), role })
const member = z.object({ user: z.string(), role })
const memberParams = idParam.extend({ user: userName })

/** Homes and their members. */
export function homeRoutes(deps: RouteDeps): FastifyPluginAsyncZod {
    const { store, access } = deps
    const homeOf = (id: number): Home => {
        const found = store.home(id)
        if (!found) throw new AppError("not_found", `There is no home ${id}.`)
        return found
    }
    /** Throws AppError `not_found`, or `conflict` for the last owner of a home. */
    const checkLeaves = (homeId: number, user: string) => {
        const role = store.memberRole(homeId, user)
        if (!role) throw new AppError("not_found", `There is no user ${user} in this home.`)
        const owners = store.members(homeId).filter(member => member.role === "owner")
        if (role === "owner" && owners.length === 1)
            throw new AppError("conflict", "A home needs an owner: make another one first.")
    }
    return async scope => {
        scope.get(
            "/homes",
            {
                schema: {
                    response: { 200: z.object({ homes: z.array(home) }), "4xx": errorReply },
                },
            },
            async request => {
                const user = access.userOf(requireHolder(request)) ?? ""
                return { homes: store.homesOf(user) }
            }
        )

        scope.post(
            "/homes",
            {
                config: { access: "person" },
                schema: { body: newHome, response: { 201: home, "4xx": errorReply } },
            },
            async (request, reply) => {
                const user = requireUser(request).name
                if (store.homesOf(user).length >= MAX_HOMES)
                    throw new AppError("conflict", `You have ${MAX_HOMES} homes: no more fit.`)
                const made = store.addHome(request.body)
                store.saveMember(made.id, user, "owner")
                request.homeId = made.id
                reply.code(201)
                return { ...made, role: "owner" as const }
            }
        )

        scope.patch(
            "/homes/:id",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    params: idParam,
                    body: newHome.partial(),
                    response: { 200: home, "4xx": errorReply },
                },
            },
            async request => {
                store.saveHome({ ...homeOf(request.params.id), ...request.body })
                return { ...homeOf(request.params.id), role: "owner" as const }
            }
        )

        scope.delete(
            "/homes/:id",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    description: "Erases the home and everything in it, for good.",
                    params: idParam,
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { id } = request.params
                if (id === FIRST_HOME)
                    throw new AppError("conflict", "The first home stays: erase its devices.")
                if (store.devicesOfHomes([id]).length > 0)
                    throw new AppError("conflict", "The home has devices: erase them first.")
                store.eraseHome(id)
                request.homeId = null
                return reply.code(204).send()
            }
        )

        scope.get(
            "/homes/:id/members",
            {
                config: { access: "person", needs: ["home", "viewer"] },
                schema: {
                    params: idParam,
                    response: { 200: z.object({ members: z.array(member) }), "4xx": errorReply },
                },
            },
            async request => ({ members: store.members(request.params.id) })
        )

        scope.put(
            "/homes/:id/members/:user",
            {
                config: { access: "person", needs: ["home", "owner"] },
                schema: {
                    description: "Changes the role of a member; new ones are invited.",
                    params: memberParams,
                    body: z.strictObject({ role }),
                    response: { 200: member, "4xx": errorReply },
                },
            },
            async request => {
                const { id, user } = request.params
                const { role } = request.body
                if (role !== "owner" || !store.memberRole(id, user)) checkLeaves(id, user)
                store.saveMember(id, user, role)
                return { user, role }
            }
        )

        scope.delete(
            "/homes/:id/members/:user",
            {
                config: { access: "person", needs: ["home", "viewer"] },
                schema: {
                    description:
                        "An owner removes a member, or anybody leaves. Tokens they made for sensors and devices of the home are revoked.",
                    params: memberParams,
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const { id, user } = request.params
                const isOwner = access.role(requireHolder(request), id) === "owner"
                if (user !== requireUser(request).name && !isOwner)
                    throw new AppError("forbidden", "Only an owner of the home may do this.")
                checkLeaves(id, user)
                store.removeMember(id, user)
                return reply.code(204).send()
            }
        )
    }
}

function isTimeZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat("en", { timeZone: name })
        return true
    } catch {
        return false
    }
}
