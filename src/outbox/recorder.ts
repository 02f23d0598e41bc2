import type { Ack } from "../wire/ack.js"
import { SLOT_MS, SLOTS_PER_REPORT } from "../wire/limits.js"
import type { Live } from "../wire/live.js"
import { ChannelLog } from "./channel-log.js"
import { Outbox } from "./outbox.js"
import { SlotClock } from "./slot-clock.js"

/** Heap that waiting reports may take, of the runtime's 64 kB. */
const OUTBOX_BYTES = 14000

/**
 * All that a device knows of its pulses: counts them into slots, slots into reports, and keeps these
 * until the server has them. Knows no pin and no link; every time is the device's uptime in ms.
 */
export class Recorder {
    /** Uptime at which the open slot ends. A plain field, since the sampler asks at every tick. */
    slotEndMs: number
    readonly outbox = new Outbox(OUTBOX_BYTES)
    readonly clock: SlotClock
    private readonly logs: ChannelLog[] = []
    /** The first report after a time sync leaves after one slot, so that a watcher soon sees it. */
    private isEager = false

    /** `rejectedOf(channel)`: edges that the channel's sensor refused since boot. */
    constructor(
        readonly bootId: number,
        channelCount: number,
        uptimeMs: number,
        private readonly rejectedOf: (channel: number) => number
    ) {
        this.clock = new SlotClock(uptimeMs)
        this.slotEndMs = this.clock.slotEndMs()
        for (let i = 0; i < channelCount; i++) this.logs.push(new ChannelLog(i, bootId))
    }

    addPulse(channel: number, uptimeMs: number): void {
        // found late, it must not count in a slot that was over before it
        if (uptimeMs >= this.slotEndMs) this.endSlots(uptimeMs)
        const clock = this.clock
        this.logs[channel].addPulse(uptimeMs, clock.timeAt(uptimeMs), clock.slotStartMs)
    }

    /** A sensor that failed gives no zeros: its slots are missing. */
    fail(channel: number): void {
        this.logs[channel].isFailed = true
    }

    addLateTick(): void {
        for (const log of this.logs) log.addLateTick()
    }

    /** Closes the slots that have ended; to be called, after sampling, once `slotEndMs` has come. */
    endSlots(uptimeMs: number): void {
        // of several slots that ended at once, only the first can have been sampled
        let wasSampled = true
        for (let ended = this.clock.endedSlots(uptimeMs); ended > 0; ended--) {
            this.closeSlot(wasSampled)
            this.clock.nextSlot()
            wasSampled = false
        }
        this.slotEndMs = this.clock.slotEndMs()
        this.outbox.shrink()
    }

    /** Takes the server's acknowledgement, received at `uptimeMs`. */
    acknowledge(ack: Ack, uptimeMs: number): void {
        if (ack.bootId !== this.bootId) return
        let lastSentMs = -1
        for (const report of ack.reports) {
            const sentMs = this.outbox.acknowledge(report.channel, report.sequence)
            if (sentMs !== undefined && sentMs > lastSentMs) lastSentMs = sentMs
        }
        if (lastSentMs >= 0) this.sync(ack.serverTimeMs, lastSentMs, uptimeMs)
    }

    /** Sets the clock by the server's time, which came at `uptimeMs` as answer to what left at `sentMs`. */
    sync(serverTimeMs: number, sentMs: number, uptimeMs: number): void {
        // in the middle of the round trip at best, at either end of it at worst
        const halfTripMs = Math.floor((uptimeMs - sentMs) / 2)
        const offsetMs = serverTimeMs + halfTripMs - uptimeMs
        if (this.clock.isStep(offsetMs, halfTripMs)) {
            this.closeSlot(true)
            for (const log of this.logs) this.flush(log)
            this.isEager = true
        }
        this.clock.sync(offsetMs, halfTripMs, uptimeMs)
        this.slotEndMs = this.clock.slotEndMs()
    }

    countOf(channel: number): number {
        return this.logs[channel].countSinceBoot
    }

    intervalOf(channel: number): number {
        return this.logs[channel].intervalMs
    }

    live(uptimeMs: number): Live {
        const channels = this.logs.map(log => ({
            channel: log.channel,
            countSinceBoot: log.countSinceBoot,
            intervalMs: log.intervalMs,
            sinceLastMs: log.lastPulseMs === undefined ? 0 : uptimeMs - log.lastPulseMs,
        }))
        return { bootId: this.bootId, uptimeMs, channels }
    }

    private closeSlot(wasSampled: boolean): void {
        const slot = Math.floor(this.clock.slotStartMs / SLOT_MS)
        for (const log of this.logs) {
            log.closeSlot(this.clock.slotStartMs, wasSampled)
            // in turns: reports of 16 channels at once would be too much for one run of the device
            const isItsTurn = (slot + 1 + log.channel) % SLOTS_PER_REPORT === 0
            if (isItsTurn || this.isEager) this.flush(log)
        }
        this.isEager = false
    }

    private flush(log: ChannelLog): void {
        if (log.isEmpty()) return
        const isUptime = this.clock.offsetMs === undefined
        this.outbox.add(log.takeReport(isUptime, this.rejectedOf(log.channel)))
    }
}
