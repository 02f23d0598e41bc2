import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { type AddressInfo, connect, type Socket } from "node:net"
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises"

/** What became of some bytes that were sent to the server on a connection of their own. */
export interface Answer {
    /** Every request that the parser made of them, with its answer. */
    requests: { method: string; url: string; status: number }[]
    heard: string
    tookMs: number
    /** The server neither answered nor ended the connection. */
    isStuck: boolean
}

interface Handled {
    request: IncomingMessage
    response: ServerResponse
}

const STUCK_AFTER_MS = 5000
/** A few turns are as good as none; after that somebody really works. */
const SPIN_TURNS = 40

/** Sends bytes over real sockets, and sees from the server's side when there is nothing left to wait for. */
export class Exchange {
    private readonly sides = new Map<number | undefined, Socket>()
    private readonly handled = new WeakMap<Socket, Handled[]>()

    constructor(private readonly server: Server) {
        server.on("connection", (side: Socket) => {
            const port = side.remotePort
            this.sides.set(port, side)
            this.handled.set(side, [])
            side.once("close", () => this.sides.delete(port))
        })
        server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
            this.handled.get(request.socket)?.push({ request, response })
        })
    }

    async send(bytes: Buffer): Promise<Answer> {
        const startMs = performance.now()
        const { port } = this.server.address() as AddressInfo
        const socket = connect(port, "127.0.0.1")
        const chunks: Buffer[] = []
        socket.on("data", chunk => chunks.push(chunk))
        socket.on("error", () => undefined)
        socket.write(bytes)
        let side: Socket | undefined
        let hasEnded = false
        let isStuck = false
        for (let turns = 0; !socket.closed; turns++) {
            side ??= this.sides.get(socket.localPort)
            if (side && !hasEnded && this.isDone(side, bytes.length)) {
                hasEnded = true
                // a stream of events would go on for ever
                if (this.isStreaming(side)) socket.destroy()
                else socket.end()
            }
            if (performance.now() - startMs > STUCK_AFTER_MS) {
                isStuck = true
                socket.destroy()
            }
            await (turns < SPIN_TURNS ? turn() : wait(1))
        }
        const tookMs = performance.now() - startMs
        const requests = (side ? (this.handled.get(side) ?? []) : []).map(tell)
        return { requests, heard: Buffer.concat(chunks).toString("latin1"), tookMs, isStuck }
    }

    /** Everything was read, and what is not answered waits for bytes that will not come. */
    private isDone(side: Socket, size: number): boolean {
        if (side.destroyed) return true
        if (side.bytesRead < size) return false
        const open = (this.handled.get(side) ?? []).filter(
            ({ response }) => !response.writableFinished && !response.destroyed
        )
        return open.every(({ request }) => !request.complete) || this.isStreaming(side)
    }

    private isStreaming(side: Socket): boolean {
        const handled = this.handled.get(side) ?? []
        return handled.some(
            ({ response }) =>
                response.headersSent && response.getHeader("content-type") === "text/event-stream"
        )
    }
}

function tell({ request, response }: Handled): Answer["requests"][number] {
    return {
        method: request.method ?? "",
        url: request.url ?? "",
        status: response.headersSent ? response.statusCode : 0,
    }
}
