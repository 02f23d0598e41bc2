import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import { countPoints, finestResolution, MAX_ANSWER_POINTS, RESOLUTIONS } from "../resolution.js"
import { type ChannelType, RESOLUTION_SECONDS, type Resolution } from "../store/store.js"
import { convertCount, UNITS, type Unit, unitsOf } from "../units.js"
import { noChannel } from "./channels.js"
import { errorReply, idParam, unixMs, wholeNumber } from "./schemas.js"

const DEFAULT_POINTS = 500
const MAX_POINTS = 5000

const range = z.strictObject({
    fromMs: unixMs,
    toMs: unixMs,
    resolution: z.enum(RESOLUTIONS, `must be one of ${RESOLUTIONS.join(", ")}`).optional(),
    points: wholeNumber(1, MAX_POINTS)
        .optional()
        .describe(
            `Width of the chart in pixels, ${DEFAULT_POINTS} by default: chooses the finest resolution with at most twice as many steps`
        ),
    unit: z.enum(UNITS, `must be one of ${UNITS.join(", ")}`).optional(),
})

const seriesReply = z.object({
    channelId: z.number(),
    unit: z.enum(UNITS),
    resolution: z.enum(RESOLUTIONS),
    resolutionMs: z.number(),
    startMs: z.array(z.number()).describe("Start of each step, Unix ms"),
    values: z.array(z.number().nullable()).describe("null where nothing was measured"),
})

/** A channel over time, one array of times and one of values. */
export function seriesRoutes({ store }: Deps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/channels/:id/series",
            {
                schema: {
                    params: idParam,
                    querystring: range,
                    response: { 200: seriesReply, "4xx": errorReply },
                },
            },
            async request => {
                const channel = store.channel(request.params.id)
                if (!channel) throw noChannel(request.params.id)
                const { fromMs, toMs } = request.query
                const resolution = chooseResolution(request.query)
                const unit = chooseUnit(channel.type, request.query.unit)
                const series = store.series(channel.id, fromMs, toMs, resolution)
                const values = series.counts.map((count, at) =>
                    count === null
                        ? null
                        : convertCount(unit, count, series.coveredS[at], channel.perPulse)
                )
                return {
                    channelId: channel.id,
                    unit,
                    resolution,
                    resolutionMs: RESOLUTION_SECONDS[resolution] * 1000,
                    startMs: series.startMs,
                    values,
                }
            }
        )
    }
}

function chooseResolution(query: z.infer<typeof range>): Resolution {
    const { fromMs, toMs, points } = query
    if (toMs <= fromMs) throw new AppError("bad_request", "toMs: must be after fromMs")
    if (query.resolution && points !== undefined)
        throw new AppError("bad_request", "points: cannot go together with resolution")
    const resolution = query.resolution ?? finestResolution(fromMs, toMs, points ?? DEFAULT_POINTS)
    const needed = countPoints(fromMs, toMs, resolution)
    if (needed > MAX_ANSWER_POINTS)
        throw new AppError(
            "bad_request",
            `resolution: ${resolution} gives ${needed} points over this range, at most ${MAX_ANSWER_POINTS} fit`
        )
    return resolution
}

function chooseUnit(type: ChannelType, asked: Unit | undefined): Unit {
    const units = unitsOf(type)
    if (asked === undefined) return units[0]
    if (!units.includes(asked))
        throw new AppError(
            "bad_request",
            `unit: a channel of type ${type} has ${units.join(", ")}, not ${asked}`
        )
    return asked
}
