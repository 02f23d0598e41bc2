import type { FastifyBaseLogger } from "fastify"
import { encodeAck } from "../../src/wire/ack.js"
import { encodeCommand } from "../../src/wire/command.js"
import { decodeHello } from "../../src/wire/hello.js"
import {
    TOPIC_ACK,
    TOPIC_COMMAND,
    TOPIC_HELLO,
    TOPIC_LIVE,
    TOPIC_REPORT,
} from "../../src/wire/limits.js"
import { decodeLive, type LiveChannel } from "../../src/wire/live.js"
import { decodeReport } from "../../src/wire/report.js"
import type { Deps } from "../deps.js"
import type { Ingest, Sender } from "../ingest.js"
import type { LiveHub } from "../live-hub.js"
import { pulseRate } from "../pulse-rate.js"
import type { DeviceLink } from "./device-link.js"
import { downlink } from "./downlink.js"

const LIVE_SECONDS = 30
const LIVE_RENEWAL_MS = 10_000

export interface MessageParts {
    ingest: Ingest
    hub: LiveHub
    log: FastifyBaseLogger
}

/** What devices say on their topics, and what they are told, whatever carries it. */
export class DeviceMessages {
    private readonly senders = new WeakMap<DeviceLink, Sender>()
    private readonly liveSinceMs = new WeakMap<DeviceLink, number>()

    constructor(
        private readonly deps: Deps,
        private readonly parts: MessageParts
    ) {}

    receive(link: DeviceLink, topic: string, data: Buffer): void {
        const problem = this.take(link, topic, data)
        if (problem)
            this.parts.log.warn({ deviceId: link.deviceId, reason: problem }, "refused a message")
    }

    /** Asks the device to send live values, or to stop. */
    setLive(link: DeviceLink, isWatched: boolean): void {
        this.liveSinceMs.set(link, this.deps.clock())
        const command = encodeCommand({ liveSeconds: isWatched ? LIVE_SECONDS : 0 })
        link.send(downlink(TOPIC_COMMAND, command))
    }

    /** Renewed by the device's own frames, so it needs no timer. */
    renewLive(link: DeviceLink): void {
        if (!this.parts.hub.isWatched) return
        const sinceMs = this.liveSinceMs.get(link)
        if (sinceMs === undefined || this.deps.clock() - sinceMs > LIVE_RENEWAL_MS)
            this.setLive(link, true)
    }

    /** Returns what is wrong with the message, if anything. */
    private take(link: DeviceLink, topic: string, data: Buffer): string | undefined {
        switch (topic) {
            case TOPIC_HELLO: {
                const hello = decodeHello(data)
                if (typeof hello === "string") return hello
                this.parts.ingest.addHello(this.senderOf(link), hello)
                return undefined
            }
            case TOPIC_REPORT: {
                const report = decodeReport(data)
                if (typeof report === "string") return report
                this.parts.ingest.addReport(this.senderOf(link), report)
                return undefined
            }
            case TOPIC_LIVE: {
                const live = decodeLive(data)
                if (typeof live === "string") return live
                for (const channel of live.channels)
                    this.publishLive(link.deviceId, live.bootId, channel)
                return undefined
            }
            default:
                return "unknown topic"
        }
    }

    private senderOf(link: DeviceLink): Sender {
        const known = this.senders.get(link)
        if (known) return known
        const sender: Sender = {
            deviceId: link.deviceId,
            acknowledge: (bootId, reports) => {
                const ack = encodeAck({ bootId, serverTimeMs: this.deps.clock(), reports })
                link.send(downlink(TOPIC_ACK, ack))
            },
        }
        this.senders.set(link, sender)
        return sender
    }

    private publishLive(deviceId: string, bootId: number, live: LiveChannel): void {
        const { store, clock } = this.deps
        if (!this.parts.hub.isWatched) return
        const state = store.liveState(deviceId, bootId, live.channel, live.countSinceBoot)
        if (!state) return
        const { channelId, totalCount } = state
        const rate = pulseRate(state, live.intervalMs, live.sinceLastMs)
        this.parts.hub.publish({
            event: "live",
            data: { channelId, atMs: clock(), ...rate, totalCount },
        })
    }
}
