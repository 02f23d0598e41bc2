import type { Database } from "better-sqlite3"
import { Sequences } from "./sequences.js"
import { prepareSlots, SLOT_S, SlotBatch } from "./slot-batch.js"

export interface Boot {
    id: number
    /** Unix ms at uptime 0; null until a hello of this boot. */
    uptimeBaseMs: number | null
}

export interface ChannelRow {
    id: number
    totalCount: number
    placedCount: number
    lastSlotEndMs: number | null
    lastPulseMs: number | null
    lastIntervalMs: number | null
    quality: number | null
    rejected: number | null
    lateTicks: number | null
}

export function prepareIngest(db: Database) {
    return {
        slots: prepareSlots(db),
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
            `SELECT id, total_count AS totalCount, placed_count AS placedCount,
                 last_slot_end_ms AS lastSlotEndMs, last_pulse_ms AS lastPulseMs,
                 last_interval_ms AS lastIntervalMs, quality, rejected, late_ticks AS lateTicks
             FROM channels WHERE device_id = ? AND number = ?`
        ),
        announceChannel: db.prepare(
            `INSERT INTO channels (device_id, number, kind, name) VALUES (?, ?, ?, ?)
             ON CONFLICT (device_id, number) DO UPDATE SET kind = excluded.kind`
        ),
        saveChannel: db.prepare(
            `UPDATE channels SET total_count = @totalCount, placed_count = @placedCount,
                 last_slot_end_ms = @lastSlotEndMs, last_pulse_ms = @lastPulseMs,
                 last_interval_ms = @lastIntervalMs, quality = @quality, rejected = @rejected,
                 late_ticks = @lateTicks
             WHERE id = @id`
        ),
        count: db.prepare<[number, number], { count: number }>(
            `SELECT count_since_boot AS count FROM boot_counts WHERE boot = ? AND channel = ?`
        ),
        saveCount: db.prepare(
            `INSERT INTO boot_counts (boot, channel, count_since_boot) VALUES (?, ?, ?)
             ON CONFLICT (boot, channel) DO UPDATE SET count_since_boot = excluded.count_since_boot`
        ),
    }
}

/** The state of one ingest transaction: rows read once, changed in memory, written by `flush`. */
export class IngestBatch {
    private readonly boots = new Map<string, Boot>()
    private readonly channels = new Map<string, ChannelRow>()
    private readonly slots: SlotBatch

    constructor(private readonly statements: ReturnType<typeof prepareIngest>) {
        this.slots = new SlotBatch(statements.slots)
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

    announceChannel(deviceId: string, number: number, kind: number, name: string): void {
        this.statements.announceChannel.run(deviceId, number, kind, name)
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

    /** Reports come in any order, so only the highest count of a boot says something. */
    raiseCount(boot: Boot, channel: ChannelRow, countSinceBoot: number): void {
        const before = this.statements.count.get(boot.id, channel.id)?.count ?? 0
        if (countSinceBoot <= before) return
        this.statements.saveCount.run(boot.id, channel.id, countSinceBoot)
        channel.totalCount += countSinceBoot - before
    }

    place(channel: ChannelRow, startS: number, seconds: number, slots: number[]): void {
        channel.placedCount +=
            seconds === SLOT_S
                ? this.slots.addFine(channel.id, startS, slots)
                : this.slots.addCoarse(channel.id, startS, seconds, slots)
    }

    flush(): void {
        this.slots.flush()
        for (const channel of this.channels.values()) this.statements.saveChannel.run(channel)
    }
}
