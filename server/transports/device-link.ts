import type { RawData, WebSocket } from "ws"
import type { DownlinkMessage } from "./downlink.js"
import { LinkError, type WsskSession } from "./wssk-session.js"

const HANDSHAKE_MS = 10_000
/** A peer that reads nothing is let go before its unread answers fill the memory. */
const MAX_UNSENT_BYTES = 65_536

const CMD_PING_CLOUD = 0x92
const CMD_DEVICE_TO_CLOUD = 0x98
const CMD_CONSOLE = 0x9a
const CMD_EXCEPTION = 0x9b
const TYPE_BINARY = 1

/** What a link tells its gateway. */
export interface LinkEvents {
    authenticated(link: DeviceLink): void
    /** After every frame that was understood. */
    active(link: DeviceLink): void
    message(link: DeviceLink, topic: string, data: Buffer): void
    text(link: DeviceLink, kind: "console" | "exception", bytes: Buffer): void
    closed(link: DeviceLink): void
    failed(link: DeviceLink, reason: string): void
}

/** One WebSocket of one device, from its handshake to its end. */
export class DeviceLink {
    private readonly handshakeTimer: NodeJS.Timeout
    private isOpen = true

    constructor(
        readonly deviceId: string,
        private readonly socket: WebSocket,
        private readonly session: WsskSession,
        private readonly events: LinkEvents
    ) {
        socket.on("message", (data, isBinary) => this.receive(data, isBinary))
        socket.on("error", error => this.fail(error.message))
        socket.on("close", () => this.close())
        this.handshakeTimer = setTimeout(() => this.fail("it did not authenticate"), HANDSHAKE_MS)
        this.handshakeTimer.unref()
        socket.send(session.hello)
    }

    send(message: DownlinkMessage): void {
        this.write(message.bytes)
    }

    /** Ends the link; nothing more comes from it. */
    close(): void {
        if (!this.isOpen) return
        this.isOpen = false
        clearTimeout(this.handshakeTimer)
        this.socket.terminate()
        this.events.closed(this)
    }

    private fail(reason: string): void {
        if (!this.isOpen) return
        this.events.failed(this, reason)
        this.close()
    }

    private receive(data: RawData, isBinary: boolean): void {
        if (!this.isOpen) return
        try {
            if (!isBinary || !Buffer.isBuffer(data)) throw new LinkError("it sent a text frame")
            const event = this.session.receive(data)
            if (event.kind === "authenticated") this.welcome(event.reply)
            else this.dispatch(event.message)
        } catch (error) {
            // one link's failure, whatever it is, must not take the others down
            this.fail(error instanceof LinkError ? error.message : `the server failed: ${error}`)
        }
    }

    private welcome(reply: Buffer): void {
        clearTimeout(this.handshakeTimer)
        this.socket.send(reply)
        this.events.authenticated(this)
    }

    private dispatch(message: Buffer): void {
        const body = message.subarray(1)
        switch (message[0]) {
            case CMD_PING_CLOUD:
                this.write(Buffer.from([CMD_PING_CLOUD]))
                break
            case CMD_DEVICE_TO_CLOUD:
                this.dispatchTopic(body)
                break
            case CMD_CONSOLE:
                this.events.text(this, "console", body)
                break
            case CMD_EXCEPTION:
                this.events.text(this, "exception", body)
                break
        }
        this.events.active(this)
    }

    private dispatchTopic(body: Buffer): void {
        const topicEnd = body.indexOf(0, 1)
        if (body[0] !== TYPE_BINARY || topicEnd < 0) return
        const topic = body.toString("latin1", 1, topicEnd)
        this.events.message(this, topic, body.subarray(topicEnd + 1))
    }

    private write(message: Buffer): void {
        if (!this.isOpen) return
        this.socket.send(this.session.send(message))
        if (this.socket.bufferedAmount > MAX_UNSENT_BYTES) this.fail("it does not read its answers")
    }
}
