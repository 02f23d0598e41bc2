import { provisionDevice } from "../../server/provision.js"
import type { IngestItem, Store } from "../../server/store/store.js"
import { BoardProgram } from "../../soak/fast/board-program.js"
import { FastFlash } from "../../soak/fast/fast-flash.js"
import { type AckedReport, encodeAck } from "../../src/wire/ack.js"
import { HELLO_LOG, PAGE_LOG } from "../../src/wire/head.js"
import { decodeHello, helloSequence } from "../../src/wire/hello.js"
import { SLOT_MS, TOPIC_ACK, TOPIC_HELLO, TOPIC_PAGE } from "../../src/wire/limits.js"
import { decodePage } from "../../src/wire/page.js"
import { decodeReport } from "../../src/wire/report.js"
import { seededBytes } from "../server/helpers.js"

export const HOME_START_MS = Date.UTC(2026, 2, 3, 10)
/** Of four channels at 8 pulses a second each, always offline. */
export const MOST_COMPACTIONS_A_WEEK = 40
const DEVICE_ID = "00112233445566bb"
/** There and back. */
const ROUND_TRIP_MS = 100

/** What a message said of the slots of a channel. */
interface Said {
    channel: number
    first: number
    end: number
    slotSeconds: number
}

/** One board's modules, run natively with steady pulses, against a real store. All times are uptimes. */
export class NativeHome {
    nowMs = 0
    isUp = true
    readonly flash = new FastFlash(
        () => undefined,
        () => 0
    )
    /** How often a message of each topic came. */
    readonly received: Record<string, number> = {}
    readonly said: Said[] = []
    /** Pulses that the present boot has counted, of each channel. */
    pulses: number[]
    program: BoardProgram
    private boots = 0
    private bootedMs = 0
    private nextPulseMs: number[] = []
    private answers: { atMs: number; data: Buffer }[] = []

    constructor(
        private readonly store: Store,
        private readonly channels: number,
        private readonly intervalMs: number
    ) {
        provisionDevice(store, { id: DEVICE_ID, name: "Home", key: Buffer.alloc(32, 7) })
        this.pulses = []
        this.program = this.boot()
    }

    /** Memory is empty, flash as it was. */
    boot(): BoardProgram {
        this.boots++
        this.bootedMs = this.nowMs
        this.answers = []
        this.pulses = new Array(this.channels).fill(0)
        this.nextPulseMs = this.pulses.map((_, i) => this.nowMs + 100 + i * 70)
        this.program = new BoardProgram({
            uptimeMs: 0,
            channels: this.channels,
            flash: this.flash,
            randomBytes: seededBytes(`boot ${this.boots}`),
            send: (topic, data) => this.receive(topic, data),
            pause: () => undefined,
        })
        return this.program
    }

    runTo(endMs: number): void {
        while (this.nowMs < endMs) {
            const wakeMs = this.bootedMs + this.program.nextMs(this.nowMs - this.bootedMs)
            const nextMs = Math.min(endMs, wakeMs, ...this.answers.map(({ atMs }) => atMs))
            this.addPulses(nextMs)
            this.nowMs = nextMs
            const uptimeMs = nextMs - this.bootedMs
            if (uptimeMs >= this.program.slotEndMs) this.program.endSlots(uptimeMs)
            const due = this.answers.filter(({ atMs }) => atMs <= nextMs)
            this.answers = this.answers.filter(({ atMs }) => atMs > nextMs)
            if (this.isUp)
                for (const { data } of due) this.program.receive(TOPIC_ACK, data, uptimeMs)
            this.program.step(uptimeMs, this.isUp)
        }
    }

    /** Has the server all, from memory and from flash? */
    isDrained(): boolean {
        return this.program.isDrained(this.nowMs - this.bootedMs)
    }

    private addPulses(endMs: number): void {
        for (;;) {
            const atMs = Math.min(...this.nextPulseMs)
            if (atMs > endMs) return
            const channel = this.nextPulseMs.indexOf(atMs)
            this.program.addPulse(channel, atMs - this.bootedMs)
            this.pulses[channel]++
            this.nextPulseMs[channel] += this.intervalMs
        }
    }

    private receive(topic: string, data: Buffer): void {
        this.received[topic] = (this.received[topic] ?? 0) + 1
        const nowMs = HOME_START_MS + this.nowMs
        const { bootId, reports, item } = this.itemOf(topic, data, nowMs)
        const [{ outcome }] = this.store.ingest([item])
        if (outcome === "refused") throw new Error(`refused ${topic}`)
        const serverTimeMs = nowMs + ROUND_TRIP_MS / 2
        const ack = encodeAck({ bootId, serverTimeMs, reports })
        this.answers.push({ atMs: this.nowMs + ROUND_TRIP_MS, data: ack })
    }

    private itemOf(
        topic: string,
        data: Buffer,
        nowMs: number
    ): { bootId: number; reports: AckedReport[]; item: IngestItem } {
        const from = { deviceId: DEVICE_ID, nowMs }
        if (topic === TOPIC_HELLO) {
            const hello = valid(decodeHello(data))
            const reports = [{ channel: HELLO_LOG, sequence: helloSequence(hello.uptimeMs) }]
            return { bootId: hello.bootId, reports, item: { ...from, kind: "hello", hello } }
        }
        if (topic === TOPIC_PAGE) {
            const page = valid(decodePage(data))
            for (const { channel } of page.channels)
                this.said.push(saidOf(channel, page.firstSlot, page.span, 300))
            const reports = [{ channel: PAGE_LOG, sequence: page.sequence }]
            return { bootId: page.bootId, reports, item: { ...from, kind: "page", page } }
        }
        const report = valid(decodeReport(data))
        const { channel, sequence, span, slotSeconds } = report
        this.said.push(saidOf(channel, sequence, span, slotSeconds))
        const reports = [{ channel, sequence }]
        return { bootId: report.bootId, reports, item: { ...from, kind: "report", report } }
    }
}

function saidOf(channel: number, first: number, span: number, slotSeconds: number): Said {
    return { channel, first, end: first + span, slotSeconds }
}

/** Slot numbers of a channel from 0 to `end` of which nothing was said. */
export function unsaid(said: Said[], channel: number, end: number): number {
    const known = said.filter(each => each.channel === channel).sort((a, b) => a.first - b.first)
    let missing = 0
    let at = 0
    for (const { first, end: next } of known) {
        missing += Math.max(0, first - at)
        at = Math.max(at, next)
    }
    return missing + Math.max(0, end - at)
}

/** Whole slots in a time. */
export function slotsIn(ms: number): number {
    return Math.floor(ms / SLOT_MS)
}

function valid<T>(decoded: T | string): T {
    if (typeof decoded === "string") throw new Error(decoded)
    return decoded
}
