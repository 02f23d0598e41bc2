import type { FastifyRequest } from "fastify"

/** Where a request comes from; an IPv4 address in its own form, however the socket writes it. */
export function sourceAddress(request: FastifyRequest): string {
    return request.ip.replace(/^::ffff:(?=\d+\.)/i, "")
}
