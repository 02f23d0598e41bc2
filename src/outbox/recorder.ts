import type { Ack } from "../wire/ack.js"
import { encodeEvent } from "../wire/event.js"
import { SLOT_MS, SLOTS_PER_REPORT } from "../wire/limits.js"
import type { LiveChannel } from "../wire/live.js"
import { OUTBOX_BYTES } from "../wire/settings-heap.js"
import { ChannelLog } from "./channel-log.js"
import { Outbox } from "./outbox.js"
import { SlotClock } from "./slot-clock.js"
import type { SlotLog } from "./slot-log.js"

/**
 * All that a device knows of its pulses: counts them into slots, slots into reports, and keeps these
 * until the server has them. Knows no pin and no link; every time is the device's uptime in ms.
 */
export class Recorder {
    /** Uptime at which the open slot ends. A plain field, since the sampler asks at every tick. */
    slotEndMs: number
    bootId = 0
    readonly outbox = new Outbox(0)
    readonly clock: SlotClock
    private logs: SlotLog[] = []
    /** The same by channel; a channel that is off has none. */
    private byChannel: (SlotLog | undefined)[] = []
    /** Uptime at which the open slot began. */
    private slotBeganMs: number
    /** The first report after a time sync leaves after one slot, so that a watcher soon sees it. */
    private isEager = false

    constructor(uptimeMs: number) {
        this.clock = new SlotClock(uptimeMs)
        this.slotBeganMs = uptimeMs
        this.slotEndMs = this.clock.slotEndMs()
    }

    /** Closes what is open and lets go of the channels; what was counted goes out under their boot id. */
    end(uptimeMs: number): void {
        this.closeOpenSlot(uptimeMs)
        for (const log of this.logs) this.flush(log)
        this.logs = []
        this.byChannel = []
    }

    /** Begins to count, under a boot id of its own. `logs` are those of the channels that are on. */
    begin(bootId: number, logs: SlotLog[], uptimeMs: number, outboxBytes = OUTBOX_BYTES): void {
        this.slotBeganMs = uptimeMs
        this.bootId = bootId
        this.logs = logs
        this.outbox.limit(outboxBytes)
        for (const log of logs) this.byChannel[log.channel] = log
    }

    addPulse(channel: number, uptimeMs: number): void {
        // found late, it must not count in a slot that was over before it
        if (uptimeMs >= this.slotEndMs) this.endSlots(uptimeMs)
        const clock = this.clock
        const log = this.byChannel[channel] as ChannelLog
        log.addPulse(uptimeMs, clock.timeAt(uptimeMs), clock.slotStartMs)
    }

    /** A sensor that failed gives no zeros: its slots are missing. */
    fail(channel: number): void {
        const log = this.byChannel[channel]
        if (log) log.isFailed = true
    }

    /** Tells the server what befell a channel; `beganMs` is an uptime. */
    addEvent(
        code: number,
        channel: number,
        beganMs: number,
        durationMs: number,
        value: number
    ): void {
        const event = { code, channel, durationMs, value: Math.floor(value + 0.5) }
        this.outbox.add(encodeEvent({ ...this.headAt(beganMs), ...event }))
    }

    /** Boot and time of a message about what began at an uptime. */
    headAt(beganMs: number) {
        const isUptime = this.clock.offsetMs === undefined
        return { bootId: this.bootId, sequence: 0, startMs: this.clock.timeAt(beganMs), isUptime }
    }

    addLateTick(): void {
        for (const log of this.logs) log.addLateTick()
    }

    /** Closes the slots that have ended; to be called, after sampling, once `slotEndMs` has come. */
    endSlots(uptimeMs: number): void {
        // of several slots that ended at once, only the first can have been sampled
        let wasSampled = true
        for (let ended = this.clock.endedSlots(uptimeMs); ended > 0; ended--) {
            const endMs = this.clock.slotEndMs()
            this.closeSlot(endMs - this.slotBeganMs, wasSampled)
            this.slotBeganMs = endMs
            this.clock.nextSlot()
            wasSampled = false
        }
        this.slotEndMs = this.clock.slotEndMs()
        this.outbox.shrink()
    }

    /** Takes the server's acknowledgement, received at `uptimeMs`. */
    acknowledge(ack: Ack, uptimeMs: number): void {
        let lastSentMs = -1
        for (const report of ack.reports) {
            const sentMs = this.outbox.acknowledge(ack.bootId, report.channel, report.sequence)
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
            this.closeOpenSlot(uptimeMs)
            for (const log of this.logs) this.flush(log)
            this.slotBeganMs = uptimeMs
            this.isEager = true
        }
        this.clock.sync(offsetMs, halfTripMs, uptimeMs)
        this.slotEndMs = this.clock.slotEndMs()
    }

    /** Pulses since boot; of a mains channel, tenths of a mWh drawn. */
    countOf(channel: number): number {
        return this.byChannel[channel]?.countSinceBoot() || 0
    }

    intervalOf(channel: number): number {
        const log = this.byChannel[channel]
        return log instanceof ChannelLog ? log.intervalMs : 0
    }

    /** Edges seen and not counted since boot. */
    rejectedOf(channel: number): number {
        const log = this.byChannel[channel]
        return log instanceof ChannelLog ? log.source.rejected : 0
    }

    /** The pulse channels as of now. */
    liveCounts(uptimeMs: number): LiveChannel[] {
        const channels: LiveChannel[] = []
        for (const log of this.logs) {
            if (!(log instanceof ChannelLog)) continue
            const { channel, intervalMs, lastPulseMs } = log
            const sinceLastMs = lastPulseMs === undefined ? 0 : uptimeMs - lastPulseMs
            channels.push({
                channel,
                countSinceBoot: log.countSinceBoot(),
                intervalMs,
                sinceLastMs,
            })
        }
        return channels
    }

    private closeOpenSlot(uptimeMs: number): void {
        this.closeSlot(uptimeMs - this.slotBeganMs, true)
    }

    private closeSlot(slotMs: number, wasSampled: boolean): void {
        const slotStartMs = this.clock.slotStartMs
        const slot = Math.floor(slotStartMs / SLOT_MS)
        for (const log of this.logs) {
            if (log instanceof ChannelLog && log.mustSplit()) this.flush(log)
            log.closeSlot(slotStartMs, slotMs, wasSampled)
            // in turns: reports of 16 channels at once would be too much for one run of the device
            const isItsTurn = (slot + 1 + log.channel) % SLOTS_PER_REPORT === 0
            if (isItsTurn || this.isEager) this.flush(log)
        }
        this.isEager = false
    }

    private flush(log: SlotLog): void {
        if (log.isEmpty()) return
        const isUptime = this.clock.offsetMs === undefined
        this.outbox.add(log.takeReport(isUptime))
    }
}
