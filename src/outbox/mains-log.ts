import { SLOT_MS } from "../wire/limits.js"
import { encodeMainsReportBody } from "../wire/mains-report.js"
import { type MainsSlot, MainsSlots } from "../wire/mains-slots.js"
import { QUALITY_UNKNOWN } from "../wire/report.js"
import type { SlotLog } from "./slot-log.js"

/** What a mains log asks of the circuit behind it. */
export interface PowerSource {
    /** Since boot, tenths of a mWh. */
    energyIn: number
    energyOut: number
    /** Ends a slot; undefined when nothing was measured in it. */
    closeSlot(slotMs: number): MainsSlot | undefined
}

/** Power and energy of one channel. */
export class MainsLog implements SlotLog {
    isFailed = false
    wasSampled = false
    wasPoor = false
    private readonly slots = new MainsSlots(SLOT_MS / 1000)
    private startMs = 0
    private firstNumber = 0
    private lateTicks = 0

    constructor(
        readonly channel: number,
        private readonly bootId: number,
        private readonly source: PowerSource
    ) {}

    addLateTick(): void {
        this.lateTicks++
    }

    closeSlot(slotStartMs: number, number: number, slotMs: number, wasSampled: boolean): void {
        if (this.slots.count === 0) {
            this.startMs = slotStartMs
            this.firstNumber = number
        }
        const slot = wasSampled && !this.isFailed ? this.source.closeSlot(slotMs) : undefined
        this.slots.add(slot)
    }

    countSinceBoot(): number {
        return this.source.energyIn
    }

    energyOutSinceBoot(): number | undefined {
        return this.source.energyOut
    }

    takeReport(isUptime: boolean): Buffer | undefined {
        if (this.slots.count === 0) return undefined
        const body = {
            channel: this.channel,
            bootId: this.bootId,
            sequence: this.firstNumber,
            startMs: this.startMs,
            isUptime,
            energyInSinceBoot: this.source.energyIn,
            energyOutSinceBoot: this.source.energyOut,
            lateTicks: this.lateTicks,
            quality: QUALITY_UNKNOWN,
        }
        const report = encodeMainsReportBody(body, this.slots)
        this.slots.clear()
        this.lateTicks = 0
        return report
    }
}
