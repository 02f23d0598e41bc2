import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { isClampKind } from "../../src/wire/channels.js"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import { MAINS_UNITS, QUANTITIES, type Quantity, quantityOf, unitOf } from "../mains-quantities.js"
import { countPoints, finestResolution, MAX_ANSWER_POINTS, RESOLUTIONS } from "../resolution.js"
import {
    type ChannelInfo,
    type ChannelType,
    RESOLUTION_SECONDS,
    type Resolution,
    type Store,
} from "../store/store.js"
import { convertCount, UNITS, type Unit, unitsOf } from "../units.js"
import { noChannel } from "./channels.js"
import { errorReply, idParam, unixMs, wholeNumber } from "./schemas.js"

const DEFAULT_POINTS = 500
const MAX_POINTS = 5000

/** The span of a series, and how fine and in what it is given. */
export const range = z.strictObject({
    fromMs: unixMs,
    toMs: unixMs,
    resolution: z.enum(RESOLUTIONS, `must be one of ${RESOLUTIONS.join(", ")}`).optional(),
    points: wholeNumber(1, MAX_POINTS)
        .optional()
        .describe(
            `Width of the chart in pixels, ${DEFAULT_POINTS} by default: chooses the finest resolution with at most twice as many steps that is kept for all of it`
        ),
    unit: z.enum(UNITS, `must be one of ${UNITS.join(", ")}`).optional(),
})

const channelQuery = range.extend({
    quantity: z
        .enum(QUANTITIES, `must be one of ${QUANTITIES.join(", ")}`)
        .optional()
        .describe("Mains channels only, power by default; it brings its own unit"),
})

const seriesReply = z.object({
    channelId: z.number(),
    unit: z.enum([...UNITS, ...MAINS_UNITS]),
    quantity: z.enum(QUANTITIES).optional().describe("Mains channels only"),
    isApparent: z
        .boolean()
        .optional()
        .describe(
            "Mains channels only: in some steps voltage is set, not measured, and power apparent"
        ),
    resolution: z.enum(RESOLUTIONS),
    resolutionMs: z.number(),
    startMs: z.array(z.number()).describe("Start of each step, Unix ms"),
    values: z.array(z.number().nullable()).describe("null where nothing was measured"),
    poor: z
        .array(z.tuple([z.number(), z.number()]))
        .describe("Stretches, from and to in Unix ms, whose signal was too poor to count by"),
})

/** A channel over time, one array of times and one of values. */
export function seriesRoutes({ store }: Deps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/channels/:id/series",
            {
                config: { needs: ["channel", "viewer"] },
                schema: {
                    params: idParam,
                    querystring: channelQuery,
                    response: { 200: seriesReply, "4xx": errorReply },
                },
            },
            async request => {
                const channel = store.channel(request.params.id)
                if (!channel) throw noChannel(request.params.id)
                const { fromMs, toMs } = request.query
                const resolution = chooseResolution(request.query, store)
                const quantity = chooseQuantity(channel.kind, request.query)
                const unit = chooseUnit(channel.type, request.query.unit)
                const span = { fromMs, toMs, resolution }
                // energy and counts of a mains channel add up as those of pulses do
                const columns =
                    quantity !== undefined && unit === "W"
                        ? mainsColumns(store, channel.id, span, quantity)
                        : countColumns(store, channel, span, unit)
                return {
                    channelId: channel.id,
                    ...columns,
                    resolution,
                    resolutionMs: RESOLUTION_SECONDS[resolution] * 1000,
                    poor: store.poorSpans(channel.id, fromMs, toMs),
                }
            }
        )
    }
}

interface Span {
    fromMs: number
    toMs: number
    resolution: Resolution
}

function countColumns(
    store: Store,
    { id, perPulse }: ChannelInfo,
    { fromMs, toMs, resolution }: Span,
    unit: Unit
) {
    const { startMs, counts, coveredS } = store.series(id, fromMs, toMs, resolution)
    const values = counts.map((count, at) =>
        count === null ? null : convertCount(unit, count, coveredS[at], perPulse)
    )
    return { unit, startMs, values }
}

function mainsColumns(
    store: Store,
    id: number,
    { fromMs, toMs, resolution }: Span,
    quantity: Quantity
) {
    const { startMs, steps } = store.mainsSeries(id, fromMs, toMs, resolution)
    const values = steps.map(step => step && quantityOf(quantity, step))
    const isApparent = steps.some(step => step !== null && step.apparentSlots > 0)
    return { unit: unitOf(quantity), quantity, isApparent, startMs, values }
}

/** Throws AppError `bad_request`. */
export function chooseResolution(
    query: z.infer<typeof range>,
    store: Pick<Store, "retention">
): Resolution {
    const { fromMs, toMs, points } = query
    if (toMs <= fromMs) throw new AppError("bad_request", "toMs: must be after fromMs")
    if (query.resolution && points !== undefined)
        throw new AppError("bad_request", "points: cannot go together with resolution")
    const resolution =
        query.resolution ??
        finestResolution(fromMs, toMs, points ?? DEFAULT_POINTS, store.retention())
    const needed = countPoints(fromMs, toMs, resolution)
    if (needed > MAX_ANSWER_POINTS)
        throw new AppError(
            "bad_request",
            `resolution: ${resolution} gives ${needed} points over this range, at most ${MAX_ANSWER_POINTS} fit`
        )
    return resolution
}

/** Throws AppError `bad_request`. */
export function chooseUnit(type: ChannelType, asked: Unit | undefined): Unit {
    const units = unitsOf(type)
    if (asked === undefined) return units[0]
    if (!units.includes(asked))
        throw new AppError(
            "bad_request",
            `unit: a channel of type ${type} has ${units.join(", ")}, not ${asked}`
        )
    return asked
}

/** Undefined for a channel that counts pulses. Throws AppError `bad_request`. */
function chooseQuantity(
    kind: number,
    { quantity, unit }: z.infer<typeof channelQuery>
): Quantity | undefined {
    if (!isClampKind(kind)) {
        if (quantity === undefined) return undefined
        throw new AppError("bad_request", "quantity: only a mains channel has several")
    }
    if (quantity && unit)
        throw new AppError("bad_request", "unit: cannot go together with quantity")
    return quantity ?? "power"
}
