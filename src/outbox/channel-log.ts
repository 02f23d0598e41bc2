import { POOR_QUALITY, PULSE_TIME_UNIT_MS, SLOT_MS } from "../wire/limits.js"
import { PulseTimes } from "../wire/pulse-times.js"
import { encodeReportBody, MISSING } from "../wire/report.js"
import type { SlotLog } from "./slot-log.js"

/** What a pulse log asks of the detector behind it. */
export interface CountSource {
    /** Edges seen and not counted since boot. */
    rejected: number
    /** In percent, since the last call. */
    takeQuality(): number
}

/** The pulses of one channel. */
export class ChannelLog implements SlotLog {
    /** Between the last two pulses; 0 until there were two. */
    intervalMs = 0
    /** Uptime of the last pulse; undefined until there was one. */
    lastPulseMs: number | undefined = undefined
    isFailed = false
    wasSampled = false
    wasPoor = false

    private count = 0
    private slots: number[] = []
    private readonly pulseTimes = new PulseTimes()
    private startMs = 0
    private firstNumber = 0
    private openCount = 0
    private rejectedReported = 0
    /** At the end of the slot that was closed last. */
    private rejectedBefore = 0
    private lateTicks = 0
    private quality = 100
    /** Quality of the newest slot, when it may not go with those before it. */
    private nextQuality = 100

    constructor(
        readonly channel: number,
        private readonly bootId: number,
        readonly source: CountSource
    ) {}

    /** `uptimeMs` of the pulse; `timeMs` the same on the slot clock. */
    addPulse(uptimeMs: number, timeMs: number, slotStartMs: number): void {
        this.count++
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

    /**
     * Is the open slot good and the closed ones poor, or the other way round? Then these must go
     * first, since a report has one quality. `isBlind`: samples are missing that may have held a pulse.
     * `isUneven`: what was refused as too short may have been one.
     */
    mustSplit(isBlind: boolean, isUneven: boolean): boolean {
        const source = this.source
        const quality = source.takeQuality()
        const wasRefused = source.rejected > this.rejectedBefore
        this.rejectedBefore = source.rejected
        this.nextQuality = isBlind || (isUneven && wasRefused) ? 0 : quality
        return (
            this.slots.length > 0 && this.nextQuality < POOR_QUALITY !== this.quality < POOR_QUALITY
        )
    }

    closeSlot(slotStartMs: number, number: number, _slotMs: number, wasSampled: boolean): void {
        if (this.slots.length === 0) {
            this.startMs = slotStartMs
            this.firstNumber = number
            this.quality = 100
        }
        if (this.nextQuality < this.quality) this.quality = this.nextQuality
        const isKnown = (wasSampled && !this.isFailed) || this.openCount > 0
        this.wasSampled = isKnown
        this.wasPoor = this.nextQuality < POOR_QUALITY
        this.slots.push(isKnown ? this.openCount : MISSING)
        this.openCount = 0
    }

    countSinceBoot(): number {
        return this.count
    }

    energyOutSinceBoot(): number | undefined {
        return undefined
    }

    takeReport(isUptime: boolean): Buffer | undefined {
        if (this.slots.length === 0) return undefined
        const rejected = this.source.rejected
        const body = {
            channel: this.channel,
            bootId: this.bootId,
            sequence: this.firstNumber,
            startMs: this.startMs,
            isUptime,
            slotSeconds: SLOT_MS / 1000,
            slots: this.slots,
            countSinceBoot: this.count - this.openCount,
            rejected: rejected - this.rejectedReported,
            quality: this.quality,
            lateTicks: this.lateTicks,
        }
        // an open slot's pulse times lie among the closed ones'; then neither are told
        const isOpen = this.openCount > 0
        const report = encodeReportBody(body, isOpen ? undefined : this.pulseTimes.encoded())
        this.pulseTimes.clear(isOpen)
        this.slots = []
        this.rejectedReported = rejected
        this.lateTicks = 0
        return report
    }
}
