import { PULSE_TIME_UNIT_MS, SLOT_MS } from "../wire/limits.js"
import { PulseTimes } from "../wire/pulse-times.js"
import { encodeReportBody, MISSING, QUALITY_UNKNOWN } from "../wire/report.js"

/** What one channel has counted and not yet put into a report. */
export class ChannelLog {
    countSinceBoot = 0
    /** Between the last two pulses; 0 until there were two. */
    intervalMs = 0
    /** Uptime of the last pulse; undefined until there was one. */
    lastPulseMs: number | undefined = undefined

    /** Its sensor is left out: from now on nothing is sampled. */
    isFailed = false

    private slots: number[] = []
    private readonly pulseTimes = new PulseTimes()
    private startMs = 0
    private openCount = 0
    private rejectedReported = 0
    private lateTicks = 0

    constructor(
        readonly channel: number,
        private readonly bootId: number
    ) {}

    /** `uptimeMs` of the pulse; `timeMs` the same on the slot clock. */
    addPulse(uptimeMs: number, timeMs: number, slotStartMs: number): void {
        this.countSinceBoot++
        this.openCount++
        if (this.lastPulseMs !== undefined) this.intervalMs = uptimeMs - this.lastPulseMs
        this.lastPulseMs = uptimeMs
        const startMs = this.slots.length === 0 ? slotStartMs : this.startMs
        // a flash that ended just before the report began counts in it, at its very start
        const sinceMs = Math.max(0, timeMs - startMs)
        this.pulseTimes.add(Math.floor(sinceMs / PULSE_TIME_UNIT_MS))
    }

    addLateTick(): void {
        this.lateTicks++
    }

    /** Closes the open slot; one in which nothing was sampled is missing, not zero. */
    closeSlot(slotStartMs: number, wasSampled: boolean): void {
        if (this.slots.length === 0) this.startMs = slotStartMs
        const isKnown = (wasSampled && !this.isFailed) || this.openCount > 0
        this.slots.push(isKnown ? this.openCount : MISSING)
        this.openCount = 0
    }

    isEmpty(): boolean {
        return this.slots.length === 0
    }

    /**
     * Encodes the closed slots, with sequence 0 until the outbox gives one, and starts over. To be
     * called with no slot open: the open slot's pulse times would go with the closed ones.
     */
    takeReport(isUptime: boolean, rejected: number): Buffer {
        const body = {
            channel: this.channel,
            bootId: this.bootId,
            sequence: 0,
            startMs: this.startMs,
            isUptime,
            slotSeconds: SLOT_MS / 1000,
            slots: this.slots,
            countSinceBoot: this.countSinceBoot,
            rejected: rejected - this.rejectedReported,
            quality: QUALITY_UNKNOWN,
            lateTicks: this.lateTicks,
        }
        const report = encodeReportBody(body, this.pulseTimes.encoded())
        this.pulseTimes.clear()
        this.slots = []
        this.rejectedReported = rejected
        this.lateTicks = 0
        return report
    }
}
