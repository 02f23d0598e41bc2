import type { FastifyBaseLogger } from "fastify"
import { encodeAck } from "../../src/wire/ack.js"
import { encodeCommand } from "../../src/wire/command.js"
import { decodeEvent } from "../../src/wire/event.js"
import { hasMainsSlots } from "../../src/wire/head.js"
import { decodeHello } from "../../src/wire/hello.js"
import { decodeLevel } from "../../src/wire/level.js"
import {
    TOPIC_ACK,
    TOPIC_COMMAND,
    TOPIC_EVENT,
    TOPIC_HELLO,
    TOPIC_LEVEL,
    TOPIC_LIVE,
    TOPIC_PAGE,
    TOPIC_REPORT,
    TOPIC_SETTINGS,
    TOPIC_WAVEFORM,
} from "../../src/wire/limits.js"
import { decodeLive } from "../../src/wire/live.js"
import { decodeMainsReport } from "../../src/wire/mains-report.js"
import { decodePage } from "../../src/wire/page.js"
import { decodeReport } from "../../src/wire/report.js"
import { encodeSettings } from "../../src/wire/settings.js"
import { decodeSettingsAnswer } from "../../src/wire/settings-answer.js"
import { decodeWaveformPiece } from "../../src/wire/waveform.js"
import type { Deps } from "../deps.js"
import type { Ingest, Sender } from "../ingest.js"
import type { LiveHub } from "../live-hub.js"
import type { StoreHealth } from "../store-health.js"
import type { DeviceLink } from "./device-link.js"
import { downlink } from "./downlink.js"
import { LiveMessages } from "./live-messages.js"

const LIVE_SECONDS = 30
const LIVE_RENEWAL_MS = 10_000

export interface MessageParts {
    ingest: Ingest
    hub: LiveHub
    health: StoreHealth
    log: FastifyBaseLogger
}

/** What devices say on their topics, and what they are told, whatever carries it. */
export class DeviceMessages {
    private readonly senders = new WeakMap<DeviceLink, Sender>()
    /** When it was asked for live values last, by the uptime. */
    private readonly liveSinceMs = new WeakMap<DeviceLink, number>()
    private readonly greeted = new WeakSet<DeviceLink>()
    /** When the device booted, by its last hello; Unix ms. */
    private readonly bootMs = new WeakMap<DeviceLink, number>()
    private readonly liveMessages: LiveMessages

    constructor(
        private readonly deps: Deps,
        private readonly parts: MessageParts
    ) {
        this.liveMessages = new LiveMessages(deps, parts.hub)
    }

    receive(link: DeviceLink, topic: string, data: Buffer): void {
        const problem = this.tryToTake(link, topic, data)
        if (problem)
            this.parts.log.warn({ deviceId: link.deviceId, reason: problem }, "refused a message")
    }

    /** Asks the device to send live values, or to stop. */
    setLive(link: DeviceLink, isWatched: boolean): void {
        this.liveSinceMs.set(link, this.deps.uptimeMs())
        const command = encodeCommand({ kind: "live", seconds: isWatched ? LIVE_SECONDS : 0 })
        link.send(downlink(TOPIC_COMMAND, command))
    }

    /** Renewed by the device's own frames, so it needs no timer. */
    renewLive(link: DeviceLink): void {
        if (!this.parts.hub.isWatched) return
        const sinceMs = this.liveSinceMs.get(link)
        if (sinceMs === undefined || this.deps.uptimeMs() - sinceMs > LIVE_RENEWAL_MS)
            this.setLive(link, true)
    }

    /** Sends the wanted settings, whatever the device works with now. */
    sendSettings(link: DeviceLink): void {
        const { store, clock } = this.deps
        const settings = store.deviceSettings(link.deviceId)
        if (!settings || settings.version === 0) return
        store.saveSettingsSent(link.deviceId, clock())
        link.send(downlink(TOPIC_SETTINGS, encodeSettings(settings)))
    }

    /** A store that does not work is no fault of the link: ending it would only bring it back at once. */
    private tryToTake(link: DeviceLink, topic: string, data: Buffer): string | undefined {
        try {
            return this.take(link, topic, data)
        } catch (error) {
            if (this.parts.health.failed(error)) return undefined
            throw error
        }
    }

    /** Returns what is wrong with the message, if anything. */
    private take(link: DeviceLink, topic: string, data: Buffer): string | undefined {
        switch (topic) {
            case TOPIC_HELLO: {
                const hello = decodeHello(data)
                if (typeof hello === "string") return hello
                this.bootMs.set(link, this.deps.clock() - hello.uptimeMs)
                // first, because a hello that was acknowledged does not come again
                this.compareSettings(link, hello.settingsVersion)
                this.parts.ingest.addHello(this.senderOf(link), hello)
                return undefined
            }
            case TOPIC_REPORT: {
                this.greet(link)
                if (hasMainsSlots(data)) return this.takeMains(link, data)
                const report = decodeReport(data)
                if (typeof report === "string") return report
                this.parts.ingest.addReport(this.senderOf(link), report)
                return undefined
            }
            case TOPIC_LIVE: {
                const live = decodeLive(data)
                if (typeof live === "string") return live
                this.liveMessages.tell(link.deviceId, live)
                return undefined
            }
            case TOPIC_LEVEL: {
                const level = decodeLevel(data)
                if (typeof level === "string") return level
                const bootMs = this.bootMs.get(link)
                if (bootMs === undefined) return "level: no hello came first"
                this.liveMessages.tellLevel(link.deviceId, bootMs, level)
                return undefined
            }
            case TOPIC_PAGE: {
                const page = decodePage(data)
                if (typeof page === "string") return page
                this.parts.ingest.addPage(this.senderOf(link), page)
                return undefined
            }
            case TOPIC_EVENT: {
                const event = decodeEvent(data)
                if (typeof event === "string") return event
                this.parts.ingest.addEvent(this.senderOf(link), event)
                return undefined
            }
            case TOPIC_WAVEFORM: {
                const piece = decodeWaveformPiece(data)
                if (typeof piece === "string") return piece
                this.parts.ingest.addPiece(this.senderOf(link), piece)
                return undefined
            }
            case TOPIC_SETTINGS: {
                const answer = decodeSettingsAnswer(data)
                if (typeof answer === "string") return answer
                this.deps.store.saveSettingsAnswer(link.deviceId, answer, this.deps.clock())
                return undefined
            }
            default:
                return "unknown topic"
        }
    }

    private takeMains(link: DeviceLink, data: Buffer): string | undefined {
        const report = decodeMainsReport(data)
        if (typeof report === "string") return report
        this.parts.ingest.addMains(this.senderOf(link), report)
        return undefined
    }

    /** A program that tells no version knows no settings. */
    private compareSettings(link: DeviceLink, versionInForce: number | undefined): void {
        this.greeted.add(link)
        if (versionInForce === undefined) return
        const { store, clock } = this.deps
        store.saveVersionInForce(link.deviceId, versionInForce, clock())
        this.catchUp(link)
    }

    /** A device that did not notice a short break says no hello on the new link, but sends its reports. */
    private greet(link: DeviceLink): void {
        if (this.greeted.has(link)) return
        const settings = this.deps.store.deviceSettings(link.deviceId)
        if (settings && settings.versionInForce !== null) this.catchUp(link)
        this.greeted.add(link)
    }

    /** Sends wanted settings that the device does not work with, but not again those that it refused. */
    private catchUp(link: DeviceLink): void {
        const settings = this.deps.store.deviceSettings(link.deviceId)
        if (!settings || settings.versionInForce === settings.version) return
        const { answer, version } = settings
        if (answer?.triedVersion === version && answer.reason !== null) return
        this.sendSettings(link)
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
}
