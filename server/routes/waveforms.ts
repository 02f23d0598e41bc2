import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { KIND_MAINS } from "../../src/wire/channels.js"
import type { Deps } from "../deps.js"
import { eventName } from "../device-events.js"
import { AppError } from "../errors.js"
import type { WaveformInfo } from "../store/store.js"
import { type CommandLink, sendCommand } from "../transports/command-link.js"
import { codesToAmperes, codesToVolts } from "../waveform-units.js"
import { noChannel } from "./channels.js"
import { errorReply, idParam, wholeNumber } from "./schemas.js"

const info = z.object({
    id: z.number(),
    channelId: z.number(),
    startedMs: z.number(),
    cause: z.string().describe("command, or the kind of the event that asked for it"),
    sampleNs: z.number().nullable().describe("From one sample to the next; null while unknown"),
    samples: z.number(),
    isComplete: z.boolean().describe("false while pieces are on their way"),
})
const column = z.array(z.number().nullable()).describe("null where a piece is missing")
const waveform = info.extend({
    tUs: z
        .array(z.number())
        .nullable()
        .describe("Time of each voltage since the start; its current is half a sample later"),
    voltage: column.describe("ADC codes, 0 to 4095"),
    current: column.describe("ADC codes, 0 to 4095"),
    voltageV: column.nullable().describe("Less the mean; null without a voltage input"),
    currentA: column.nullable().describe("Less the mean; null while the clamp is unknown"),
})

/** Snapshots of voltage and current, and how to ask for one. */
export function waveformRoutes(deps: Deps, links: CommandLink): FastifyPluginAsyncZod {
    const { store } = deps
    /** As the owner wants it to be set. */
    const settingsOf = (channelId: number) => {
        const channel = store.channel(channelId)
        return channel && store.deviceSettings(channel.deviceId)?.channels[channel.number]
    }
    return async scope => {
        scope.get(
            "/waveforms",
            {
                config: { needs: ["channel", "viewer"] },
                schema: {
                    description: "The waveforms of a channel that are kept, newest first.",
                    querystring: z.strictObject({
                        channelId: wholeNumber(1, Number.MAX_SAFE_INTEGER),
                    }),
                    response: { 200: z.object({ waveforms: z.array(info) }), "4xx": errorReply },
                },
            },
            async ({ query }) => {
                return { waveforms: store.waveforms(query.channelId).map(toInfo) }
            }
        )

        scope.get(
            "/waveforms/:id",
            {
                config: { needs: ["waveform", "viewer"] },
                schema: { params: idParam, response: { 200: waveform, "4xx": errorReply } },
            },
            async ({ params }) => {
                const found = store.waveform(params.id)
                if (!found) throw new AppError("not_found", `There is no waveform ${params.id}.`)
                const { voltage, current, sampleNs } = found
                const settings = settingsOf(found.channelId)
                return {
                    ...toInfo(found),
                    tUs: sampleNs > 0 ? voltage.map((_code, at) => (at * sampleNs) / 1000) : null,
                    voltage,
                    current,
                    voltageV: codesToVolts(voltage, settings),
                    currentA: codesToAmperes(current, settings),
                }
            }
        )

        scope.post(
            "/channels/:id/waveform",
            {
                config: { needs: ["channel", "editor"] },
                schema: {
                    description: "Asks the device for a snapshot, which comes within seconds.",
                    params: idParam,
                    response: { 202: z.object({ requested: z.literal(true) }), "4xx": errorReply },
                },
            },
            async ({ params }, reply) => {
                const channel = store.channel(params.id)
                if (!channel) throw noChannel(params.id)
                if (channel.kind !== KIND_MAINS)
                    throw new AppError("bad_request", "Only a mains channel has a waveform.")
                if (settingsOf(channel.id)?.isEnabled === false)
                    throw new AppError(
                        "bad_request",
                        "The channel is disabled: it takes no waveform."
                    )
                sendCommand(links, channel.deviceId, { kind: "waveform", channel: channel.number })
                reply.code(202)
                return { requested: true as const }
            }
        )
    }
}

function toInfo(found: WaveformInfo): z.infer<typeof info> {
    const { id, channelId, startedMs, samples, isComplete, sampleNs, cause } = found
    return {
        id,
        channelId,
        startedMs,
        cause: cause === 0 ? "command" : eventName(cause),
        sampleNs: sampleNs > 0 ? sampleNs : null,
        samples,
        isComplete,
    }
}
