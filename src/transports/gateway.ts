import { cloud } from "@devicescript/cloud"
import * as ds from "@devicescript/core"
import { randomBuffer } from "@devicescript/crypto"
import type { MeterChannels } from "../meter-channels.js"
import { Courier } from "../outbox/courier.js"
import type { Recorder } from "../outbox/recorder.js"
import type { StoredSettings } from "../settings.js"
import { getU32 } from "../wire/bytes.js"
import { decodeCommand } from "../wire/command.js"
import {
    TOPIC_ACK,
    TOPIC_COMMAND,
    TOPIC_LEVEL,
    TOPIC_LIVE,
    TOPIC_SETTINGS,
} from "../wire/limits.js"
import { encodeLive } from "../wire/live.js"
import { encodeSettingsAnswer } from "../wire/settings-answer.js"
import { heapBytes } from "../wire/settings-heap.js"

const POLL_MS = 250
const LIVE_MS = 1000
const SETTINGS_APART_MS = 2000
/** Heap of channels that may be changed in place; more is not found again in a heap in pieces. */
const MOST_CHANGED_BYTES = 1800
const DRAIN_MS = 10000
const DRAIN_POLL_MS = 50

/** Carries what the courier sends over the runtime's own encrypted link, and brings what the server says. */
export class Gateway {
    readonly courier: Courier
    private state = "boot"
    private liveUntilMs = 0
    private nextLiveMs = 0
    /** What came from the server and waits to be applied; writing flash takes longer than a callback may. */
    private newSettings: Buffer | undefined = undefined
    private nextSettingsMs = 0

    constructor(
        private readonly recorder: Recorder,
        board: string,
        private readonly settings: StoredSettings,
        private readonly meter: MeterChannels
    ) {
        const identity = () => ({
            board,
            kinds: meter.kinds,
            settingsVersion: settings.version,
        })
        this.courier = new Courier(recorder, identity, Math.random)
    }

    /** Runs for ever. */
    async run(): Promise<void> {
        // a method taken as a value stays bound to its object in DeviceScript
        cloud.onBinary.subscribe(this.receive)
        this.enter("joining", "started")
        while (true) {
            try {
                await this.step(await cloud.connected.read())
            } catch (e) {
                console.log(`link: ${e}`)
            }
            await ds.sleep(POLL_MS)
        }
    }

    private async step(isConnected: boolean): Promise<void> {
        if (this.courier.setLink(isConnected, ds.millis())) {
            if (isConnected) this.enter("syncing", "link up")
            else this.enter("joining", "link lost")
        }
        if (!isConnected) return
        if (this.newSettings && ds.millis() >= this.nextSettingsMs)
            await this.applySettings(this.newSettings)
        await this.sendAll()
        if (!this.courier.isSynced) return
        await this.sendLive()
        await this.sendLevel()
    }

    private async sendAll(): Promise<void> {
        let message = this.courier.next(ds.millis())
        while (message) {
            await cloud.uploadBinary(message.topic, message.data)
            message = this.courier.next(ds.millis())
        }
    }

    private async sendLive(): Promise<void> {
        const nowMs = ds.millis()
        if (nowMs >= this.liveUntilMs || nowMs < this.nextLiveMs) return
        this.nextLiveMs = nowMs + LIVE_MS - (nowMs % POLL_MS)
        await cloud.uploadBinary(TOPIC_LIVE, encodeLive(this.meter.live(nowMs)))
    }

    private async sendLevel(): Promise<void> {
        const level = this.meter.takeLevel()
        if (level) await cloud.uploadBinary(TOPIC_LEVEL, level)
    }

    /**
     * Other settings begin a new boot, so that what was counted under the old ones stays apart. Channels
     * that fill the heap need it in one piece, which only a new start of the program gives.
     */
    private async applySettings(bytes: Buffer): Promise<void> {
        this.newSettings = undefined
        // of many changes in a row the last one counts
        this.nextSettingsMs = ds.millis() + SETTINGS_APART_MS
        // while the old channels still count
        await this.drain()
        this.meter.release()
        const taken = await this.settings.take(bytes)
        const reason = typeof taken === "string" ? taken : undefined
        await this.answerSettings(bytes, reason)
        const settings = typeof taken === "string" ? await this.settings.load() : taken
        if (heapBytes(settings.channels) > MOST_CHANGED_BYTES) {
            await this.drain()
            ds.restart()
        }
        this.meter.use(settings, randomBuffer(4).getAt(0, "u32"))
        this.courier.greet(ds.millis())
    }

    private async answerSettings(bytes: Buffer, reason: string | undefined): Promise<void> {
        const triedVersion = bytes.length >= 5 ? getU32(bytes, 1) : 0
        console.log(`settings ${triedVersion}: ${reason || "in force"}`)
        const { bootId } = this.recorder
        const answer = { bootId, triedVersion, versionInForce: this.settings.version, reason }
        await cloud.uploadBinary(TOPIC_SETTINGS, encodeSettingsAnswer(answer))
    }

    /** Waits until the server has all reports, though not for ever. */
    private async drain(): Promise<void> {
        const endMs = ds.millis() + DRAIN_MS
        // a link that was away for less than a poll took with it what was on its way
        this.recorder.outbox.hurry()
        while (this.recorder.outbox.size() > 0 && ds.millis() < endMs) {
            await this.sendAll()
            await ds.sleep(DRAIN_POLL_MS)
        }
    }

    private async receive(message: [string, Buffer]): Promise<void> {
        const topic = message[0]
        const data = message[1]
        if (topic === TOPIC_ACK) this.receiveAck(data)
        else if (topic === TOPIC_COMMAND) this.receiveCommand(data)
        else if (topic === TOPIC_SETTINGS) this.newSettings = data
    }

    private receiveAck(data: Buffer): void {
        const wasSynced = this.courier.isSynced
        const problem = this.courier.receiveAck(data, ds.millis())
        if (problem !== undefined) console.log(problem)
        if (this.courier.isSynced && !wasSynced) this.enter("running", "server time known")
    }

    private receiveCommand(data: Buffer): void {
        const command = decodeCommand(data)
        if (typeof command === "string") {
            console.log(command)
            return
        }
        if (command.kind === "live") this.liveUntilMs = ds.millis() + command.seconds * 1000
        else if (command.kind === "waveform") this.meter.wantWaveform(command.channel)
        else this.meter.watchLevel(command.channel, command.seconds)
    }

    private enter(state: string, reason: string): void {
        console.log(`state: ${this.state} -> ${state} (${reason})`)
        this.state = state
    }
}
