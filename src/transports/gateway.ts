import { cloud } from "@devicescript/cloud"
import * as ds from "@devicescript/core"
import type { Recorder } from "../outbox/recorder.js"
import { decodeAck } from "../wire/ack.js"
import { decodeCommand } from "../wire/command.js"
import { encodeHello } from "../wire/hello.js"
import { TOPIC_ACK, TOPIC_COMMAND, TOPIC_HELLO, TOPIC_LIVE, TOPIC_REPORT } from "../wire/limits.js"
import { encodeLive } from "../wire/live.js"

const POLL_MS = 250
const HELLO_RETRY_MS = 5000
const LIVE_MS = 1000

/** Carries reports over the runtime's own encrypted link, and brings acknowledgements and commands. */
export class Gateway {
    private state = "boot"
    private helloSentMs: number | undefined = undefined
    private nextHelloMs = 0
    private isSynced = false
    private liveUntilMs = 0
    private nextLiveMs = 0

    constructor(
        private readonly recorder: Recorder,
        private readonly board: string,
        private readonly kinds: number[]
    ) {}

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
        if (!isConnected) {
            if (this.state !== "joining") this.enter("joining", "link lost")
            this.isSynced = false
            this.helloSentMs = undefined
            this.nextHelloMs = 0
            return
        }
        if (this.state === "joining") {
            this.recorder.outbox.resendAll()
            this.enter("syncing", "link up")
        }
        if (!this.isSynced) await this.sayHello()
        else {
            await this.sendReports()
            await this.sendLive()
        }
    }

    private async sayHello(): Promise<void> {
        const nowMs = ds.millis()
        if (nowMs < this.nextHelloMs) return
        this.nextHelloMs = nowMs + HELLO_RETRY_MS
        // of several hellos the first counts: which of them was answered cannot be told
        if (this.helloSentMs === undefined) this.helloSentMs = nowMs
        const bootId = this.recorder.bootId
        const hello = { bootId, uptimeMs: nowMs, board: this.board, kinds: this.kinds }
        await cloud.uploadBinary(TOPIC_HELLO, encodeHello(hello))
    }

    private async sendReports(): Promise<void> {
        const offsetMs = this.recorder.clock.offsetMs
        let report = this.recorder.outbox.next(ds.millis(), offsetMs)
        while (report) {
            await cloud.uploadBinary(TOPIC_REPORT, report)
            report = this.recorder.outbox.next(ds.millis(), offsetMs)
        }
    }

    private async sendLive(): Promise<void> {
        const nowMs = ds.millis()
        if (nowMs >= this.liveUntilMs || nowMs < this.nextLiveMs) return
        this.nextLiveMs = nowMs + LIVE_MS - (nowMs % POLL_MS)
        await cloud.uploadBinary(TOPIC_LIVE, encodeLive(this.recorder.live(nowMs)))
    }

    private async receive(message: [string, Buffer]): Promise<void> {
        const topic = message[0]
        const data = message[1]
        if (topic === TOPIC_ACK) this.receiveAck(data)
        else if (topic === TOPIC_COMMAND) this.receiveCommand(data)
    }

    private receiveAck(data: Buffer): void {
        const ack = decodeAck(data)
        if (typeof ack === "string") {
            console.log(ack)
            return
        }
        const nowMs = ds.millis()
        this.recorder.acknowledge(ack, nowMs)
        if (this.isSynced || this.helloSentMs === undefined) return
        this.recorder.sync(ack.serverTimeMs, this.helloSentMs, nowMs)
        this.isSynced = true
        this.enter("running", "server time known")
    }

    private receiveCommand(data: Buffer): void {
        const command = decodeCommand(data)
        if (typeof command === "string") {
            console.log(command)
            return
        }
        this.liveUntilMs = ds.millis() + command.liveSeconds * 1000
    }

    private enter(state: string, reason: string): void {
        console.log(`state: ${this.state} -> ${state} (${reason})`)
        this.state = state
    }
}
