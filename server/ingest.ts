import type { FastifyBaseLogger } from "fastify"
import { type AckedReport, MAX_ACKED_REPORTS } from "../src/wire/ack.js"
import type { Hello } from "../src/wire/hello.js"
import type { Report } from "../src/wire/report.js"
import type { LiveHub } from "./live-hub.js"
import type { IngestItem, IngestResult, Store } from "./store/store.js"

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
    hub: LiveHub
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
        this.add(sender, { ...this.stamp(sender), kind: "report", report })
    }

    /** Stores what still waits, at once. */
    flush(): void {
        const waiting = this.waiting
        this.waiting = []
        const stored: { waiting: Waiting; result: IngestResult }[] = []
        this.store(waiting, (entry, result) => stored.push({ waiting: entry, result }))
        const acks = new Acks()
        for (const { waiting: entry, result } of stored) {
            if (result.outcome === "refused") this.logRefusal(entry, result.reason)
            else acks.add(entry)
        }
        acks.send()
        for (const { result } of stored) {
            if (result.outcome !== "stored") continue
            const { channelId, fromMs, toMs } = result
            this.deps.hub.publish({ event: "slots", data: { channelId, fromMs, toMs } })
        }
    }

    private stamp({ deviceId }: Sender): { deviceId: string; nowMs: number } {
        return { deviceId, nowMs: this.deps.clock() }
    }

    private add(sender: Sender, item: IngestItem): void {
        this.waiting.push({ sender, item })
        if (this.waiting.length === 1) setImmediate(() => this.flush())
    }

    /** One item that the store cannot take must not keep back the others of its turn. */
    private store(waiting: Waiting[], visit: (entry: Waiting, result: IngestResult) => void): void {
        if (waiting.length === 0) return
        try {
            const results = this.deps.store.ingest(waiting.map(({ item }) => item))
            results.forEach((result, at) => {
                visit(waiting[at], result)
            })
        } catch (error) {
            if (waiting.length > 1) {
                for (const entry of waiting) this.store([entry], visit)
                return
            }
            const { deviceId } = waiting[0].sender
            this.deps.log.error({ err: error, deviceId }, "a report could not be stored")
        }
    }

    private logRefusal({ sender }: Waiting, reason: string): void {
        this.deps.log.warn({ deviceId: sender.deviceId, reason }, "refused a report")
    }
}

/** Gathers acknowledgements per link and boot, in the order of arrival. */
class Acks {
    private readonly bySender = new Map<Sender, Map<number, AckedReport[]>>()

    add({ sender, item }: Waiting): void {
        const byBoot = this.bySender.get(sender) ?? new Map<number, AckedReport[]>()
        this.bySender.set(sender, byBoot)
        const bootId = item.kind === "hello" ? item.hello.bootId : item.report.bootId
        const reports = byBoot.get(bootId) ?? []
        byBoot.set(bootId, reports)
        if (item.kind === "report")
            reports.push({ channel: item.report.channel, sequence: item.report.sequence })
    }

    /** A boot that only said hello gets an empty ack. */
    send(): void {
        for (const [sender, byBoot] of this.bySender)
            for (const [bootId, reports] of byBoot)
                for (let at = 0; at === 0 || at < reports.length; at += MAX_ACKED_REPORTS)
                    sender.acknowledge(bootId, reports.slice(at, at + MAX_ACKED_REPORTS))
    }
}
