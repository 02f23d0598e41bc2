import type { FastifyBaseLogger } from "fastify"
import { type AckedReport, MAX_ACKED_REPORTS } from "../src/wire/ack.js"
import type { DeviceEvent } from "../src/wire/event.js"
import { EVENT_LOG, HELLO_LOG, PAGE_LOG, WAVEFORM_LOG } from "../src/wire/head.js"
import { type Hello, helloSequence } from "../src/wire/hello.js"
import type { MainsReport } from "../src/wire/mains-report.js"
import type { Page } from "../src/wire/page.js"
import type { Report } from "../src/wire/report.js"
import type { WaveformPiece } from "../src/wire/waveform.js"
import { tellEvent } from "./device-events.js"
import type { LiveHub } from "./live-hub.js"
import type { IngestItem, IngestResult, Store } from "./store/store.js"
import type { StoreHealth } from "./store-health.js"

/** Where what a device said is acknowledged: one object per link. */
export interface Sender {
    deviceId: string
    /** Called after the commit, with at most MAX_ACKED_REPORTS reports of one boot. */
    acknowledge(bootId: number, reports: AckedReport[]): void
}

interface Waiting {
    sender: Sender
    item: IngestItem
}

interface IngestDeps {
    store: Store
    clock: () => number
    uptimeMs: () => number
    hub: LiveHub
    health: StoreHealth
    log: FastifyBaseLogger
}

/** Stores what arrives in one turn in one commit, then acknowledges it. */
export class Ingest {
    private waiting: Waiting[] = []

    constructor(private readonly deps: IngestDeps) {}

    addHello(sender: Sender, hello: Hello): void {
        this.add(sender, { ...this.stamp(sender), kind: "hello", hello })
    }

    addReport(sender: Sender, report: Report): void {
        // by far the most common: spreading a stamp takes longer than decoding
        const nowMs = this.deps.clock()
        this.add(sender, { deviceId: sender.deviceId, nowMs, kind: "report", report })
    }

    addMains(sender: Sender, report: MainsReport): void {
        this.add(sender, { ...this.stamp(sender), kind: "mains", report })
    }

    addPage(sender: Sender, page: Page): void {
        this.add(sender, { ...this.stamp(sender), kind: "page", page })
    }

    addEvent(sender: Sender, event: DeviceEvent): void {
        this.add(sender, { ...this.stamp(sender), kind: "event", event })
    }

    addPiece(sender: Sender, piece: WaveformPiece): void {
        this.add(sender, { ...this.stamp(sender), kind: "waveform", piece })
    }

    /** Stores what still waits, at once. */
    flush(): void {
        const waiting = this.waiting
        this.waiting = []
        const stored: { waiting: Waiting; result: IngestResult }[] = []
        this.store(waiting, (entry, result) => stored.push({ waiting: entry, result }))
        const acks = new Acks()
        for (const { waiting: entry, result } of stored) {
            for (const each of partsOf(result)) if ("reason" in each) this.logLoss(entry, each)
            if (result.outcome !== "refused") acks.add(entry)
        }
        acks.send()
        for (const { result } of stored) for (const each of partsOf(result)) this.publish(each)
    }

    private publish(result: IngestResult): void {
        const { hub } = this.deps
        if (result.outcome === "happened")
            hub.publish({ event: "event", data: tellEvent(result.event) })
        if (result.outcome !== "stored") return
        const { channelId, fromMs, toMs } = result
        hub.publish({ event: "slots", data: { channelId, fromMs, toMs } })
    }

    private stamp({ deviceId }: Sender): { deviceId: string; nowMs: number } {
        return { deviceId, nowMs: this.deps.clock() }
    }

    private add(sender: Sender, item: IngestItem): void {
        this.waiting.push({ sender, item })
        if (this.waiting.length === 1) setImmediate(() => this.flush())
    }

    /**
     * One item that the store cannot take must not keep back the others of its turn. When it can take
     * none, they are let go: whatever is not acknowledged comes again.
     */
    private store(waiting: Waiting[], visit: (entry: Waiting, result: IngestResult) => void): void {
        if (waiting.length === 0) return
        const { store, health, uptimeMs } = this.deps
        const startMs = uptimeMs()
        try {
            const results = store.ingest(waiting.map(({ item }) => item))
            health.committed(uptimeMs() - startMs, store.logBytes())
            results.forEach((result, at) => {
                visit(waiting[at], result)
            })
        } catch (error) {
            if (health.failed(error)) return
            if (waiting.length > 1) {
                for (const entry of waiting) this.store([entry], visit)
                return
            }
            const { deviceId } = waiting[0].sender
            this.deps.log.error({ err: error, deviceId }, "a report could not be stored")
        }
    }

    private logLoss({ sender }: Waiting, result: { outcome: string; reason: string }): void {
        const { outcome, reason } = result
        this.deps.log.warn({ deviceId: sender.deviceId, reason }, `${outcome} a report`)
    }
}

/** A page has a result for each channel. */
function partsOf(result: IngestResult): IngestResult[] {
    return result.outcome === "page" ? result.channels : [result]
}

/** Gathers acknowledgements per link and boot, in the order of arrival. */
class Acks {
    private readonly bySender = new Map<Sender, Map<number, AckedReport[]>>()

    add({ sender, item }: Waiting): void {
        const byBoot = this.bySender.get(sender) ?? new Map<number, AckedReport[]>()
        this.bySender.set(sender, byBoot)
        const { bootId, report } = acknowledgementOf(item)
        const reports = byBoot.get(bootId) ?? []
        byBoot.set(bootId, reports)
        reports.push(report)
    }

    send(): void {
        for (const [sender, byBoot] of this.bySender)
            for (const [bootId, reports] of byBoot)
                for (let at = 0; at < reports.length; at += MAX_ACKED_REPORTS)
                    sender.acknowledge(bootId, reports.slice(at, at + MAX_ACKED_REPORTS))
    }
}

/** What a device waits for. */
function acknowledgementOf(item: IngestItem): { bootId: number; report: AckedReport } {
    switch (item.kind) {
        case "hello":
            return {
                bootId: item.hello.bootId,
                report: { channel: HELLO_LOG, sequence: helloSequence(item.hello.uptimeMs) },
            }
        case "report":
        case "mains": {
            const { bootId, channel, sequence } = item.report
            return { bootId, report: { channel, sequence } }
        }
        case "page": {
            const { bootId, sequence } = item.page
            return { bootId, report: { channel: PAGE_LOG, sequence } }
        }
        case "event": {
            const { bootId, sequence } = item.event
            return { bootId, report: { channel: EVENT_LOG, sequence } }
        }
        case "waveform": {
            const { bootId, sequence } = item.piece
            return { bootId, report: { channel: WAVEFORM_LOG, sequence } }
        }
    }
}
