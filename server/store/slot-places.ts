import type { MainsSlot } from "../../src/wire/mains-slots.js"
import { MISSING } from "../../src/wire/report.js"
import type { BootChannel, BootChannels, TimeS } from "./boot-channels.js"
import type { CellBatch } from "./cell-batch.js"
import {
    addCell,
    agrees,
    type Cell,
    covers,
    cutCells,
    type FineRange,
    gapsIn,
    overlaps,
} from "./coverage.js"
import type { Boot, ChannelRow } from "./ingest-rows.js"
import type { MainsBatch } from "./mains-batch.js"
import { reportNumber } from "./report-cells.js"
import { SLOT_S, type SlotBatch } from "./slot-batch.js"

/** `known`: all of it is stored already; `contradicts`: its counts and stored ones cannot both be true. */
export type PlaceOutcome = "placed" | "known" | "contradicts"

interface Parts {
    slots: SlotBatch
    mains: MainsBatch
    cells: CellBatch
    bootChannels: BootChannels
}

/** Puts slots where they belong, each number of a boot once. */
export class SlotPlaces {
    constructor(private readonly parts: Parts) {}

    /** Places slots of 5 s; `range` says their numbers and counts. */
    placeFine(boot: Boot, channel: ChannelRow, range: FineRange, counts: number[]): PlaceOutcome {
        const { slots } = this.parts
        return this.placeRange(boot, channel, range, counts, (startS, from, end) =>
            slots.add(channel.id, startS, counts, from, end)
        )
    }

    placeMains(
        boot: Boot,
        channel: ChannelRow,
        range: FineRange,
        slots: (MainsSlot | undefined)[]
    ): PlaceOutcome {
        const energies = slots.map(slot => (slot ? slot.energyIn : MISSING))
        return this.placeRange(boot, channel, range, energies, (startS, from, end) =>
            this.parts.mains.add(channel.id, startS, SLOT_S, slots.slice(from, end))
        )
    }

    /** Places a longer mains slot whole: its parts are not known, so over a stored one it is left out. */
    placeMainsCell(
        boot: Boot,
        channel: ChannelRow,
        cell: Cell,
        slot: MainsSlot | undefined
    ): PlaceOutcome {
        const { bootChannels, mains } = this.parts
        const state = bootChannels.get(boot.id, channel.id)
        const seconds = (cell.end - cell.first) * SLOT_S
        const range = { ...cell, endS: cell.startS + seconds }
        if (!bootChannels.append(state, range)) {
            const around = bootChannels.around(state, range)
            if (around.some(known => overlaps(known, range))) return "known"
            if (!around.every(known => agrees(range, known))) return "contradicts"
            bootChannels.add(state, range, around)
        }
        const placed = mains.add(channel.id, cell.startS, seconds, [slot])
        this.addPlaced(state, channel, placed)
        return "placed"
    }

    /** Places a slot of 60 or 300 s as far as nothing finer is known. */
    placeCell(boot: Boot, channel: ChannelRow, cell: Cell): PlaceOutcome {
        const { bootChannels, cells } = this.parts
        const state = bootChannels.get(boot.id, channel.id)
        const fine = bootChannels.around(state, cell)
        if (fine.some(known => covers(known, cell))) return "known"
        const around = cells.around(boot.id, channel.id, cell)
        if (cell.countFirst < 0 || ![...fine, ...around].every(known => agrees(cell, known)))
            return "contradicts"
        const change = addCell(cell, fine, around)
        if (change.added.length === 0) return "known"
        this.addPlaced(state, channel, cells.apply(boot.id, channel.id, change))
        bootChannels.raiseTop(state, cell.end)
        return "placed"
    }

    /** Notes a report of version 1 by its sequence alone; false for a repeat. */
    claimReport(boot: Boot, channel: ChannelRow, sequence: number, time: TimeS): boolean {
        const { bootChannels } = this.parts
        const first = reportNumber(sequence)
        const range = { first, end: first + 1, countFirst: 0, countEnd: 0, ...time }
        const state = bootChannels.get(boot.id, channel.id)
        if (bootChannels.append(state, range)) return true
        const around = bootChannels.around(state, range)
        if (around.some(known => covers(known, range))) return false
        bootChannels.add(state, range, around)
        return true
    }

    /** Places the slots of a report of version 1. */
    placeUnnumbered(
        boot: Boot,
        channel: ChannelRow,
        startS: number,
        seconds: number,
        counts: number[]
    ): void {
        const { slots, cells, bootChannels } = this.parts
        const placed =
            seconds === SLOT_S
                ? slots.add(channel.id, startS, counts, 0, counts.length)
                : cells.addUnnumbered(channel.id, startS, seconds, counts)
        this.addPlaced(bootChannels.get(boot.id, channel.id), channel, placed)
    }

    placeUnnumberedMains(
        boot: Boot,
        channel: ChannelRow,
        startS: number,
        seconds: number,
        slots: (MainsSlot | undefined)[]
    ): void {
        const placed = this.parts.mains.add(channel.id, startS, seconds, slots)
        this.addPlaced(this.parts.bootChannels.get(boot.id, channel.id), channel, placed)
    }

    /** `place` takes the slots from one index up to another, the first at a time, and returns their count. */
    private placeRange(
        boot: Boot,
        channel: ChannelRow,
        range: FineRange,
        counts: number[],
        place: (startS: number, from: number, end: number) => number
    ): PlaceOutcome {
        const { bootChannels, cells } = this.parts
        const state = bootChannels.get(boot.id, channel.id)
        if (bootChannels.append(state, range)) {
            this.addPlaced(state, channel, place(range.startS, 0, counts.length))
            return "placed"
        }
        const fine = bootChannels.around(state, range)
        if (fine.some(known => covers(known, range))) return "known"
        const around = cells.around(boot.id, channel.id, range)
        const countAt = countsFrom(range, counts)
        if (
            range.countFirst < 0 ||
            ![...fine, ...around].every(known => agrees(range, known, countAt))
        )
            return "contradicts"
        let placed = cells.apply(boot.id, channel.id, cutCells(range, around))
        for (const gap of gapsIn(range, fine))
            placed += place(gap.startS, gap.first - range.first, gap.end - range.first)
        bootChannels.add(state, range, fine)
        this.addPlaced(state, channel, placed)
        return "placed"
    }

    private addPlaced(state: BootChannel, channel: ChannelRow, placed: number): void {
        this.parts.bootChannels.addPlaced(state, placed)
        channel.placedCount += placed
    }
}

/** The count since boot at each number of a range. */
function countsFrom(range: FineRange, counts: number[]): (number: number) => number {
    return number => {
        let count = range.countFirst
        for (let at = range.first; at < number; at++)
            if (counts[at - range.first] !== MISSING) count += counts[at - range.first]
        return count
    }
}
