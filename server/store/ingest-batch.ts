import type { Database } from "better-sqlite3"
import { isClampKind } from "../../src/wire/channels.js"
import type { DeviceEvent } from "../../src/wire/event.js"
import { BootChannels, prepareBootChannels } from "./boot-channels.js"
import { CellBatch, prepareCells } from "./cell-batch.js"
import { type Boot, type ChannelRow, prepareRows } from "./ingest-rows.js"
import { MainsBatch, prepareMains } from "./mains-batch.js"
import { addPoorSpan, isPoor, preparePoorSpans } from "./poor-spans.js"
import { PulseTimeBatch, preparePulseHours } from "./pulse-hours-batch.js"
import { prepareSlots, SlotBatch } from "./slot-batch.js"
import { SlotPlaces } from "./slot-places.js"
import { type EventPlace, prepareEvents, storeEvent } from "./sqlite-events.js"
import { prepareWaveforms } from "./sqlite-waveforms.js"
import type { StoredEvent } from "./store.js"
import { prepareSums, SumBatch } from "./sum-batch.js"
import { prepareUnplaced, type UnplacedReport } from "./unplaced.js"

/** More channels of boots than this are not kept in memory between transactions. */
const MAX_KNOWN = 20_000

export function prepareIngest(db: Database) {
    return {
        ...prepareRows(db),
        bootChannels: prepareBootChannels(db),
        slots: prepareSlots(db),
        cells: prepareCells(db),
        mains: prepareMains(db),
        sums: prepareSums(db),
        unplaced: prepareUnplaced(db),
        poorSpans: preparePoorSpans(db),
        events: prepareEvents(db),
        waveforms: prepareWaveforms(db),
        pulses: preparePulseHours(db),
    }
}

/**
 * The state of ingest: rows read once, changed in memory, written by `flush` at the end of each
 * transaction. What was read stays for the next one, until `forget`.
 */
export class IngestBatch {
    readonly places: SlotPlaces
    readonly pulseTimes: PulseTimeBatch
    private readonly boots = new Map<string, Boot>()
    private readonly channels = new Map<string, ChannelRow>()
    private readonly changed = new Set<ChannelRow>()
    private readonly devicesWithEvents = new Set<string>()
    private readonly bootChannels: BootChannels
    private readonly sums: SumBatch
    private readonly slots: SlotBatch
    private readonly mains: MainsBatch

    constructor(readonly statements: ReturnType<typeof prepareIngest>) {
        this.sums = new SumBatch(statements.sums)
        this.slots = new SlotBatch(statements.slots, this.sums)
        this.mains = new MainsBatch(statements.mains, this.sums)
        this.pulseTimes = new PulseTimeBatch(statements.pulses)
        this.bootChannels = new BootChannels(statements.bootChannels)
        const cells = new CellBatch(statements.cells, this.sums)
        const { slots, mains, bootChannels } = this
        this.places = new SlotPlaces({ slots, mains, cells, bootChannels })
    }

    /** Notes a hello's board and boot. */
    setBoot(deviceId: string, board: string, boot: Boot): void {
        this.statements.setBoot.run(board, boot.id, deviceId)
    }

    /** Has the device begun another boot since this one, as far as its hellos say? */
    isOver(deviceId: string, boot: Boot): boolean {
        const current = this.statements.currentBoot.get(deviceId) ?? null
        return current !== null && current !== boot.id
    }

    boot(deviceId: string, bootId: number): Boot {
        const key = `${deviceId} ${bootId}`
        const known = this.boots.get(key)
        if (known) return known
        const { boot, addBoot } = this.statements
        const found = boot.get(deviceId, bootId) ?? addBoot.get(deviceId, bootId)
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

    /** Undefined for a channel that was never announced. */
    channel(deviceId: string, number: number): ChannelRow | undefined {
        const key = `${deviceId} ${number}`
        const known = this.channels.get(key)
        if (known) return known
        const found = this.statements.channel.get(deviceId, number)
        if (found) this.channels.set(key, found)
        return found
    }

    /** Has `flush` write a row that was changed. */
    touch(channel: ChannelRow): void {
        this.changed.add(channel)
    }

    /** Reports come in any order, so only the highest count of a boot says something; `out` of mains. */
    raiseCounts(boot: Boot, channel: ChannelRow, count: number, out = 0): void {
        const known = this.bootChannels.get(boot.id, channel.id)
        if (count <= known.count && out <= known.out) return
        const most = { count: Math.max(count, known.count), out: Math.max(out, known.out) }
        channel.totalCount += most.count - known.count
        channel.totalOut += most.out - known.out
        this.bootChannels.raise(known, most.count, most.out)
        this.touch(channel)
    }

    /** Keeps why a report's slots have no place; false for a repeat. */
    addUnplaced(boot: Boot, channel: ChannelRow, report: UnplacedReport): boolean {
        const { first, end, countFirst, countEnd, startS, reason } = report
        const where = [boot.id, channel.id, first, end, countFirst, countEnd, startS] as const
        return this.statements.unplaced.add.run(...where, reason).changes > 0
    }

    /** Marks a stretch whose counts may be wrong, or of two times; `first` is its first slot's number. */
    markPlaced(
        channel: ChannelRow,
        { boot, fromMs, toMs }: { boot: Boot; fromMs: number; toMs: number },
        first: number,
        quality: number
    ): void {
        const time = { startS: fromMs / 1000, endS: toMs / 1000 }
        const { poorSpans } = this.statements
        if (isPoor(quality)) addPoorSpan(poorSpans, channel.id, time, quality)
        const shared = this.bootChannels.sharedTime(boot.id, channel.id, first, time)
        if (shared) addPoorSpan(poorSpans, channel.id, shared, 0)
    }

    /** Returns what is stored now; undefined for a repeat. */
    addEvent(boot: Boot, place: EventPlace, event: DeviceEvent): StoredEvent | undefined {
        this.devicesWithEvents.add(place.deviceId)
        return storeEvent(this.statements.events, boot.id, place, event)
    }

    flush(): void {
        for (const deviceId of this.devicesWithEvents)
            this.statements.events.removeOld.run(deviceId)
        this.devicesWithEvents.clear()
        this.bootChannels.flush()
        this.slots.flush()
        this.mains.flush()
        this.sums.flush()
        this.pulseTimes.flush()
        for (const row of this.changed) this.statements.saveChannel(row)
        this.changed.clear()
        if (this.bootChannels.size > MAX_KNOWN) this.forget()
    }

    /** Begins anew, because the database is not what it was. */
    forget(): void {
        this.boots.clear()
        this.channels.clear()
        this.changed.clear()
        this.devicesWithEvents.clear()
        this.bootChannels.forget()
        this.slots.forget()
        this.mains.forget()
        this.sums.forget()
        this.pulseTimes.forget()
    }
}
