import { setTimeout as pause } from "node:timers/promises"
import { type ClientLink, connectLink } from "../../sim/link-client.js"
import { decodeAck } from "../../src/wire/ack.js"
import { encodeHello } from "../../src/wire/hello.js"
import { SLOTS_VERSION } from "../../src/wire/limits.js"
import { encodeReport, type Report } from "../../src/wire/report.js"

/** As the runtime of a device does. */
const RETRY_MS = 512
const IN_FLIGHT = 4
const SLOTS = 10
const REPORT_MS = SLOTS * 5000

/** A device as light as can be: it keeps every report until it is acknowledged, whatever the server does. */
export class StormDevice {
    readonly name: string
    pulses = 0
    /** Tries at a link that came to nothing. */
    failedTries = 0
    private readonly waiting: Report[] = []
    private reports = 0
    private link: ClientLink | undefined

    constructor(
        readonly id: string,
        readonly key: Buffer,
        private readonly startMs: number
    ) {
        this.name = `Storm ${id}`
    }

    /** Counts on without a link. */
    addReports(count: number): void {
        for (let i = 0; i < count; i++) {
            const number = this.reports++
            const slots = Array.from({ length: SLOTS }, (_, at) => (number + at) % 7)
            this.pulses += slots.reduce((sum, pulses) => sum + pulses, 0)
            this.waiting.push({
                channel: 0,
                bootId: 1,
                version: SLOTS_VERSION,
                sequence: number * SLOTS,
                startMs: this.startMs + number * REPORT_MS,
                isUptime: false,
                slotSeconds: 5,
                span: SLOTS,
                firstSpan: 1,
                slots,
                countSinceBoot: this.pulses,
                rejected: 0,
                quality: 90,
                lateTicks: 0,
                pulseTimes: undefined,
            })
        }
    }

    /** Gets a link and delivers all that waits, over again until it has; the link stays. */
    async deliver(url: string): Promise<void> {
        for (;;) {
            try {
                this.link = await connectLink({ url, deviceId: this.id, key: this.key })
                await this.deliverOver(this.link)
                return
            } catch {
                this.failedTries++
                this.link?.close()
                await pause(RETRY_MS)
            }
        }
    }

    close(): void {
        this.link?.close()
    }

    private async deliverOver(link: ClientLink): Promise<void> {
        link.send("h", encodeHello({ bootId: 1, uptimeMs: 0, board: "storm", kinds: [0] }))
        await this.takeAck(link)
        let sent = 0
        while (this.waiting.length > 0) {
            for (; sent < Math.min(IN_FLIGHT, this.waiting.length); sent++)
                link.send("r", encodeReport(this.waiting[sent]))
            sent -= await this.takeAck(link)
        }
    }

    /** Returns how many reports it was for. */
    private async takeAck(link: ClientLink): Promise<number> {
        const ack = decodeAck((await link.receive()).data)
        if (typeof ack === "string") throw new Error(ack)
        for (const { channel, sequence } of ack.reports) {
            const at = this.waiting.findIndex(
                report => report.channel === channel && report.sequence === sequence
            )
            if (at >= 0) this.waiting.splice(at, 1)
        }
        return ack.reports.length
    }
}
