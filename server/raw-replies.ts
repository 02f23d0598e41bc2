import { STATUS_CODES } from "node:http"
import type { Socket } from "node:net"
import { BARE_HEADERS } from "./bare-headers.js"
import { AppError } from "./errors.js"

/** Answers what the parser refused, in the form of every other failure, and ends the connection. */
export function refuseUnread(error: NodeJS.ErrnoException, socket: Socket): void {
    if (error.code === "ECONNRESET" || socket.destroyed) return
    // before TLS has begun, words would wait for ever to be sent
    if (/^(ERR_TLS|ERR_SSL|EPROTO)/.test(error.code ?? "")) {
        socket.destroy()
        return
    }
    // an answer that has begun cannot be taken back
    const isFresh = socket.writable && socket.bytesWritten === 0
    if (isFresh) socket.write(rawReply(toAppError(error.code)))
    socket.destroySoon()
}

function toAppError(code: string | undefined): AppError {
    switch (code) {
        case "HPE_HEADER_OVERFLOW":
            return new AppError("headers_too_large", "The headers are larger than 16 kB.")
        case "ERR_HTTP_REQUEST_TIMEOUT":
            return new AppError("request_timeout", "The request took too long to come.")
        default:
            return new AppError("bad_request", "The request is not valid HTTP.")
    }
}

function rawReply({ code, message, status }: AppError): string {
    const body = JSON.stringify({ error: { code, message } })
    const headers = {
        ...BARE_HEADERS,
        connection: "close",
        "content-type": "application/json; charset=utf-8",
        "content-length": Buffer.byteLength(body),
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", body].join("\r\n")
}
