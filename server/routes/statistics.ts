import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
import { statisticsOf } from "../statistics.js"
import { UNITS } from "../units.js"
import { errorReply, idParam } from "./schemas.js"
import { SENSOR_RESOLUTIONS, sensorOf, sensorRange, seriesOf } from "./sensor-series.js"

/** So many steps tell the rare ones too. */
const DEFAULT_POINTS = 5000

const extreme = z.object({ value: z.number(), startMs: z.number() }).nullable()
const statisticsReply = z.object({
    sensorId: z.number(),
    unit: z.enum(UNITS),
    resolution: z.enum(SENSOR_RESOLUTIONS).describe("Length of the steps that are compared"),
    steps: z.number(),
    measuredSteps: z.number(),
    min: extreme,
    mean: z.number().nullable().describe("Each measured step counts the same"),
    max: extreme,
    loadDuration: z
        .array(z.number())
        .describe("What was reached or exceeded in 0 %, 1 %, … 100 % of the measured steps"),
})

/** What a sensor did at least, on average and at most. */
export function statisticsRoutes({ store }: Deps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/sensors/:id/statistics",
            {
                config: { needs: ["sensor", "viewer"] },
                schema: {
                    description: `Compares at least ${DEFAULT_POINTS} steps where so many are kept, unless resolution or points says otherwise.`,
                    params: idParam,
                    querystring: sensorRange,
                    response: { 200: statisticsReply, "4xx": errorReply },
                },
            },
            async request => {
                const { query, params } = request
                const sensor = sensorOf(store, params.id)
                const points = query.points ?? (query.resolution ? undefined : DEFAULT_POINTS)
                const series = seriesOf(store, sensor, { ...query, points })
                return {
                    sensorId: sensor.id,
                    unit: series.unit,
                    resolution: series.resolution,
                    steps: series.values.length,
                    ...statisticsOf(series.startMs, series.values),
                }
            }
        )
    }
}
