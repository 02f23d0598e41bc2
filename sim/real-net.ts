import { EventEmitter } from "node:events"
import { createConnection, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import type { LinkFaults } from "./link-faults.js"

interface Target {
    host: string
    port: number
}

/** One device's way to a server over real sockets; what arrives waits until the device is free to hear it. */
export class RealNet {
    private readonly sockets = new Set<Socket>()

    constructor(
        private readonly faults: LinkFaults,
        private readonly wake: (work: () => void) => void
    ) {}

    /** Ends every connection, which would keep this process alive. */
    close(): void {
        for (const socket of this.sockets) socket.destroy()
    }

    createConnection(target: Target): object {
        return this.wrap("connect", () => createConnection(target))
    }

    /** The same over TLS, with Node's own certificate check. */
    connect(target: Target): object {
        return this.wrap("secureConnect", () => connectTls({ ...target, servername: target.host }))
    }

    private wrap(openEvent: string, open: () => Socket): object {
        const device = new EventEmitter()
        device.on("error", () => undefined)
        const connection = this.faults.open()
        if (!connection.isAlive()) {
            this.wake(() => device.emit("error", new Error("no route to host")))
            return Object.assign(device, { write: () => undefined, end: () => undefined })
        }
        const socket = open()
        this.sockets.add(socket)
        socket.once("close", () => this.sockets.delete(socket))
        const relay = (from: string, to: string) =>
            socket.on(from, (argument: unknown) =>
                connection.later("server", 0, () => this.wake(() => device.emit(to, argument)))
            )
        relay(openEvent, "connect")
        relay("error", "error")
        relay("close", "close")
        socket.on("data", bytes =>
            connection.carry("server", bytes, 0, arrived =>
                this.wake(() => device.emit("data", arrived))
            )
        )
        return Object.assign(device, {
            write: (bytes: Uint8Array) =>
                connection.carry("device", Buffer.from(bytes), 0, arrived => {
                    if (arrived) socket.write(arrived)
                }),
            end: () => socket.destroy(),
        })
    }
}
