import type { Ack } from "../wire/ack.js"
import { encodeEvent } from "../wire/event.js"
import { MAX_CHANNELS, SLOT_MS, SLOTS_PER_REPORT } from "../wire/limits.js"
import type { LiveChannel } from "../wire/live.js"
import { OUTBOX_BYTES } from "../wire/settings-heap.js"
import { ChannelLog } from "./channel-log.js"
import { Journal } from "./journal.js"
import { Outbox } from "./outbox.js"
import { SlotClock } from "./slot-clock.js"
import type { SlotLog } from "./slot-log.js"

/** A sample that comes so late may have missed what of a 30 ms pulse does not bounce. */
const BLIND_MS = 15
/** For so long after a late sample, what it saw may be refused as too short. */
const UNEVEN_MS = 20
/** Reports of more channels at once would be too much for one run of the device. */
const MANY_LOGS = 8
/** What writing to flash may take, when pages of it are erased first. */
const FLASH_PAUSE_MS = 250
/** Less than half of what a contact takes, as measured; where there is none, reports may take it. */
const CHANNEL_BYTES = 500
/** A channel that had no pulse for so many times its interval may have the next one at any time. */
const IDLE_INTERVALS = 2

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
    readonly journal: Journal
    /** Of the channels that are on. */
    logs: SlotLog[] = []
    /** The same by channel; a channel that is off has none. */
    private byChannel: (SlotLog | undefined)[] = []
    /** Uptime at which the open slot began. */
    private slotBeganMs: number
    /** Of the open slot; counts on over clock steps and changes of settings. */
    private slotNumber = 0
    /** Uptime up to which a pulse may have been missed. */
    private blindUntilMs = 0
    /** Uptime up to which samples came too unevenly to tell a pulse from a bounce. */
    private unevenUntilMs = 0
    /** The first report after a time sync leaves after one slot, so that a watcher soon sees it. */
    private eagerSlots = 0
    private eagerTurns = 1

    constructor(uptimeMs: number) {
        this.clock = new SlotClock(uptimeMs)
        this.journal = new Journal(uptimeMs)
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
        this.outbox.limit(outboxBytes + (MAX_CHANNELS - logs.length) * CHANNEL_BYTES)
        for (const log of logs) this.byChannel[log.channel] = log
        this.journal.begin(bootId, logs)
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
        const startMs = Math.floor(this.clock.timeAt(beganMs))
        return { bootId: this.bootId, sequence: 0, startMs, isUptime }
    }

    /** A sampling tick that came `lateMs` late; to be told before what it saw. */
    addLateTick(lateMs: number, uptimeMs: number): void {
        if (lateMs >= BLIND_MS) this.blindUntilMs = uptimeMs
        this.unevenUntilMs = uptimeMs + UNEVEN_MS
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
        this.outbox.shrink(uptimeMs)
    }

    /** Takes the server's acknowledgement, received at `uptimeMs`. */
    acknowledge(ack: Ack, uptimeMs: number): void {
        let lastSentMs = -1
        for (const report of ack.reports) {
            const sentMs = this.outbox.acknowledge(ack.bootId, report.channel, report.sequence)
            if (sentMs !== undefined && sentMs > lastSentMs) lastSentMs = sentMs
        }
        if (ack.reports.length > 0) {
            // what waits neither in the outbox nor in a log is at the server
            const oldest = this.outbox.oldestSlot(this.slotNumber) - SLOTS_PER_REPORT
            this.journal.noteStored(uptimeMs - (this.slotNumber - oldest + 1) * SLOT_MS)
        }
        if (lastSentMs >= 0) this.sync(ack.serverTimeMs, lastSentMs, uptimeMs)
    }

    /**
     * Is this a moment just after a pulse with no other due, so that a pause for flash hides none? Also
     * when no pulse can be foreseen.
     */
    isQuiet(uptimeMs: number): boolean {
        for (const log of this.logs) {
            if (!(log instanceof ChannelLog) || log.lastPulseMs === undefined) continue
            const sinceMs = uptimeMs - log.lastPulseMs
            if (log.intervalMs === 0 || sinceMs > log.intervalMs * IDLE_INTERVALS) continue
            if (sinceMs + FLASH_PAUSE_MS > log.intervalMs) return false
        }
        return true
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
            this.eagerTurns = this.logs.length > MANY_LOGS ? 2 : 1
            this.eagerSlots = this.eagerTurns
        }
        this.clock.sync(offsetMs, halfTripMs, uptimeMs)
        this.slotEndMs = this.clock.slotEndMs()
    }

    /** Pulses since boot; of a mains channel, tenths of a mWh drawn. */
    countOf(channel: number): number {
        return this.byChannel[channel]?.countSinceBoot() || 0
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
        const eager = this.eagerSlots
        const isBlind = this.blindUntilMs > this.slotBeganMs
        const isUneven = this.unevenUntilMs > this.slotBeganMs
        for (const log of this.logs) {
            if (log instanceof ChannelLog && log.mustSplit(isBlind, isUneven)) this.flush(log)
            log.closeSlot(slotStartMs, this.slotNumber, slotMs, wasSampled)
            // in turns: reports of 16 channels at once would be too much for one run of the device
            const isItsTurn = (slot + 1 + log.channel) % SLOTS_PER_REPORT === 0
            const isEager = eager > 0 && log.channel % this.eagerTurns === eager % this.eagerTurns
            if (isItsTurn || isEager) this.flush(log)
        }
        if (eager > 0) this.eagerSlots = eager - 1
        const isUptime = this.clock.offsetMs === undefined
        if (this.logs.length > 0)
            this.journal.addSlot(slotStartMs, this.slotNumber, isUptime, this.slotBeganMs + slotMs)
        this.slotNumber++
    }

    private flush(log: SlotLog): void {
        const report = log.takeReport(this.clock.offsetMs === undefined)
        if (report) this.outbox.add(report)
    }
}
