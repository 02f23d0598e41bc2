import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { QUALITY_UNKNOWN } from "../../src/wire/report.js"
import type { Deps } from "../deps.js"
import { type PulseRate, pulseRate } from "../pulse-rate.js"
import type { ChannelNow } from "../store/store.js"
import { channelType, errorReply, unixMs } from "./schemas.js"

/** Without a report for this long, the last power says nothing any more. */
const STALE_MS = 120_000

const channelNow = z.object({
    id: z.number(),
    deviceId: z.string(),
    name: z.string(),
    type: channelType,
    powerW: z.number().nullable().optional().describe("Electricity only; null while unknown"),
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
    lateTicks: z.number().nullable().describe("Late samples, in the newest report"),
})

const nowReply = z.object({ serverTimeMs: z.number(), channels: z.array(channelNow) })

/** What every channel does now, and its totals. */
export function nowRoutes(deps: Deps): FastifyPluginAsyncZod {
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
                const channels = deps.store.now(sinceMs)
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
        ...rateOf(channel, isStale),
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
