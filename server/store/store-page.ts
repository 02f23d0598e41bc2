import { PAGE_SECONDS, type Page, type PageChannel } from "../../src/wire/page.js"
import { QUALITY_UNKNOWN } from "../../src/wire/report.js"
import type { IngestBatch } from "./ingest-batch.js"
import { type Found, placeCells } from "./place-report.js"
import { SLOT_S } from "./slot-batch.js"
import type { ChannelResult, IngestResult } from "./store.js"
import { channelOf } from "./store-report.js"
import { type Timing, timingOf } from "./timing.js"

/** Quality of a stretch in which some counts may be wrong; a page says no more. */
const POOR_PAGE_QUALITY = 0

/** Stores what was kept in flash: the counts and cells of all channels over one stretch of time. */
export function storePage(
    batch: IngestBatch,
    deviceId: string,
    page: Page,
    nowMs: number
): IngestResult {
    const timing = timingOf(batch, deviceId, page, page.span * SLOT_S, nowMs)
    if ("outcome" in timing) return timing
    const channels = page.channels.map(each => storeChannel(batch, deviceId, page, timing, each))
    return { outcome: "page", channels }
}

function storeChannel(
    batch: IngestBatch,
    deviceId: string,
    page: Page,
    timing: Timing,
    said: PageChannel
): ChannelResult {
    const isMains = said.energyOutSinceBoot !== undefined
    const channel = channelOf(batch, deviceId, said.channel, isMains)
    if ("outcome" in channel) return { outcome: "dropped", reason: channel.reason }
    const { boot, fromMs, toMs, unplaced } = timing
    const isNew = !isMains && placePage(batch, { channel, timing }, page, said)
    batch.raiseCounts(boot, channel, said.countSinceBoot, said.energyOutSinceBoot)
    if (!isNew) return { outcome: "known" }
    batch.touch(channel)
    if (unplaced === undefined) {
        const quality = said.isPoor ? POOR_PAGE_QUALITY : QUALITY_UNKNOWN
        batch.markPlaced(channel, timing, page.firstSlot, quality)
        channel.lastSlotEndMs = Math.max(toMs, channel.lastSlotEndMs ?? 0)
    }
    return { outcome: "stored", channelId: channel.id, fromMs, toMs }
}

function placePage(
    batch: IngestBatch,
    found: Found,
    { firstSlot: sequence, span, firstSpan }: Page,
    { cells: counts, countSinceBoot: countEnd }: PageChannel
): boolean {
    const numbered = { sequence, slotSeconds: PAGE_SECONDS, span, firstSpan, counts, countEnd }
    return placeCells(batch, found, numbered, cell =>
        batch.places.placeCell(found.timing.boot, found.channel, cell)
    )
}
