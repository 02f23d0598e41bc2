import type { IncomingMessage, Server } from "node:http"
import { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { WebSocketServer } from "ws"
import { BARE_HEADERS } from "../bare-headers.js"
import type { Deps } from "../deps.js"
import type { SettingsLink } from "../routes/device-settings.js"
import type { Presence } from "../routes/devices.js"
import { Admission } from "./admission.js"
import { DeviceLink, type LinkEvents } from "./device-link.js"
import { DeviceMessages, type MessageParts } from "./device-messages.js"
import type { DownlinkMessage } from "./downlink.js"
import { LINK_NONCE_BYTES, WsskSession } from "./wssk-session.js"

const PATH = /^\/wssk\/([0-9a-f]{16})$/
const SUB_PROTOCOL = /^devs-key-([0-9a-f]{32})$/
/** The runtime's own frames are smaller; anything larger is no device. */
const MAX_FRAME_BYTES = 512
const MAX_LOGGED_TEXT = 200
/** Finds a device that lost its power, whose link would otherwise never end. */
const KEEP_ALIVE_MS = 60_000
/** When to come back after a refusal; the runtime does so after half a second whatever it is told. */
const RETRY_AFTER_S = 30

const REFUSALS = {
    400: "Bad Request",
    404: "Not Found",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

/** What a device that waits for its turn does not do, unless it has gone. */
const LEFT = ["data", "end", "close"]

type Refusal = keyof typeof REFUSALS

interface Peer {
    deviceId: string
    session: WsskSession
}

/** A device whose handshake waits for its turn. */
interface Caller extends Peer {
    request: IncomingMessage
    socket: Duplex
    head: Buffer
    /** Gives its turn up. */
    leave(): void
}

/** Takes the devices' encrypted links: at most one per device. */
export class Gateway implements Presence, SettingsLink {
    private readonly webSockets = new WebSocketServer({
        noServer: true,
        clientTracking: false,
        maxPayload: MAX_FRAME_BYTES,
        perMessageDeflate: false,
    })
    /** Links still in their handshake, and those of known devices. */
    private readonly all = new Set<DeviceLink>()
    private readonly byDevice = new Map<string, DeviceLink>()
    private readonly activeMs = new Map<string, number>()
    /** The same by the uptime, which no clock step changes. */
    private readonly activeUptimeMs = new Map<string, number>()
    private readonly startedMs: number
    private readonly messages: DeviceMessages
    private readonly admission = new Admission<Caller>()
    private admissionTimer: NodeJS.Timeout | undefined
    private isClosed = false

    constructor(
        private readonly deps: Deps,
        private readonly parts: MessageParts
    ) {
        this.startedMs = deps.uptimeMs()
        this.messages = new DeviceMessages(deps, parts)
        parts.hub.whenWatched(isWatched => {
            for (const link of this.byDevice.values()) this.messages.setLive(link, isWatched)
        })
    }

    attach(server: Server): void {
        this.webSockets.on("wsClientError", (_error, socket) => refuse(socket, 400))
        server.on("upgrade", (request, socket, head) => {
            try {
                this.upgrade(request, socket, head)
            } catch (error) {
                if (this.parts.health.failed(error)) {
                    refuse(socket, 503)
                    return
                }
                this.parts.log.error({ err: error }, "an upgrade failed")
                refuse(socket, 500)
            }
        })
    }

    isOnline(deviceId: string): boolean {
        return this.byDevice.has(deviceId)
    }

    lastActiveMs(deviceId: string): number | undefined {
        return this.activeMs.get(deviceId)
    }

    silentMs(deviceId: string): number {
        if (this.isOnline(deviceId)) return 0
        return this.deps.uptimeMs() - (this.activeUptimeMs.get(deviceId) ?? this.startedMs)
    }

    endLink(deviceId: string): void {
        for (const caller of this.admission.queue) if (caller.deviceId === deviceId) caller.leave()
        for (const link of this.all) if (link.deviceId === deviceId) link.close()
    }

    /** Returns false when the device is offline. */
    send(deviceId: string, message: DownlinkMessage): boolean {
        const link = this.byDevice.get(deviceId)
        link?.send(message)
        return link !== undefined
    }

    sendSettings(deviceId: string): void {
        const link = this.byDevice.get(deviceId)
        if (link) this.messages.sendSettings(link)
    }

    /** Ends every link and takes no more. */
    close(): void {
        this.isClosed = true
        clearTimeout(this.admissionTimer)
        for (const { socket, leave } of this.admission.clear()) {
            for (const event of LEFT) socket.off(event, leave)
            refuse(socket, 503)
        }
        for (const link of this.all) link.close()
    }

    private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
        socket.on("error", () => socket.destroy())
        const peer = this.check(request)
        if (typeof peer === "number") {
            refuse(socket, peer)
            return
        }
        if (socket instanceof Socket) socket.setKeepAlive(true, KEEP_ALIVE_MS)
        const leave = () => {
            this.admission.remove(caller)
            socket.destroy()
        }
        const caller: Caller = { ...peer, request, socket, head, leave }
        if (!this.admission.offer(caller)) {
            refuse(socket, 503)
            return
        }
        // a socket that nobody reads does not tell that its peer has gone; a device says nothing yet
        for (const event of LEFT) socket.on(event, leave)
        this.admit()
    }

    /** Lets in whose turn it is, and comes back for the others. */
    private admit(): void {
        clearTimeout(this.admissionTimer)
        for (const caller of this.admission.due(this.deps.uptimeMs())) this.welcome(caller)
        const { nextInMs } = this.admission
        if (nextInMs === undefined) return
        this.admissionTimer = setTimeout(() => this.admit(), nextInMs)
        this.admissionTimer.unref()
    }

    private welcome({ deviceId, session, request, socket, head, leave }: Caller): void {
        for (const event of LEFT) socket.off(event, leave)
        this.webSockets.handleUpgrade(request, socket, head, webSocket => {
            this.all.add(new DeviceLink(deviceId, webSocket, session, this.events))
        })
    }

    /** Returns the HTTP status of a refusal. */
    private check(request: IncomingMessage): Peer | Refusal {
        const deviceId = PATH.exec(request.url ?? "")?.[1]
        if (!deviceId) return 404
        if (this.deps.readOnly || this.isClosed) return 503
        const key = this.deps.store.deviceKey(deviceId)
        if (!key) return 404
        const offered = request.headers["sec-websocket-protocol"] ?? ""
        const clientRandom = SUB_PROTOCOL.exec(offered)?.[1]
        if (!clientRandom) return 400
        const serverRandom = this.deps.randomBytes(LINK_NONCE_BYTES)
        const session = new WsskSession(key, Buffer.from(clientRandom, "hex"), serverRandom)
        return { deviceId, session }
    }

    private noteActive(deviceId: string): void {
        this.activeMs.set(deviceId, this.deps.clock())
        this.activeUptimeMs.set(deviceId, this.deps.uptimeMs())
    }

    private readonly events: LinkEvents = {
        authenticated: link => {
            this.byDevice.get(link.deviceId)?.close()
            this.byDevice.set(link.deviceId, link)
            this.noteActive(link.deviceId)
        },
        active: link => {
            this.noteActive(link.deviceId)
            this.messages.renewLive(link)
        },
        message: (link, topic, data) => this.messages.receive(link, topic, data),
        text: ({ deviceId }, kind, bytes) =>
            this.parts.log.debug(
                { deviceId, text: bytes.toString("latin1", 0, MAX_LOGGED_TEXT) },
                kind
            ),
        closed: link => {
            this.all.delete(link)
            if (this.byDevice.get(link.deviceId) === link) this.byDevice.delete(link.deviceId)
        },
        failed: ({ deviceId }, reason) =>
            this.parts.log.warn({ deviceId, reason }, "ended a device's link"),
    }
}

function refuse(socket: Duplex, status: Refusal): void {
    const retry = status === 503 ? `Retry-After: ${RETRY_AFTER_S}\r\n` : ""
    const secure = Object.entries(BARE_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(
        `HTTP/1.1 ${status} ${REFUSALS[status]}\r\n${retry}${secure.join("")}Connection: close\r\nContent-Length: 0\r\n\r\n`,
        () => socket.destroy()
    )
}
