import { lookup } from "node:dns"
import { request as httpRequest } from "node:http"
import { request as httpsRequest } from "node:https"
import { isIP, type LookupFunction } from "node:net"
import { isPrivateAddress } from "./private-address.js"

const TIMEOUT_MS = 10_000

/** Sends a text and resolves to the status. Rejects with an Error of one sentence. */
export type PostJson = (
    url: string,
    body: string,
    headers: Record<string, string>,
    signal: AbortSignal
) => Promise<number>

/**
 * Posts to the world, and to this machine and its own networks only when `mayBePrivate`. The address is
 * checked when it is connected to, whatever its name said before; redirects are not followed.
 */
export function jsonPoster(mayBePrivate: boolean): PostJson {
    return (url, body, headers, signal) =>
        new Promise((resolve, reject) => {
            const { protocol, hostname } = new URL(url)
            const literal = hostname.replace(/^\[(.*)\]$/, "$1")
            if (!mayBePrivate && isIP(literal) && isPrivateAddress(literal)) throw refusal(literal)
            const request = (protocol === "https:" ? httpsRequest : httpRequest)(url, {
                method: "POST",
                headers: {
                    "content-type": "application/json",
                    "content-length": Buffer.byteLength(body),
                    ...headers,
                },
                lookup: mayBePrivate ? lookup : publicLookup,
                agent: false,
                signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
            })
            request.on("response", response => {
                // only the status counts, and nobody shall send more than that for ever
                response.destroy()
                resolve(response.statusCode ?? 0)
            })
            request.on("error", error =>
                reject(error.name === "TimeoutError" ? new Error(TOO_LATE) : error)
            )
            request.end(body)
        })
}

const TOO_LATE = `There was no answer within ${TIMEOUT_MS / 1000} s.`

function refusal(address: string): Error {
    return new Error(`The address ${address} is not of the public Internet.`)
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, "")
        const addresses = found as { address: string; family: number }[]
        const bad = addresses.find(({ address }) => isPrivateAddress(address))
        const [first] = addresses
        if (bad) callback(refusal(bad.address), "")
        else if (options.all) callback(null, addresses)
        else callback(null, first.address, first.family)
    })
}
