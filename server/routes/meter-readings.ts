import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { requireHolder } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { MeterReading } from "../store/tariffs-store.js"
import { isEnergy } from "../units.js"
import { noChannel } from "./channels.js"
import { errorReply, idParam, wholeNumber } from "./schemas.js"

const MAX_READING = 1_000_000_000

const body = z.strictObject({
    reading: z
        .number("must be a number")
        .min(0, "must be at least 0")
        .max(MAX_READING, `must be at most ${MAX_READING}`)
        .describe("What the meter shows now, in kWh or m3"),
})
const reading = z.object({
    id: z.number(),
    readMs: z.number(),
    reading: z.number(),
    offset: z.number().describe("What the meter showed more than the channel had counted"),
    user: z.string().describe("Who told"),
    undoneMs: z.number().nullable().describe("null while it counts"),
    undoneBy: z.string().nullable(),
})
const listReply = z.object({
    unit: z.enum(["kWh", "m3"]),
    meterReading: z.number().nullable().describe("What the meter shows by now"),
    readings: z.array(reading).describe("Newest first; the newest that is not undone counts"),
})

/** "My meter reads X now": what a channel's own total is shifted by, and who said so. */
export function meterReadingRoutes(deps: RouteDeps): FastifyPluginAsyncZod {
    const { store, clock, access } = deps
    const list = (channelId: number) => {
        const channel = store.channel(channelId)
        if (!channel) throw noChannel(channelId)
        return {
            unit: isEnergy(channel.type) ? ("kWh" as const) : ("m3" as const),
            meterReading: store.meterReadingNow(channelId),
            readings: store.meterReadings(channelId).map(toReply),
        }
    }
    const response = { 200: listReply, "4xx": errorReply }
    return async scope => {
        scope.get(
            "/channels/:id/meter-readings",
            { config: { needs: ["channel", "viewer"] }, schema: { params: idParam, response } },
            async request => list(request.params.id)
        )

        scope.post(
            "/channels/:id/meter-readings",
            {
                config: { needs: ["channel", "editor"] },
                schema: { params: idParam, body, response },
            },
            async request => {
                const { id } = request.params
                const user = access.userOf(requireHolder(request)) ?? ""
                store.addMeterReading(id, { ...request.body, readMs: clock(), user })
                return list(id)
            }
        )

        scope.delete(
            "/channels/:id/meter-readings/:readingId",
            {
                config: { needs: ["channel", "editor"] },
                schema: {
                    description: "Takes a reading back; the history keeps it.",
                    params: idParam.extend({
                        readingId: wholeNumber(1, Number.MAX_SAFE_INTEGER),
                    }),
                    response,
                },
            },
            async request => {
                const { id, readingId } = request.params
                const known = store.meterReadings(id).find(one => one.id === readingId)
                if (!known) throw new AppError("not_found", `There is no reading ${readingId}.`)
                if (known.undoneMs !== null)
                    throw new AppError("conflict", `Reading ${readingId} is undone already.`)
                const user = access.userOf(requireHolder(request)) ?? ""
                store.undoMeterReading(readingId, clock(), user)
                return list(id)
            }
        )
    }
}

function toReply({ channelId: _, counted, ...told }: MeterReading): z.infer<typeof reading> {
    return { ...told, offset: told.reading - counted }
}
