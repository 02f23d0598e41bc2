import { decodeAck } from "../wire/ack.js"
import { EVENT_LOG, HELLO_LOG, PAGE_LOG, WAVEFORM_LOG } from "../wire/head.js"
import { encodeHello, helloSequence } from "../wire/hello.js"
import {
    TOPIC_EVENT,
    TOPIC_HELLO,
    TOPIC_PAGE,
    TOPIC_REPORT,
    TOPIC_WAVEFORM,
} from "../wire/limits.js"
import { reportChannel } from "../wire/report.js"
import { PageSender } from "./page-sender.js"
import type { Recorder } from "./recorder.js"

const HELLO_RETRY_MS = 5000
const MAX_HELLO_RETRY_MS = 80_000
/** Of the time to the next hello: an answer that takes longer says too little of the time. */
const PROMPT_PART = 8

/** What a device says of itself. */
export interface Identity {
    board: string
    /** Kind of each channel, in order. */
    kinds: number[]
    /** In force; 0 is built in. */
    settingsVersion: number
}

/** A message to the server. */
export interface Outgoing {
    topic: string
    data: Buffer
}

/**
 * Decides what is sent when: hello until it is answered, then reports, then pages from flash. Knows no
 * socket; every time is the device's uptime in ms.
 */
export class Courier {
    /** The server's time is known on this link. */
    isSynced = false
    readonly pages: PageSender
    private isUp = false
    /** Uptime; below 0 before the first on this link. */
    private helloSentMs = -1
    private nextHelloMs = 0
    private helloRetryMs = HELLO_RETRY_MS

    /** `random` gives 0 to 1; it spreads what many devices would otherwise do at once. */
    constructor(
        private readonly recorder: Recorder,
        private readonly identity: () => Identity,
        private readonly random: () => number
    ) {
        this.pages = new PageSender(recorder.journal)
    }

    /** Returns true when the link has come up or gone. */
    setLink(isUp: boolean, nowMs: number): boolean {
        if (isUp === this.isUp) return false
        this.isUp = isUp
        this.greet(nowMs)
        if (!isUp) return true
        const { outbox } = this.recorder
        outbox.jitter = this.random()
        outbox.resendAll()
        this.pages.restart()
        return true
    }

    /** Says hello anew, as after a change of settings. */
    greet(nowMs: number): void {
        this.isSynced = false
        this.helloSentMs = -1
        this.nextHelloMs = nowMs
        this.helloRetryMs = HELLO_RETRY_MS
    }

    /** The next message to send; undefined while there is none. */
    next(nowMs: number): Outgoing | undefined {
        if (!this.isUp) return undefined
        if (!this.isSynced) return this.hello(nowMs)
        const { outbox, clock } = this.recorder
        const report = outbox.next(nowMs, clock.firstOffsetMs)
        if (report) return { topic: topicOf(report), data: report }
        const page = this.pages.next(nowMs)
        return page ? { topic: TOPIC_PAGE, data: page } : undefined
    }

    /** Takes an ack; returns the reason when it is none. */
    receiveAck(data: Buffer, nowMs: number): string | undefined {
        const ack = decodeAck(data)
        if (typeof ack === "string") return ack
        this.recorder.acknowledge(ack, nowMs)
        const { recorder, helloSentMs } = this
        // an answer to an earlier hello would make the way look shorter than it is
        const awaited = helloSequence(helloSentMs)
        let isAnswer = false
        for (const report of ack.reports) {
            const { channel, sequence } = report
            if (channel === PAGE_LOG) this.pages.acknowledge(ack.bootId, sequence)
            if (channel === HELLO_LOG && sequence === awaited) isAnswer = true
        }
        if (this.isSynced || !isAnswer || ack.bootId !== recorder.bootId) return undefined
        if (nowMs - helloSentMs > this.helloRetryMs / PROMPT_PART) {
            this.nextHelloMs = nowMs
            return undefined
        }
        recorder.sync(ack.serverTimeMs, helloSentMs, nowMs)
        recorder.journal.freeze()
        this.isSynced = true
        return undefined
    }

    private hello(nowMs: number): Outgoing | undefined {
        if (nowMs < this.nextHelloMs) return undefined
        this.nextHelloMs = nowMs + this.helloRetryMs * (1 + this.random())
        this.helloRetryMs = Math.min(this.helloRetryMs * 2, MAX_HELLO_RETRY_MS)
        this.helloSentMs = nowMs
        const { board, kinds, settingsVersion } = this.identity()
        const hello = {
            bootId: this.recorder.bootId,
            uptimeMs: nowMs,
            board,
            kinds,
            settingsVersion,
        }
        return { topic: TOPIC_HELLO, data: encodeHello(hello) }
    }
}

function topicOf(report: Buffer): string {
    const channel = reportChannel(report)
    if (channel === EVENT_LOG) return TOPIC_EVENT
    return channel === WAVEFORM_LOG ? TOPIC_WAVEFORM : TOPIC_REPORT
}
