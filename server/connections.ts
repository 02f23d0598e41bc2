import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { isIPv6, type Socket } from "node:net"
import type { FastifyBaseLogger } from "fastify"

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

/** One holder of addresses: an IPv4 address, or the /64 that an IPv6 customer has to himself. */
export function addressHolder(address: string): string {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
    if (mapped) return mapped
    if (!isIPv6(address) || THIS_MACHINE.includes(address)) return address
    const [start, end = ""] = address.split("%")[0].split("::")
    const before = start.split(":").filter(Boolean)
    const after = end.split(":").filter(Boolean)
    const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0")
    const groups = address.includes("::") ? [...before, ...zeros, ...after] : before
    return `${groups.slice(0, 4).join(":").toLowerCase()}::/64`
}

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

/** Turns away connections beyond the limits. A device's link is the gateway's to bound, and counted until it asks for one. */
export function boundConnections(
    server: Server,
    limits: ConnectionLimits,
    log: FastifyBaseLogger
): void {
    const counts = new AddressCounts(limits.perAddress)
    const leaveOf = new WeakMap<object, () => void>()
    const full = new Set<string>()
    server.maxConnections = limits.all
    server.on("connection", (socket: Socket) => {
        const holder = addressHolder(socket.remoteAddress ?? "")
        if (THIS_MACHINE.includes(holder)) return
        if (!counts.add(holder)) {
            socket.destroy()
            // once for as long as it lasts
            if (!full.has(holder)) log.warn({ address: holder }, "too many connections at once")
            full.add(holder)
            return
        }
        const leave = () => {
            if (!leaveOf.delete(socket)) return
            counts.remove(holder)
            full.delete(holder)
        }
        leaveOf.set(socket, leave)
        socket.once("close", leave)
    })
    // the parser would answer what it does not know to expect by itself, without our headers
    server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) =>
        server.emit("request", request, response)
    )
    server.on("upgrade", (_request: IncomingMessage, socket: object) => leaveOf.get(socket)?.())
}
