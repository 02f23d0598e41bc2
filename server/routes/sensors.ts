import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import type { Deps } from "../deps.js"
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
})
const sensorReply = z.object({
    id: z.number(),
    name: z.string(),
    type: channelType,
    isEnabled: z.boolean(),
    channelIds: z.array(z.number()),
})
/** Logical sensors: sums of channels of one class and type. */
export function sensorRoutes({ store }: Deps): FastifyPluginAsyncZod {
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
            async () => ({ sensors: store.sensors() })
        )

        scope.post(
            "/sensors",
            { schema: { body: newSensor, response: { 201: sensorReply, "4xx": errorReply } } },
            async (request, reply) => {
                const sensor = { isEnabled: true, ...request.body }
                checkSensorChannels(sensor.type, sensor.channelIds, store.channels())
                reply.code(201)
                return store.addSensor(sensor)
            }
        )

        scope.patch(
            "/sensors/:id",
            {
                schema: {
                    params: idParam,
                    body: newSensor.partial(),
                    response: { 200: sensorReply, "4xx": errorReply },
                },
            },
            async request => {
                const sensor = { ...sensorOf(store, request.params.id), ...request.body }
                checkSensorChannels(sensor.type, sensor.channelIds, store.channels())
                store.saveSensor(sensor)
                return sensorOf(store, sensor.id)
            }
        )

        scope.delete(
            "/sensors/:id",
            {
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
