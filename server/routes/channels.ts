import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { CHANNEL_KINDS, isClampKind } from "../../src/wire/channels.js"
import { ENERGY_UNIT_WH } from "../../src/wire/mains-slots.js"
import { requireHolder } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { Channel, ChannelType, Store } from "../store/store.js"
import {
    channelReply,
    channelType,
    direction,
    errorReply,
    idParam,
    perPulse,
    shortName,
} from "./schemas.js"

const change = z.strictObject({
    name: shortName.optional(),
    type: channelType.optional(),
    perPulse: perPulse.optional(),
    direction: direction.optional(),
})

/** The channels that devices announced, and what people call them. */
export function channelRoutes(deps: RouteDeps): FastifyPluginAsyncZod {
    return async scope => {
        scope.get(
            "/channels",
            {
                schema: {
                    response: {
                        200: z.object({ channels: z.array(channelReply) }),
                        "4xx": errorReply,
                    },
                },
            },
            async request => {
                const mayRead = deps.access.deviceFilter(requireHolder(request))
                return { channels: deps.store.channels().filter(mayRead).map(toReply) }
            }
        )

        scope.patch(
            "/channels/:id",
            {
                config: { needs: ["channel", "editor"] },
                schema: {
                    params: idParam,
                    body: change,
                    response: { 200: channelReply, "4xx": errorReply },
                },
            },
            async request => {
                const known = deps.store.channel(request.params.id)
                if (!known) throw noChannel(request.params.id)
                checkPerPulse(known, request.body.perPulse)
                checkType(deps.store, known, request.body.type)
                const channel = deps.store.updateChannel(known.id, request.body)
                if (!channel) throw noChannel(known.id)
                return toReply(channel)
            }
        )
    }
}

/** The answer to a channel id that is not there. */
export function noChannel(id: number): AppError {
    return new AppError("not_found", `There is no channel ${id}.`)
}

/** What a sensor adds up must stay of its type. */
function checkType(store: Store, { id, type }: Channel, wanted: ChannelType | undefined): void {
    if (wanted === undefined || wanted === type) return
    const sensor = store.sensors().find(({ channelIds }) => channelIds.includes(id))
    if (sensor)
        throw new AppError(
            "bad_request",
            `type: must stay ${type}: sensor ${sensor.name} adds this channel up`
        )
}

function checkPerPulse(channel: Channel, perPulse: number | undefined): void {
    if (perPulse === undefined || !isClampKind(channel.kind)) return
    throw new AppError(
        "bad_request",
        `perPulse: cannot be set: a ${CHANNEL_KINDS[channel.kind]} channel counts ${ENERGY_UNIT_WH} Wh`
    )
}

function toReply(channel: Channel): z.infer<typeof channelReply> {
    return { ...channel, kind: CHANNEL_KINDS[channel.kind] ?? "unknown" }
}
