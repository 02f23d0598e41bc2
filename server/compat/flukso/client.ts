import type { FastifyRequest } from "fastify"
import type { Holder } from "../../auth/access.js"
import type { RouteDeps } from "../../deps.js"
import type { RawRequest } from "./read-request.js"

type ClientDeps = Pick<RouteDeps, "access" | "tries">

/** What a client's request carries. */
export function rawRequest({ access }: ClientDeps, request: FastifyRequest): RawRequest {
    return {
        query: request.query as RawRequest["query"],
        headers: request.headers,
        hasSession: access.ofRequest(request) !== undefined,
    }
}

/** Who asks, by token or else by session. A wrong token is answered the later the more came before. */
export async function holderOf(
    { access, tries }: ClientDeps,
    request: FastifyRequest,
    token: string | undefined
): Promise<Holder | undefined> {
    if (token === undefined) return access.ofRequest(request)
    await tries.checkTry(request.ip, "a token")
    const holder = access.ofToken(token)
    if (!holder) await tries.failedTry(request.ip)
    return holder
}
