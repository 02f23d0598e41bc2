import { Readable } from "node:stream"
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import { EXPORT_FORMATS, exportText } from "../sensor-export.js"
import type { Sensor } from "../store/device-settings.js"
import type { Store } from "../store/store.js"
import { errorReply, idParam } from "./schemas.js"
import { SENSOR_RESOLUTIONS, sensorOf, sensorRange, shownOf, timeZoneOf } from "./sensor-series.js"

const DEFAULT_RESOLUTION = "quarter"

const exportQuery = sensorRange.omit({ points: true }).extend({
    fromMs: sensorRange.shape.fromMs.optional().describe("From the first on by default"),
    toMs: sensorRange.shape.toMs.optional().describe("To the last by default"),
    resolution: z
        .enum(SENSOR_RESOLUTIONS, `must be one of ${SENSOR_RESOLUTIONS.join(", ")}`)
        .default(DEFAULT_RESOLUTION),
    format: z.enum(EXPORT_FORMATS, `must be one of ${EXPORT_FORMATS.join(", ")}`),
})

const CONTENT_TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl; charset=utf-8" }

/** A sensor's series of any length, as a file. */
export function exportRoutes({ store }: Deps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/sensors/:id/export",
            {
                config: { needs: ["sensor", "viewer"] },
                // one would have to make all of it
                exposeHeadRoute: false,
                schema: {
                    description:
                        "Columns are startMs, start and the unit. A step that was not measured is empty in CSV and null in JSON Lines.",
                    params: idParam,
                    querystring: exportQuery,
                    response: { 200: z.unknown().describe("Text"), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const sensor = sensorOf(store, request.params.id)
                const { query } = request
                const { timeZone = timeZoneOf(store, sensor), resolution, format } = query
                const shown = shownOf(store, sensor, query)
                const span = storedSpan(store, sensor)
                const fromMs = Math.max(span.fromMs, query.fromMs ?? 0)
                const toMs = Math.min(span.toMs, query.toMs ?? Number.POSITIVE_INFINITY)
                if (
                    query.fromMs !== undefined &&
                    query.toMs !== undefined &&
                    query.toMs <= query.fromMs
                )
                    throw new AppError("bad_request", "toMs: must be after fromMs")
                const text = exportText(store, sensor, shown, {
                    fromMs,
                    toMs,
                    resolution,
                    timeZone,
                    format,
                })
                // one chunk ahead of the reader, whoever that is
                const stream = Readable.from(text, { highWaterMark: 1 })
                return reply
                    .type(CONTENT_TYPES[format])
                    .header(
                        "content-disposition",
                        `attachment; filename="sensor-${sensor.id}.${format}"`
                    )
                    .send(stream)
            }
        )
    }
}

/** From the first slot of its channels to the last; empty when there is none. */
function storedSpan(store: Store, { channelIds }: Sensor): { fromMs: number; toMs: number } {
    const channels = channelIds.map(id => store.channel(id))
    return {
        fromMs: Math.min(
            ...channels.map(channel => channel?.firstSlotMs ?? Number.POSITIVE_INFINITY)
        ),
        toMs: Math.max(...channels.map(channel => channel?.lastSlotEndMs ?? 0)),
    }
}
