import { EventEmitter } from "node:events"
import { createConnection, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"

interface Target {
    host: string
    port: number
}

/**
 * One device's way to a server over real sockets. What arrives is handed over once the device is
 * free to hear it; while the link is down, bytes vanish and new connections fail.
 */
export class RealNet {
    private isDown = false
    private generation = 0
    private readonly sockets = new Set<Socket>()

    constructor(private readonly wake: (work: () => void) => void) {}

    setDown(isDown: boolean): void {
        this.isDown = isDown
        if (isDown) this.generation++
    }

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
        const generation = this.generation
        const isAlive = () => !this.isDown && generation === this.generation
        if (this.isDown) {
            this.wake(() => device.emit("error", new Error("no route to host")))
            return Object.assign(device, { write: () => undefined, end: () => undefined })
        }
        const socket = open()
        this.sockets.add(socket)
        socket.once("close", () => this.sockets.delete(socket))
        const relay = (from: string, to: string) =>
            socket.on(from, (argument: unknown) => {
                if (isAlive()) this.wake(() => device.emit(to, argument))
            })
        relay(openEvent, "connect")
        relay("data", "data")
        relay("error", "error")
        relay("close", "close")
        return Object.assign(device, {
            write: (bytes: Uint8Array) => {
                if (isAlive()) socket.write(Buffer.from(bytes))
            },
            end: () => socket.destroy(),
        })
    }
}
