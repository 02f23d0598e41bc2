import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { KIND_CHIP } from "../../src/wire/channels.js"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import { type CommandLink, sendCommand } from "../transports/command-link.js"
import { noChannel } from "./channels.js"
import { errorReply, idParam } from "./schemas.js"

const MAX_SECONDS = 600

const body = z.strictObject({
    seconds: z
        .int("must be a whole number")
        .min(0, "must be at least 0")
        .max(MAX_SECONDS, `must be at most ${MAX_SECONDS}`)
        .describe("For how long; 0 ends it"),
})

/** What a channel's sensor sees, sample by sample, to aim it by. */
export function levelRoutes({ store }: Deps, links: CommandLink): FastifyPluginAsyncZod {
    return async scope => {
        scope.post(
            "/channels/:id/level",
            {
                config: { needs: ["channel", "editor"] },
                schema: {
                    description:
                        "Asks the device for what a channel's pin shows; it comes as level events of the live stream and is not kept. A device looks at one pin at a time.",
                    params: idParam,
                    body,
                    response: { 202: z.object({ requested: z.literal(true) }), "4xx": errorReply },
                },
            },
            async (request, reply) => {
                const channel = store.channel(request.params.id)
                if (!channel) throw noChannel(request.params.id)
                if (channel.kind === KIND_CHIP)
                    throw new AppError("bad_request", "A chip channel has no pin to look at.")
                const { seconds } = request.body
                const command = { kind: "level" as const, channel: channel.number, seconds }
                sendCommand(links, channel.deviceId, command)
                reply.code(202)
                return { requested: true as const }
            }
        )
    }
}
