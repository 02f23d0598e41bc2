import type { IncomingMessage } from "node:http"

/** Said twice, each program on the way may take another of the two. */
const ONLY_ONCE = [
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
]

/** The parser forgets those beyond its own limit without a word. */
const MAX_HEADERS = 100

/**
 * What is wrong with a request that a proxy on the way may have read otherwise than this server does;
 * most of that is refused by the parser before.
 */
export function ambiguity(request: IncomingMessage): string | undefined {
    const { headers, rawHeaders, httpVersion } = request
    if (httpVersion !== "1.1" && httpVersion !== "1.0")
        return "The request must be of HTTP version 1.0 or 1.1."
    if (rawHeaders.length > 2 * MAX_HEADERS) return `There must be at most ${MAX_HEADERS} headers.`
    const names = rawHeaders.filter((_text, at) => at % 2 === 0).map(name => name.toLowerCase())
    if (httpVersion === "1.1" && !names.includes("host")) return "The header host must be there."
    const twice = ONLY_ONCE.find(name => names.indexOf(name) !== names.lastIndexOf(name))
    if (twice) return `The header ${twice} must be there once.`
    if (names.includes("expect") && !/^100-continue$/i.test(headers.expect ?? ""))
        return "The header expect may ask for 100-continue only."
    if (httpVersion === "1.0" && names.includes("transfer-encoding"))
        return "HTTP 1.0 has no header transfer-encoding."
    return undefined
}
