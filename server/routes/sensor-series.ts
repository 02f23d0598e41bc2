import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder, requireRole } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { isTimeZone } from "../local-days.js"
import { LOCAL_STEPS, type LocalStep, localEdges, MAX_LOCAL_STEPS } from "../local-steps.js"
import { MAX_ANSWER_POINTS, RESOLUTIONS } from "../resolution.js"
import { countingOf, SENSOR_QUANTITIES } from "../sensor-columns.js"
import { sensorBetween, sensorSeries } from "../sensor-series.js"
import type { Sensor } from "../store/device-settings.js"
import { RESOLUTION_SECONDS, type Store } from "../store/store.js"
import { UNITS, type Unit, unitsOf } from "../units.js"
import { errorReply, idParam } from "./schemas.js"
import { chooseResolution, range } from "./series.js"

export const SENSOR_RESOLUTIONS = [...RESOLUTIONS, ...LOCAL_STEPS] as const

export const timeZone = z
    .string("must be text")
    .refine(isTimeZone, "must be the name of a time zone, such as Europe/Paris")
    .describe("For local days and months: the home's by default")

const quantity = z
    .enum(SENSOR_QUANTITIES, `must be one of ${SENSOR_QUANTITIES.join(", ")}`)
    .optional()
    .describe("Sensors of mains channels only; it brings its own unit")

export const sensorRange = range.extend({
    resolution: z
        .enum(SENSOR_RESOLUTIONS, `must be one of ${SENSOR_RESOLUTIONS.join(", ")}`)
        .optional(),
    timeZone: timeZone.optional(),
    quantity,
})
type SensorRange = z.infer<typeof sensorRange>

const seriesReply = z.object({
    sensorId: z.number(),
    unit: z.enum(UNITS),
    resolution: z.enum(SENSOR_RESOLUTIONS),
    resolutionMs: z.number().nullable().describe("null for steps that follow a calendar"),
    timeZone: z.string().optional().describe("Of steps that follow a calendar"),
    startMs: z.array(z.number()).describe("Start of each step, Unix ms"),
    endMs: z.number().describe("End of the last step, Unix ms"),
    values: z.array(z.number().nullable()).describe("null where a channel measured nothing"),
})

const idList = z
    .string()
    .regex(/^\d{1,15}(,\d{1,15}){0,19}$/, "must be 1 to 20 ids with commas between")
    .transform(text => text.split(",").map(Number))

const columnsReply = seriesReply.omit({ sensorId: true, unit: true, values: true }).extend({
    columns: z
        .array(seriesReply.pick({ sensorId: true, unit: true, values: true }))
        .describe("One for each sensor, in the order asked for; all have the same steps"),
})

/** Sensors over time, one array of times and one of values for each. */
export function sensorSeriesRoutes({ store, access }: RouteDeps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/sensors/:id/series",
            {
                config: { needs: ["sensor", "viewer"] },
                schema: {
                    params: idParam,
                    querystring: sensorRange,
                    response: { 200: seriesReply, "4xx": errorReply },
                },
            },
            async request => {
                const sensor = sensorOf(store, request.params.id)
                const { unit, ...column } = seriesOf(store, sensor, request.query)
                return { sensorId: sensor.id, unit, ...column }
            }
        )

        scope.get(
            "/series",
            {
                schema: {
                    description: "Several sensors over the same steps.",
                    querystring: sensorRange.extend({ sensorIds: idList }),
                    response: { 200: columnsReply, "4xx": errorReply },
                },
            },
            async request => {
                const { sensorIds, ...query } = request.query
                const holder = requireHolder(request)
                for (const id of sensorIds) requireRole(access, holder, ["sensor", "viewer"], id)
                const sensors = sensorIds.map(id => sensorOf(store, id))
                // the first one's home says which days, so that all have the same
                const timeZone = query.timeZone ?? timeZoneOf(store, sensors[0])
                const columnsOf = (sensor: Sensor) => {
                    const { unit, values, ...steps } = seriesOf(store, sensor, {
                        ...query,
                        timeZone,
                    })
                    return { steps, column: { sensorId: sensor.id, unit, values } }
                }
                const [first, ...others] = sensors
                const { steps, column } = columnsOf(first)
                const needed = column.values.length * sensors.length
                if (needed > MAX_ANSWER_POINTS)
                    throw new AppError(
                        "bad_request",
                        `sensorIds: these give ${needed} points over this range, at most ${MAX_ANSWER_POINTS} fit`
                    )
                return { ...steps, columns: [column, ...others.map(one => columnsOf(one).column)] }
            }
        )
    }
}

/** A sensor in the steps that are asked for. Throws AppError `bad_request`. */
export function seriesOf(store: Store, sensor: Sensor, query: SensorRange) {
    const { fromMs, toMs, resolution: asked } = query
    const shown = shownOf(store, sensor, query)
    if (asked === "local-day" || asked === "local-month") {
        const { timeZone, edgesMs } = localStepsOf(store, sensor, query, asked)
        return {
            unit: shown.unit,
            resolution: asked,
            resolutionMs: null,
            timeZone,
            startMs: edgesMs.slice(0, -1),
            endMs: edgesMs[edgesMs.length - 1],
            values: sensorBetween(store, sensor, shown, edgesMs),
        }
    }
    const resolution = chooseResolution({ ...query, resolution: asked }, store)
    const column = sensorSeries(store, sensor, shown, { fromMs, toMs, resolution })
    const resolutionMs = RESOLUTION_SECONDS[resolution] * 1000
    return {
        unit: shown.unit,
        resolution,
        resolutionMs,
        endMs: column.startMs[column.startMs.length - 1] + resolutionMs,
        ...column,
    }
}

/** Steps by the calendar of the home or of the zone that was asked for. Throws AppError `bad_request`. */
export function localStepsOf(
    store: Store,
    sensor: Sensor,
    query: {
        fromMs: number
        toMs: number
        points?: number | undefined
        timeZone?: string | undefined
    },
    step: LocalStep
): { timeZone: string; edgesMs: number[] } {
    const { fromMs, toMs, points, timeZone = timeZoneOf(store, sensor) } = query
    if (toMs <= fromMs) throw new AppError("bad_request", "toMs: must be after fromMs")
    if (points !== undefined)
        throw new AppError("bad_request", "points: cannot go together with resolution")
    const edgesMs = localEdges(fromMs, toMs, step, timeZone)
    if (!edgesMs)
        throw new AppError(
            "bad_request",
            `resolution: ${step} gives more than ${MAX_LOCAL_STEPS} steps over this range`
        )
    return { timeZone, edgesMs }
}

export function timeZoneOf(store: Store, sensor: Sensor): string {
    return store.home(sensor.homeId)?.timeZone ?? "UTC"
}

/** Unit and what is counted for it. Throws AppError `bad_request`. */
export function shownOf(
    store: Store,
    sensor: Sensor,
    query: Pick<SensorRange, "unit" | "quantity">
): ReturnType<typeof countingOf> {
    if (query.quantity && query.unit)
        throw new AppError("bad_request", "unit: cannot go together with quantity")
    return countingOf(store, sensor, chooseSensorUnit(sensor, query.unit), query.quantity)
}

/** Gas has its energy besides what its channels show. */
function chooseSensorUnit({ type }: Sensor, asked: Unit | undefined): Unit {
    const units = unitsOf(type)
    if (type === "gas") units.push(...unitsOf("heat").filter(unit => unit !== "count"))
    if (asked === undefined) return units[0]
    if (!units.includes(asked))
        throw new AppError(
            "bad_request",
            `unit: a sensor of type ${type} has ${units.join(", ")}, not ${asked}`
        )
    return asked
}

/** Throws AppError `not_found`. */
export function sensorOf(store: Store, id: number): Sensor {
    const sensor = store.sensor(id)
    if (!sensor) throw new AppError("not_found", `There is no sensor ${id}.`)
    return sensor
}
