import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder, requireRole } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { checkSensorChannels } from "../sensors.js"
import { channelType, errorReply, idParam, shortName } from "./schemas.js"
import { sensorOf } from "./sensor-series.js"

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
    }
}
