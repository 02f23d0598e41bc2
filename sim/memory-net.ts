import { EventEmitter } from "node:events"
import type { Server } from "node:http"
import { Duplex } from "node:stream"
import type { Scheduler } from "./scheduler.js"

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

/**
 * One device's way to an http server in the same process, on virtual time. While the link is down,
 * bytes vanish, new connections fail, and what was open stays dead without a word.
 */
export class MemoryNet {
    private isDown = false
    private generation = 0
    private readonly sockets = new Set<ServerSocket>()

    constructor(
        private readonly scheduler: Scheduler,
        private readonly server: Server,
        private readonly latencyMs: number,
        private readonly wake: Wake,
        private readonly onTraffic: () => void
    ) {}

    setDown(isDown: boolean): void {
        this.isDown = isDown
        if (isDown) this.generation++
    }

    /** Ends every connection. */
    close(): void {
        for (const socket of this.sockets) socket.destroy()
    }

    createConnection(): DeviceSocket {
        const generation = this.generation
        const isAlive = () => !this.isDown && generation === this.generation
        const later = (work: () => void) => this.scheduler.after(this.latencyMs, work)
        const serverSide = new ServerSocket(bytes =>
            later(() => {
                if (!isAlive()) return
                this.wake(() => {
                    if (bytes) deviceSide.emit("data", bytes)
                    else deviceSide.emit("close", false)
                })
            })
        )
        const deviceSide = new DeviceSocket(bytes =>
            later(() => {
                if (!isAlive() || serverSide.destroyed) return
                this.onTraffic()
                if (bytes) serverSide.push(bytes)
                else serverSide.push(null)
            })
        )
        if (this.isDown) {
            this.scheduler.after(REFUSED_AFTER_MS, () =>
                this.wake(() => deviceSide.emit("error", new Error("no route to host")))
            )
            return deviceSide
        }
        later(() => {
            if (!isAlive()) return
            this.onTraffic()
            this.sockets.add(serverSide)
            serverSide.once("close", () => this.sockets.delete(serverSide))
            this.server.emit("connection", serverSide)
            later(() => this.wake(() => deviceSide.emit("connect")))
        })
        return deviceSide
    }
}
