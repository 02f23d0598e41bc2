import { EventEmitter } from "node:events"
import type { Server } from "node:http"
import { Duplex } from "node:stream"
import type { LinkFaults } from "./link-faults.js"

const REFUSED_AFTER_MS = 3000

/** The server's end of a connection, enough of a socket for Node's http server and ws. */
class ServerSocket extends Duplex {
    readonly remoteAddress = "127.0.0.1"

    constructor(private readonly deliver: (bytes: Buffer | undefined) => void) {
        super({ allowHalfOpen: false })
    }

    override _read(): void {}

    override _write(chunk: Buffer, _encoding: string, done: () => void): void {
        this.deliver(chunk)
        done()
    }

    override _final(done: () => void): void {
        this.deliver(undefined)
        done()
    }

    override _destroy(error: Error | null, done: (error: Error | null) => void): void {
        this.deliver(undefined)
        done(error)
    }

    setTimeout(): this {
        return this
    }

    setNoDelay(): this {
        return this
    }

    setKeepAlive(): this {
        return this
    }
}

/** The device's end: what the runtime asks of Node's `net`. */
class DeviceSocket extends EventEmitter {
    constructor(private readonly transmit: (bytes: Buffer | undefined) => void) {
        super()
        // the runtime listens for errors only once; a later one must not end the simulation
        this.on("error", () => undefined)
    }

    write(bytes: Uint8Array): void {
        this.transmit(Buffer.from(bytes))
    }

    end(): void {
        this.transmit(undefined)
    }
}

/** How a device hears of the network: work that comes from outside, once it is free to hear it. */
type Wake = (work: () => void) => void

/** One device's way to an http server in the same process, on virtual time. */
export class MemoryNet {
    private readonly sockets = new Set<ServerSocket>()

    constructor(
        private readonly server: Server,
        private readonly latencyMs: number,
        private readonly faults: LinkFaults,
        private readonly wake: Wake,
        private readonly onTraffic: () => void
    ) {}

    /** Ends every connection. */
    close(): void {
        for (const socket of this.sockets) socket.destroy()
    }

    createConnection(): DeviceSocket {
        const connection = this.faults.open()
        const serverSide = new ServerSocket(bytes =>
            connection.carry("server", bytes, this.latencyMs, arrived =>
                this.wake(() => {
                    if (arrived) deviceSide.emit("data", arrived)
                    else deviceSide.emit("close", false)
                })
            )
        )
        const deviceSide = new DeviceSocket(bytes =>
            connection.carry("device", bytes, this.latencyMs, arrived => {
                if (serverSide.destroyed) return
                this.onTraffic()
                serverSide.push(arrived ?? null)
            })
        )
        if (!connection.isAlive()) {
            connection.refuse(REFUSED_AFTER_MS, () =>
                this.wake(() => deviceSide.emit("error", new Error("no route to host")))
            )
            return deviceSide
        }
        connection.later("device", this.latencyMs, () => {
            this.onTraffic()
            this.sockets.add(serverSide)
            serverSide.once("close", () => this.sockets.delete(serverSide))
            this.server.emit("connection", serverSide)
            connection.later("server", this.latencyMs, () =>
                this.wake(() => deviceSide.emit("connect"))
            )
        })
        return deviceSide
    }
}
