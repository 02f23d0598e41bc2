import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { MAX_METER_NUMBER } from "../compat/emon/emon-file.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import { isEnergy } from "../units.js"
import { errorReply, idParam } from "./schemas.js"

const MAX_TEXT = 200
const MAX_COST = 1000
const numberProblem = `must be a whole number from 0 to ${MAX_METER_NUMBER}`

const text = z.string("must be text").max(MAX_TEXT, `must be at most ${MAX_TEXT} characters`)
const meter = z.strictObject({
    number: z
        .number(numberProblem)
        .int(numberProblem)
        .min(0, numberProblem)
        .max(MAX_METER_NUMBER, numberProblem)
        .describe("What clients call it; 21 is emon's main meter"),
    location: text.default(""),
    description: text.default(""),
    kwhCost: z
        .number("must be a number")
        .min(0, "must be at least 0")
        .max(MAX_COST, `must be at most ${MAX_COST}`)
        .default(0)
        .describe("Price of a kWh in the answers under /api"),
})
const meterReply = meter.extend({ createdMs: z.number() })

/** By which number clients of emon-server know a sensor: docs/compat-emon.md. */
export function emonMeterRoutes({ store, clock }: RouteDeps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/sensors/:id/emon-meter",
            {
                config: { needs: ["sensor", "viewer"] },
                schema: { params: idParam, response: { 200: meterReply, "4xx": errorReply } },
            },
            async request => meterOf(request.params.id)
        )

        scope.put(
            "/sensors/:id/emon-meter",
            {
                config: { needs: ["sensor", "editor"] },
                schema: {
                    params: idParam,
                    body: meter,
                    response: { 200: meterReply, "4xx": errorReply },
                },
            },
            async request => {
                const sensor = store.sensor(request.params.id)
                if (!sensor) throw noMeter(request.params.id)
                if (!isEnergy(sensor.type))
                    throw new AppError(
                        "bad_request",
                        "id: emon counts Wh, so the sensor must be of electricity or heat"
                    )
                const createdMs = store.emonMeter(sensor.id)?.createdMs ?? clock()
                const { id: sensorId, homeId } = sensor
                store.saveEmonMeter({ ...request.body, sensorId, homeId, createdMs })
                return meterOf(sensorId)
            }
        )

        scope.delete(
            "/sensors/:id/emon-meter",
            {
                config: { needs: ["sensor", "editor"] },
                schema: { params: idParam, response: { 204: z.undefined(), "4xx": errorReply } },
            },
            async (request, reply) => {
                meterOf(request.params.id)
                store.removeEmonMeter(request.params.id)
                return reply.code(204).send()
            }
        )
    }

    function meterOf(sensorId: number): z.infer<typeof meterReply> {
        const found = store.emonMeter(sensorId)
        if (!found) throw noMeter(sensorId)
        const { number, location, description, kwhCost, createdMs } = found
        return { number, location, description, kwhCost, createdMs }
    }
}

function noMeter(sensorId: number): AppError {
    return new AppError("not_found", `Sensor ${sensorId} has no number for emon's clients.`)
}
