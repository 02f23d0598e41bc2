import type { FastifyError, FastifyReply, FastifyRequest } from "fastify"
import {
    hasZodFastifySchemaValidationErrors,
    isResponseSerializationError,
} from "fastify-type-provider-zod"
import { BARE_HEADERS } from "./bare-headers.js"

/** Every code that a reply or a failed start can carry, with its HTTP status. */
export const STATUS_BY_CODE = {
    bad_request: 400,
    not_signed_in: 401,
    wrong_sign_in: 401,
    password_change_required: 403,
    forbidden: 403,
    read_only: 403,
    not_found: 404,
    request_timeout: 408,
    conflict: 409,
    too_large: 413,
    unsupported_media_type: 415,
    rate_limited: 429,
    headers_too_large: 431,
    disk_full: 503,
    disk_failing: 503,
    database_locked: 503,
    database_damaged: 503,
    internal: 500,
    bad_option: 500,
    port_in_use: 500,
    cannot_listen: 500,
    data_unwritable: 500,
    data_missing: 500,
    database_newer: 500,
    database_older: 500,
    secret_key_missing: 500,
    backup_exists: 500,
    backup_failed: 500,
    backup_unusable: 500,
    import_unusable: 500,
    data_not_empty: 500,
} as const

export type ErrorCode = keyof typeof STATUS_BY_CODE

/** A failure with a code for programs and one plain sentence for people. */
export class AppError extends Error {
    constructor(
        readonly code: ErrorCode,
        message: string
    ) {
        super(message)
        this.name = "AppError"
    }

    get status(): number {
        return STATUS_BY_CODE[this.code]
    }
}

/** What a client is told to wait after a failure that passes by itself. */
export const RETRY_AFTER_S = 30

/** Answers any failure of a route as `{ error: { code, message } }`. */
export function sendError(
    error: FastifyError | AppError,
    request: FastifyRequest,
    reply: FastifyReply
): void {
    const known = toAppError(error)
    if (known.code === "internal") request.log.error({ err: error }, "request failed")
    // an address that the router cannot read gets here before the headers of every answer are set
    if (!reply.hasHeader("content-security-policy")) reply.headers(BARE_HEADERS)
    if (known.status === 503) reply.header("retry-after", RETRY_AFTER_S)
    void reply.code(known.status).send({ error: { code: known.code, message: known.message } })
}

/** What any failure of a route is called. */
export function toAppError(error: FastifyError | AppError): AppError {
    if (error instanceof AppError) return error
    if (isResponseSerializationError(error)) return internal()
    if (hasZodFastifySchemaValidationErrors(error)) {
        const { instancePath, message } = error.validation[0]
        const field = instancePath.replace(/^\//, "").replaceAll("/", ".")
        return new AppError("bad_request", field ? `${field}: ${message}` : `${message}`)
    }
    switch (error.statusCode) {
        case 400:
            return new AppError("bad_request", "The body is not valid JSON.")
        // a file outside of the page's folder
        case 403:
        case 404:
        // a longer id than any thing here has
        case 414:
            return new AppError("not_found", "There is nothing at this address.")
        case 413:
            return new AppError(
                "too_large",
                "The body is larger than this address takes: 16 kB, if its description says no other."
            )
        case 415:
            return new AppError("unsupported_media_type", "The body must be application/json.")
        default:
            return isRefusal(error) ? new AppError("bad_request", UNREADABLE) : internal()
    }
}

const UNREADABLE = "The request cannot be read."

/** Did what refused this say that it is the client's fault? */
function isRefusal({ statusCode }: FastifyError): boolean {
    return statusCode !== undefined && statusCode >= 400 && statusCode < 500
}

function internal(): AppError {
    return new AppError("internal", "The server failed at this; its log says why.")
}
