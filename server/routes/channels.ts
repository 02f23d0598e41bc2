import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { CHANNEL_KINDS } from "../../src/wire/channels.js"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import type { Channel } from "../store/store.js"
import { channelReply, channelType, displayName, errorReply, idParam, perPulse } from "./schemas.js"

const change = z.strictObject({
    name: displayName.optional(),
    type: channelType.optional(),
    perPulse: perPulse.optional(),
})

/** The channels that devices announced, and what people call them. */
export function channelRoutes(deps: Deps): FastifyPluginAsyncZod {
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
            async () => ({ channels: deps.store.channels().map(toReply) })
        )

        scope.patch(
            "/channels/:id",
            {
                schema: {
                    params: idParam,
                    body: change,
                    response: { 200: channelReply, "4xx": errorReply },
                },
            },
            async request => {
                const channel = deps.store.updateChannel(request.params.id, request.body)
                if (!channel) throw noChannel(request.params.id)
                return toReply(channel)
            }
        )
    }
}

/** The answer to a channel id that is not there. */
export function noChannel(id: number): AppError {
    return new AppError("not_found", `There is no channel ${id}.`)
}

function toReply(channel: Channel): z.infer<typeof channelReply> {
    return { ...channel, kind: CHANNEL_KINDS[channel.kind] ?? "unknown" }
}
