import type { FastifyInstance } from "fastify"

/** Hands every body of a scope to its routes as it came: devices of others leave their types out. */
export function takeRawBodies(scope: FastifyInstance): void {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
        done(null, body)
    )
}

/** The body of such a scope; empty where none came. */
export function rawBody(body: unknown): Buffer {
    return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}
