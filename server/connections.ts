import {
    createServer,
    type IncomingMessage,
    type RequestListener,
    type Server,
    type ServerResponse,
} from "node:http"
import { createServer as createSecureServer } from "node:https"
import { BlockList, isIPv6, type Socket } from "node:net"
import type { FastifyBaseLogger } from "fastify"
import { addressHolder, plainAddress } from "./address-holder.js"
import type { TlsFiles } from "./tls-files.js"

/** How long a connection may take for what, and how many there may be. */
export interface ConnectionLimits {
    /** Until a request's headers are there. */
    headersMs: number
    /** Until a request is there as a whole. */
    requestMs: number
    /** Without a byte either way; a peer that does not read its answer is let go by it. */
    silentMs: number
    /** Between one request and the next. */
    unusedMs: number
    /** How often the first two are looked after. */
    checkMs: number
    /** Open at once from one address, links of devices apart. */
    perAddress: number
    /** Open at once in all. */
    all: number
}

export const CONNECTION_LIMITS: ConnectionLimits = {
    headersMs: 10_000,
    requestMs: 60_000,
    silentMs: 120_000,
    unusedMs: 72_000,
    checkMs: 2000,
    perAddress: 256,
    all: 12_000,
}

/** On this machine are the proxy and the simulators, and whoever is there can do worse. */
const THIS_MACHINE = ["127.0.0.1", "::1"]

/** Counts the open connections of each holder of addresses. */
export class AddressCounts {
    private readonly open = new Map<string, number>()

    constructor(private readonly most: number) {}

    get size(): number {
        return this.open.size
    }

    /** Returns false when the holder has as many as it may; nothing is counted then. */
    add(holder: string): boolean {
        const count = this.open.get(holder) ?? 0
        if (count >= this.most) return false
        this.open.set(holder, count + 1)
        return true
    }

    remove(holder: string): void {
        const count = this.open.get(holder) ?? 0
        if (count > 1) this.open.set(holder, count - 1)
        else this.open.delete(holder)
    }
}

/** A server that keeps to the limits in time, over TLS when there are files for it. */
export function openServer(
    handler: RequestListener,
    limits: ConnectionLimits,
    tls: TlsFiles | undefined
): Server {
    const options = {
        headersTimeout: limits.headersMs,
        requestTimeout: limits.requestMs,
        keepAliveTimeout: limits.unusedMs,
        connectionsCheckingInterval: limits.checkMs,
        // the parser's own refusals have no headers and no words: `secureReplies` refuses these
        requireHostHeader: false,
    }
    // of the type of a plain one nothing is used that the other has not
    const server = tls
        ? (createSecureServer(
              { ...options, ...tls, handshakeTimeout: limits.headersMs },
              handler
          ) as unknown as Server)
        : createServer(options, handler)
    server.setTimeout(limits.silentMs)
    server.maxConnections = limits.all
    return server
}

interface Bounds {
    limits: ConnectionLimits
    /** Addresses and networks of proxies, through which many come. */
    trusted: readonly string[]
    log: FastifyBaseLogger
}

/** Turns away an address's connections beyond its limit. A device's link is the gateway's to bound, and counted until it asks for one. */
export function boundConnections(server: Server, { limits, trusted, log }: Bounds): void {
    const counts = new AddressCounts(limits.perAddress)
    const leaves = new Map<string, () => void>()
    const full = new Set<string>()
    const unbounded = blockListOf([...THIS_MACHINE, ...trusted])
    server.on("connection", (socket: Socket) => {
        const holder = addressHolder(socket.remoteAddress ?? "")
        if (unbounded.check(bareAddress(socket), isIPv6(bareAddress(socket)) ? "ipv6" : "ipv4"))
            return
        if (!counts.add(holder)) {
            socket.destroy()
            // once for as long as it lasts
            if (!full.has(holder)) log.warn({ address: holder }, "too many connections at once")
            full.add(holder)
            return
        }
        const name = nameOf(socket)
        const leave = () => {
            if (!leaves.delete(name)) return
            counts.remove(holder)
            full.delete(holder)
        }
        leaves.set(name, leave)
        socket.once("close", leave)
    })
    // the parser would answer what it does not know to expect by itself, without our headers
    server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) =>
        server.emit("request", request, response)
    )
    server.on("upgrade", (_request: IncomingMessage, socket: Socket) =>
        leaves.get(nameOf(socket))?.()
    )
}

/** The same for a connection and for the TLS within it. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
    return `${remoteAddress} ${remotePort}`
}

function bareAddress({ remoteAddress = "" }: Socket): string {
    return plainAddress(remoteAddress)
}

function blockListOf(addresses: readonly string[]): BlockList {
    const list = new BlockList()
    for (const each of addresses) {
        const [address, bits] = each.split("/")
        const family = isIPv6(address) ? "ipv6" : "ipv4"
        if (bits === undefined) list.addAddress(address, family)
        else list.addSubnet(address, Number(bits), family)
    }
    return list
}
