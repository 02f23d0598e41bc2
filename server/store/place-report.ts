import type { Cell, FineRange, Stretch } from "./coverage.js"
import type { IngestBatch } from "./ingest-batch.js"
import type { ChannelRow } from "./ingest-rows.js"
import {
    cellsOf,
    countBefore,
    type NumberedSlots,
    reportNumber,
    stretchOf,
} from "./report-cells.js"
import type { PlaceOutcome } from "./slot-places.js"
import type { Timing } from "./timing.js"
import type { UnplacedReason } from "./unplaced.js"

/** The channel of a message and when it was. */
export interface Found {
    channel: ChannelRow
    timing: Timing
}

// each of these returns false when nothing of the message is new

/** Places slots of 5 s. */
export function placeFine(
    batch: IngestBatch,
    found: Found,
    slots: NumberedSlots,
    place: (range: FineRange) => PlaceOutcome
): boolean {
    const range = stretchOf(slots, found.timing.fromMs / 1000)
    const { unplaced } = found.timing
    if (unplaced !== undefined) return keep(batch, found, range, unplaced)
    return settle(batch, found, range, place(range))
}

/** Places slots of 60 or 300 s, each apart. */
export function placeCells(
    batch: IngestBatch,
    found: Found,
    slots: NumberedSlots,
    place: (cell: Cell, at: number) => PlaceOutcome
): boolean {
    const startS = found.timing.fromMs / 1000
    const { unplaced } = found.timing
    if (unplaced !== undefined) return keep(batch, found, stretchOf(slots, startS), unplaced)
    let isNew = false
    cellsOf(slots, startS).forEach((cell, at) => {
        if (settle(batch, found, cell, place(cell, at))) isNew = true
    })
    return isNew
}

/** Places a report of version 1, which is known by its sequence alone. */
export function placeReport(
    batch: IngestBatch,
    { channel, timing }: Found,
    { sequence, counts, countEnd }: { sequence: number; counts: number[]; countEnd: number },
    place: (startS: number) => void
): boolean {
    const time = { startS: timing.fromMs / 1000, endS: timing.toMs / 1000 }
    const isNew = batch.places.claimReport(timing.boot, channel, sequence, time)
    if (!isNew) return false
    if (timing.unplaced === undefined) place(time.startS)
    else {
        const first = reportNumber(sequence)
        const countFirst = countBefore(counts, countEnd)
        const range = { first, end: first + 1, countFirst, countEnd, startS: time.startS }
        keep(batch, { channel, timing }, range, timing.unplaced)
    }
    return true
}

function settle(
    batch: IngestBatch,
    found: Found,
    stretch: Stretch,
    outcome: PlaceOutcome
): boolean {
    if (outcome === "contradicts") return keep(batch, found, stretch, "count_went_back")
    return outcome === "placed"
}

function keep(
    batch: IngestBatch,
    { channel, timing }: Found,
    stretch: Stretch,
    reason: UnplacedReason
): boolean {
    const startS = reason === "not_dated" ? null : stretch.startS
    return batch.addUnplaced(timing.boot, channel, { ...stretch, startS, reason })
}
