import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder, requireRole } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { RESOLUTIONS } from "../resolution.js"
import { SENSOR_QUANTITIES, sensorColumns } from "../sensor-columns.js"
import { checkSensorChannels, sumSeries } from "../sensors.js"
import type { Sensor } from "../store/device-settings.js"
import { RESOLUTION_SECONDS, type Store } from "../store/store.js"
import { UNITS } from "../units.js"
import { channelType, errorReply, idParam, shortName } from "./schemas.js"
import { chooseResolution, chooseUnit, range } from "./series.js"

const channelIds = z.array(z.int("must be a whole number"))
const isEnabled = z.boolean("must be true or false")

const newSensor = z.strictObject({
    name: shortName,
    type: channelType,
    channelIds,
    isEnabled: isEnabled.optional(),
    isMain: z.boolean("must be true or false").optional().describe("false by default"),
})
const sensorReply = z.object({
    id: z.number(),
    name: z.string(),
    type: channelType,
    isEnabled: z.boolean(),
    channelIds: z.array(z.number()),
    homeId: z.number(),
    publicId: z.string().describe("32 hex digits, by which other APIs know it"),
    isMain: z.boolean().describe("Shown where the home is shared"),
})
const sensorQuery = range.extend({
    quantity: z
        .enum(SENSOR_QUANTITIES, `must be one of ${SENSOR_QUANTITIES.join(", ")}`)
        .optional()
        .describe("Sensors of mains channels only; it brings its own unit"),
})
const seriesReply = z.object({
    sensorId: z.number(),
    unit: z.enum(UNITS),
    resolution: z.enum(RESOLUTIONS),
    resolutionMs: z.number(),
    startMs: z.array(z.number()).describe("Start of each step, Unix ms"),
    values: z.array(z.number().nullable()).describe("null where a channel measured nothing"),
})

/** Logical sensors: sums of channels of one class and type. */
export function sensorRoutes({ store, access }: RouteDeps): FastifyPluginAsyncZod {
    /** The one home of a sensor's channels. Throws AppError `bad_request`. */
    const checkHome = (channelIds: number[]) => {
        const [homeId, ...others] = new Set(channelIds.map(id => store.homeOfChannel(id)))
        if (homeId === undefined || others.length > 0)
            throw new AppError("bad_request", "channelIds: must be of one home")
        return homeId
    }
    return async scope => {
        scope.get(
            "/sensors",
            {
                schema: {
                    response: {
                        200: z.object({ sensors: z.array(sensorReply) }),
                        "4xx": errorReply,
                    },
                },
            },
            async request => {
                const holder = requireHolder(request)
                return {
                    sensors: store.sensors().filter(({ id }) => access.mayReadSensor(holder, id)),
                }
            }
        )

        scope.post(
            "/sensors",
            { schema: { body: newSensor, response: { 201: sensorReply, "4xx": errorReply } } },
            async (request, reply) => {
                const holder = requireHolder(request)
                const mayRead = access.deviceFilter(holder)
                const sensor = { isEnabled: true, ...request.body }
                const channels = store.channels().filter(mayRead)
                checkSensorChannels(sensor.type, sensor.channelIds, channels)
                const homeId = checkHome(sensor.channelIds)
                requireRole(access, holder, ["home", "editor"], homeId)
                request.homeId = homeId
                reply.code(201)
                return store.addSensor({ ...sensor, homeId })
            }
        )

        scope.patch(
            "/sensors/:id",
            {
                config: { needs: ["sensor", "editor"] },
                schema: {
                    params: idParam,
                    body: newSensor.partial(),
                    response: { 200: sensorReply, "4xx": errorReply },
                },
            },
            async request => {
                const sensor = { ...sensorOf(store, request.params.id), ...request.body }
                const channels = store
                    .channels()
                    .filter(({ id }) => store.homeOfChannel(id) === sensor.homeId)
                checkSensorChannels(sensor.type, sensor.channelIds, channels)
                store.saveSensor(sensor)
                return sensorOf(store, sensor.id)
            }
        )

        scope.delete(
            "/sensors/:id",
            {
                config: { needs: ["sensor", "editor"] },
                schema: {
                    params: idParam,
                    response: { 204: z.undefined(), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                store.removeSensor(sensorOf(store, request.params.id).id)
                return reply.code(204).send()
            }
        )

        scope.get(
            "/sensors/:id/series",
            {
                config: { needs: ["sensor", "viewer"] },
                schema: {
                    params: idParam,
                    querystring: sensorQuery,
                    response: { 200: seriesReply, "4xx": errorReply },
                },
            },
            async request => {
                const sensor = sensorOf(store, request.params.id)
                const { fromMs, toMs } = request.query
                const resolution = chooseResolution(request.query, store)
                if (request.query.quantity && request.query.unit)
                    throw new AppError("bad_request", "unit: cannot go together with quantity")
                const { unit, parts } = sensorColumns(store, sensor, {
                    fromMs,
                    toMs,
                    resolution,
                    unit: chooseUnit(sensor.type, request.query.unit),
                    quantity: request.query.quantity,
                })
                return {
                    sensorId: sensor.id,
                    unit,
                    resolution,
                    resolutionMs: RESOLUTION_SECONDS[resolution] * 1000,
                    startMs: parts[0].startMs,
                    values: sumSeries(parts),
                }
            }
        )
    }
}

function sensorOf(store: Store, id: number): Sensor {
    const sensor = store.sensor(id)
    if (!sensor) throw new AppError("not_found", `There is no sensor ${id}.`)
    return sensor
}
