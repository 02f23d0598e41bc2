import { STATUS_CODES } from "node:http"
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify"
import { type AppError, RETRY_AFTER_S } from "../../errors.js"

/** An answer whose header names keep their case, which the Fluksometer's own client needs. */
export interface Answer {
    status: number
    headers?: Record<string, string>
    body?: string
}

export const JSON_TYPE = "application/json"
export const CSV_TYPE = "text/csv"

/** For answers that pages of other origins may read, which the API has always allowed. */
export const FOR_PAGES = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

export const MALFORMED: Answer = { status: 400 }
export const ACCESS_REFUSED = refused("Access refused")

/** Says why in a header; the body stays empty, since the device does not read it off the connection. */
export function refused(reason: string): Answer {
    return { status: 401, headers: { "WWW-Authenticate": reason } }
}

export function json(body: string): Answer {
    return { status: 200, headers: { "Content-Type": JSON_TYPE }, body }
}

/** Fastify writes header names in lower case, so this goes past it. */
export function send(reply: FastifyReply, answer: Answer): void {
    const { status, headers = {}, body = "" } = answer
    reply.hijack()
    for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value)
    reply.raw.setHeader("Content-Length", Buffer.byteLength(body))
    reply.raw.writeHead(status, STATUS_CODES[status])
    reply.raw.end(body)
}

/** Answers every failure of a scope with its status alone. */
export function answerErrors(
    scope: FastifyInstance,
    toAppError: (error: FastifyError) => AppError
): void {
    scope.setErrorHandler<FastifyError>((error, request, reply) => {
        const { status, code } = toAppError(error)
        if (code === "internal") request.log.error({ err: error }, "request failed")
        const headers = status === 503 ? { "Retry-After": `${RETRY_AFTER_S}` } : undefined
        send(reply, { status, ...(headers ? { headers } : {}) })
    })
}
