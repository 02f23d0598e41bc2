import type { Database } from "better-sqlite3"
import { isClampKind } from "../../src/wire/channels.js"
import type { DeviceEvent } from "../../src/wire/event.js"
import { ENERGY_UNIT_WH, type MainsSlot } from "../../src/wire/mains-slots.js"
import { KIND_CHANGE } from "./kind-change.js"
import { MainsBatch, prepareMains } from "./mains-batch.js"
import { isPoor, preparePoorSpans } from "./poor-spans.js"
import { Sequences } from "./sequences.js"
import { prepareSlots, SLOT_S, SlotBatch } from "./slot-batch.js"
import { type EventPlace, prepareEvents, storeEvent } from "./sqlite-events.js"
import { prepareWaveforms } from "./sqlite-waveforms.js"
import type { StoredEvent } from "./store.js"
import { prepareSums, SumBatch } from "./sum-batch.js"

export interface Boot {
    id: number
    /** Unix ms at uptime 0; null until a hello of this boot. */
    uptimeBaseMs: number | null
}

export interface ChannelRow {
    id: number
    kind: number
    totalCount: number
    /** Energy delivered by a mains channel. */
    totalOut: number
    placedCount: number
    lastSlotEndMs: number | null
    lastPulseMs: number | null
    lastIntervalMs: number | null
    quality: number | null
    rejected: number | null
    lateTicks: number | null
}

interface BootCounts {
    count: number
    out: number
}

export function prepareIngest(db: Database) {
    return {
        slots: prepareSlots(db),
        mains: prepareMains(db),
        sums: prepareSums(db),
        poorSpans: preparePoorSpans(db),
        events: prepareEvents(db),
        waveforms: prepareWaveforms(db),
        sequences: new Sequences(db),
        setBoard: db.prepare("UPDATE devices SET board = ? WHERE id = ?"),
        boot: db.prepare<[string, number], Boot>(
            `SELECT id, uptime_base_ms AS uptimeBaseMs FROM boots
             WHERE device_id = ? AND boot_id = ?`
        ),
        addBoot: db.prepare<[string, number], Boot>(
            `INSERT INTO boots (device_id, boot_id) VALUES (?, ?)
             RETURNING id, uptime_base_ms AS uptimeBaseMs`
        ),
        setUptimeBase: db.prepare("UPDATE boots SET uptime_base_ms = ? WHERE id = ?"),
        channel: db.prepare<[string, number], ChannelRow>(
            `SELECT id, kind, total_count AS totalCount, total_out AS totalOut,
                 placed_count AS placedCount,
                 last_slot_end_ms AS lastSlotEndMs, last_pulse_ms AS lastPulseMs,
                 last_interval_ms AS lastIntervalMs, quality, rejected, late_ticks AS lateTicks
             FROM channels WHERE device_id = ? AND number = ?`
        ),
        announceChannel: db.prepare(
            `INSERT INTO channels (device_id, number, kind, name, per_pulse)
             VALUES (@deviceId, @number, @kind, @name, iif(@isMains, ${ENERGY_UNIT_WH}, 1))
             ON CONFLICT (device_id, number) DO UPDATE SET ${KIND_CHANGE}`
        ),
        saveChannel: db.prepare(
            `UPDATE channels SET total_count = @totalCount, total_out = @totalOut,
                 placed_count = @placedCount,
                 last_slot_end_ms = @lastSlotEndMs, last_pulse_ms = @lastPulseMs,
                 last_interval_ms = @lastIntervalMs, quality = @quality, rejected = @rejected,
                 late_ticks = @lateTicks
             WHERE id = @id`
        ),
        counts: db.prepare<[number, number], BootCounts>(
            `SELECT count_since_boot AS count, out_since_boot AS out FROM boot_counts
             WHERE boot = ? AND channel = ?`
        ),
        saveCounts: db.prepare<[number, number, number, number]>(
            `INSERT INTO boot_counts (boot, channel, count_since_boot, out_since_boot)
             VALUES (?, ?, ?, ?)
             ON CONFLICT (boot, channel) DO UPDATE SET
                 count_since_boot = excluded.count_since_boot,
                 out_since_boot = excluded.out_since_boot`
        ),
    }
}

/** The state of one ingest transaction: rows read once, changed in memory, written by `flush`. */
export class IngestBatch {
    private readonly boots = new Map<string, Boot>()
    private readonly channels = new Map<string, ChannelRow>()
    private readonly devicesWithEvents = new Set<string>()
    private readonly sums: SumBatch
    private readonly slots: SlotBatch
    private readonly mains: MainsBatch

    constructor(readonly statements: ReturnType<typeof prepareIngest>) {
        this.sums = new SumBatch(statements.sums)
        this.slots = new SlotBatch(statements.slots, this.sums)
        this.mains = new MainsBatch(statements.mains, this.sums)
    }

    setBoard(deviceId: string, board: string): void {
        this.statements.setBoard.run(board, deviceId)
    }

    boot(deviceId: string, bootId: number): Boot {
        const key = `${deviceId} ${bootId}`
        const { boot, addBoot } = this.statements
        const found =
            this.boots.get(key) ?? boot.get(deviceId, bootId) ?? addBoot.get(deviceId, bootId)
        if (!found) throw new Error("a new boot did not come back from the database")
        this.boots.set(key, found)
        return found
    }

    setUptimeBase(boot: Boot, uptimeBaseMs: number): void {
        boot.uptimeBaseMs = uptimeBaseMs
        this.statements.setUptimeBase.run(uptimeBaseMs, boot.id)
    }

    /** What a channel's history counts stays so: a device that lost its settings has built-in kinds. */
    announceChannel(deviceId: string, number: number, kind: number, name: string): void {
        const isMains = isClampKind(kind) ? 1 : 0
        const known = this.channel(deviceId, number)
        if (known) {
            const isSameClass = isClampKind(known.kind) === isClampKind(kind)
            if (known.lastSlotEndMs !== null && !isSameClass) return
            known.kind = kind
        }
        this.statements.announceChannel.run({ deviceId, number, kind, name, isMains })
    }

    /** The row that `flush` writes back; undefined for a channel that was never announced. */
    channel(deviceId: string, number: number): ChannelRow | undefined {
        const key = `${deviceId} ${number}`
        const found = this.channels.get(key) ?? this.statements.channel.get(deviceId, number)
        if (found) this.channels.set(key, found)
        return found
    }

    /** Returns false when this report is stored already. */
    addSequence(boot: Boot, channel: ChannelRow, sequence: number): boolean {
        return this.statements.sequences.add(boot.id, channel.id, sequence)
    }

    /** Reports come in any order, so only the highest count of a boot says something; `out` of mains. */
    raiseCounts(boot: Boot, channel: ChannelRow, count: number, out = 0): void {
        const { counts, saveCounts } = this.statements
        const before = counts.get(boot.id, channel.id) ?? { count: 0, out: 0 }
        const most = { count: Math.max(count, before.count), out: Math.max(out, before.out) }
        if (most.count === before.count && most.out === before.out) return
        saveCounts.run(boot.id, channel.id, most.count, most.out)
        channel.totalCount += most.count - before.count
        channel.totalOut += most.out - before.out
    }

    place(channel: ChannelRow, startS: number, seconds: number, slots: number[]): void {
        channel.placedCount +=
            seconds === SLOT_S
                ? this.slots.addFine(channel.id, startS, slots)
                : this.slots.addCoarse(channel.id, startS, seconds, slots)
    }

    placeMains(
        channel: ChannelRow,
        startS: number,
        seconds: number,
        slots: (MainsSlot | undefined)[]
    ): void {
        channel.placedCount += this.mains.add(channel.id, startS, seconds, slots)
    }

    /** Marks a stretch whose counts may be wrong. */
    markQuality(channel: ChannelRow, fromS: number, toS: number, quality: number): void {
        if (isPoor(quality)) this.statements.poorSpans.add.run(channel.id, fromS, toS, quality)
    }

    /** Returns what is stored now; undefined for a repeat. */
    addEvent(boot: Boot, place: EventPlace, event: DeviceEvent): StoredEvent | undefined {
        this.devicesWithEvents.add(place.deviceId)
        return storeEvent(this.statements.events, boot.id, place, event)
    }

    flush(): void {
        for (const deviceId of this.devicesWithEvents)
            this.statements.events.removeOld.run(deviceId)
        this.slots.flush()
        this.mains.flush()
        this.sums.flush()
        for (const channel of this.channels.values()) this.statements.saveChannel.run(channel)
    }
}
