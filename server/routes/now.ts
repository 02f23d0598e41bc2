import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { isClampKind } from "../../src/wire/channels.js"
import { ENERGY_UNIT_WH } from "../../src/wire/mains-slots.js"
import { QUALITY_UNKNOWN } from "../../src/wire/report.js"
import { requireHolder } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { type Quantity, quantityOf } from "../mains-quantities.js"
import { type PulseRate, pulseRate } from "../pulse-rate.js"
import { sumsOf } from "../store/mains-sums.js"
import type { ChannelNow } from "../store/store.js"
import { channelType, direction, errorReply, unixMs } from "./schemas.js"

/** Without a report for this long, the last power says nothing any more. */
const STALE_MS = 120_000

const measured = z.number().nullable()
const mainsNow = z
    .object({
        voltageV: measured,
        currentA: measured,
        reactiveVar: measured,
        apparentVa: measured,
        powerFactor: measured.describe("null without current or without measured voltage"),
        frequencyHz: measured,
        angleDeg: measured.describe("Current behind voltage is positive"),
        sharePercent: measured.describe("Share of the time in which the circuit is really sampled"),
        isApparent: z.boolean().describe("Voltage is set, not measured: powerW is apparent power"),
    })
    .nullable()

const channelNow = z.object({
    id: z.number(),
    deviceId: z.string(),
    name: z.string(),
    type: channelType,
    direction,
    powerW: z
        .number()
        .nullable()
        .optional()
        .describe("Electricity only; null while unknown, negative when delivered"),
    flowLPerMin: z.number().nullable().optional().describe("Gas and water only"),
    totalCount: z.number().describe("Pulses since install"),
    unplacedCount: z.number().describe("Pulses that are counted, but in no slot"),
    sinceCount: z.number().describe("Pulses in slots since sinceMs"),
    total: z.number().describe("Wh or litres since install"),
    since: z.number().describe("Wh or litres since sinceMs"),
    lastSlotEndMs: z.number().nullable(),
    isStale: z.boolean(),
    quality: z.number().nullable().describe("Signal quality in percent; null if not judged"),
    rejected: z.number().nullable().describe("Edges not counted, in the newest report"),
    lateTicks: z.number().nullable().describe("Sampling ticks that came late, since install"),
    totalOut: z.number().optional().describe("Mains channels only: Wh delivered since install"),
    sinceOut: z.number().optional().describe("Mains channels only: Wh delivered since sinceMs"),
    mains: mainsNow.optional().describe("Mains channels only: the newest slot; null when stale"),
})

const nowReply = z.object({ serverTimeMs: z.number(), channels: z.array(channelNow) })

/** What every channel does now, and its totals. */
export function nowRoutes(deps: RouteDeps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/now",
            {
                schema: {
                    querystring: z.strictObject({ sinceMs: unixMs.optional() }),
                    response: { 200: nowReply, "4xx": errorReply },
                },
            },
            async request => {
                const serverTimeMs = deps.clock()
                const sinceMs = request.query.sinceMs ?? serverTimeMs
                const mayRead = deps.access.deviceFilter(requireHolder(request))
                const channels = deps.store.now(sinceMs).filter(mayRead)
                return {
                    serverTimeMs,
                    channels: channels.map(channel => toReply(channel, serverTimeMs)),
                }
            }
        )
    }
}

function toReply(channel: ChannelNow, nowMs: number): z.infer<typeof channelNow> {
    const { perPulse, quality } = channel
    const isStale = channel.lastSlotEndMs === null || nowMs - channel.lastSlotEndMs > STALE_MS
    return {
        id: channel.id,
        deviceId: channel.deviceId,
        name: channel.name,
        type: channel.type,
        direction: channel.direction,
        ...(isClampKind(channel.kind) ? mainsOf(channel, isStale) : rateOf(channel, isStale)),
        totalCount: channel.totalCount,
        unplacedCount: channel.unplacedCount,
        sinceCount: channel.sinceCount,
        total: channel.totalCount * perPulse,
        since: channel.sinceCount * perPulse,
        lastSlotEndMs: channel.lastSlotEndMs,
        isStale,
        quality: quality === QUALITY_UNKNOWN ? null : quality,
        rejected: channel.rejected,
        lateTicks: channel.lateTicks,
    }
}

/** Silence counts up to the last report's end only: what came after it is not known yet. */
function rateOf(channel: ChannelNow, isStale: boolean): PulseRate {
    const { lastPulseMs, lastSlotEndMs, lastIntervalMs } = channel
    if (isStale || lastPulseMs === null || lastSlotEndMs === null)
        return pulseRate(channel, null, 0)
    return pulseRate(channel, lastIntervalMs, lastSlotEndMs - lastPulseMs)
}

function mainsOf(channel: ChannelNow, isStale: boolean) {
    const slot = isStale ? null : channel.mains
    const totals = {
        totalOut: channel.totalOutCount * ENERGY_UNIT_WH,
        sinceOut: channel.sinceOutCount * ENERGY_UNIT_WH,
    }
    if (!slot) return { powerW: null, ...totals, mains: null }
    const step = { ...sumsOf(slot), angleDdeg: slot.angleDdeg }
    const read = (quantity: Quantity) => quantityOf(quantity, step)
    const mains = {
        voltageV: read("voltage"),
        currentA: read("current"),
        reactiveVar: read("reactive"),
        apparentVa: read("apparent"),
        powerFactor: read("powerFactor"),
        frequencyHz: read("frequency"),
        angleDeg: read("angle"),
        sharePercent: read("share"),
        isApparent: slot.isApparent,
    }
    return { powerW: read("power"), ...totals, mains }
}
