import type { DownlinkMessage } from "../../server/transports/downlink.js"
import type { Random } from "../../sim/random.js"
import type { Scheduler } from "../../sim/scheduler.js"
import type { FaultKind } from "../faults.js"
import type { Peer } from "./fast-server.js"

const LATENCY_MS = 20
/** The runtime's watchdog lets a silent link go after so long. */
const WATCHDOG_MS = 32_000
const RETRY_MS = 512
/** A message that others overtake, and a second copy, come so much later at most. */
export const LATE_MS = 10_000

/** What a radio needs of the world. */
export interface RadioSide {
    scheduler: Scheduler
    random: Random
    isServerUp(): boolean
    /** A link was made; an older one of the same device ends. */
    joined(link: RadioLink): void
    uplink(link: RadioLink, topic: string, data: Buffer): void
    downlink(topic: string, data: Buffer): void
    /** The program may look at `isConnected` now. */
    changed(): void
    fired(kind: FaultKind): void
}

/** One connection of a board, as the server sees it. */
export class RadioLink implements Peer {
    isAlive = true
    /** Messages from the server. */
    sent = 0

    constructor(
        readonly deviceId: string,
        private readonly deliver: (topic: string, data: Buffer) => void
    ) {}

    send(message: DownlinkMessage): void {
        this.sent++
        // command byte, type, topic, NUL, data
        const { bytes } = message
        const topicEnd = bytes.indexOf(0, 2)
        this.deliver(bytes.toString("latin1", 2, topicEnd), bytes.subarray(topicEnd + 1))
    }
}

/** A board's way to the server, message by message, with all that can go wrong on it. */
export class Radio {
    /** Most that messages are late, and the shares of them that others overtake or that come twice. */
    latencyMs = 0
    reorderShare = 0
    duplicateShare = 0
    /** The next message breaks off in the middle, and the link with it. */
    isCutting = false
    /** As the program sees it: true for a while after the link is lost. */
    isConnected = false

    private isPowered = false
    private isDown = false
    private link: RadioLink | undefined
    private isTrying = false
    private upFreeMs = 0
    private downFreeMs = 0
    private generation = 0

    constructor(
        private readonly deviceId: string,
        private readonly side: RadioSide
    ) {}

    powerOn(): void {
        this.isPowered = true
        this.tryLater()
    }

    powerOff(): void {
        this.isPowered = false
        this.isConnected = false
        if (this.link) this.link.isAlive = false
        this.link = undefined
        this.generation++
    }

    setDown(isDown: boolean): void {
        this.isDown = isDown
        if (isDown) this.lose(this.side.random.between(500, WATCHDOG_MS))
        else this.tryLater()
    }

    /** The server or the way to it ended this link. */
    ended(link: RadioLink): void {
        if (this.link === link) this.lose(LATENCY_MS)
    }

    /** Tries soon, if it may. */
    tryLater(): void {
        if (this.isTrying || this.link || !this.isPowered || this.isDown) return
        if (!this.side.isServerUp()) return
        this.isTrying = true
        const { scheduler, random } = this.side
        scheduler.after(RETRY_MS + random.between(0, RETRY_MS), () => {
            this.isTrying = false
            if (this.isPowered && !this.isDown && !this.link && this.side.isServerUp()) this.join()
        })
    }

    /** Sends if the link still stands; nobody is told when it does not. */
    send(topic: string, data: Buffer): void {
        const link = this.link
        if (!link?.isAlive) return
        this.carry(link, data, true, bytes => this.side.uplink(link, topic, bytes))
    }

    private join(): void {
        const link = new RadioLink(this.deviceId, (topic, data) => {
            if (link.isAlive)
                this.carry(link, data, false, bytes => this.side.downlink(topic, bytes))
        })
        this.link = link
        this.upFreeMs = 0
        this.downFreeMs = 0
        this.side.joined(link)
        this.isConnected = true
        this.side.changed()
    }

    private lose(noticeMs: number): void {
        const { link } = this
        if (!link) return
        link.isAlive = false
        const generation = ++this.generation
        this.side.scheduler.after(noticeMs, () => {
            if (generation !== this.generation) return
            this.link = undefined
            this.isConnected = false
            this.side.changed()
            this.tryLater()
        })
    }

    private carry(
        link: RadioLink,
        data: Buffer,
        isUp: boolean,
        deliver: (bytes: Buffer) => void
    ): void {
        const { scheduler, random } = this.side
        // the sender may use its bytes again
        const bytes = Buffer.from(data)
        if (this.isCutting) {
            this.isCutting = false
            this.side.fired("cut-frame")
            const part = bytes.subarray(0, random.nextInt(bytes.length))
            if (random.next() < 0.5) this.later(LATENCY_MS, link, () => deliver(part))
            scheduler.after(LATENCY_MS + 1, () => this.ended(link))
            return
        }
        let delayMs = LATENCY_MS
        if (this.latencyMs > 0) {
            delayMs += random.next() * this.latencyMs
            this.side.fired("latency")
        }
        if (this.duplicateShare > random.next()) {
            this.later(delayMs + random.next() * LATE_MS, link, () => {
                this.side.fired("duplicate")
                deliver(bytes)
            })
        }
        if (this.reorderShare > random.next()) {
            this.side.fired("reorder")
            this.later(delayMs + random.next() * LATE_MS, link, () => deliver(bytes))
            return
        }
        // otherwise what was sent first comes first
        const freeMs = isUp ? this.upFreeMs : this.downFreeMs
        const atMs = Math.max(scheduler.nowMs() + delayMs, freeMs)
        if (isUp) this.upFreeMs = atMs
        else this.downFreeMs = atMs
        this.later(atMs - scheduler.nowMs(), link, () => deliver(bytes))
    }

    private later(ms: number, link: RadioLink, work: () => void): void {
        this.side.scheduler.after(ms, () => {
            if (link.isAlive) work()
        })
    }
}
