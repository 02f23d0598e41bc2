import { PassThrough } from "node:stream"
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { requireHolder } from "../auth/guard.js"
import type { RouteDeps } from "../deps.js"
import type { LiveHub } from "../live-hub.js"

const HEARTBEAT_MS = 15_000
/** What was revoked ends within this time, on streams that are open too. */
const CHECK_MS = 500
/** A client this far behind is let go; it reconnects and reads what it missed as a series. */
const MAX_BEHIND_BYTES = 1_048_576

const DESCRIPTION =
    "Server-sent events: hello first, then live values of each channel, slots for each stored report, event for each event of a device, and level with what a sensor sees, and how good its signal is, while that is asked for."

/** GET /live: a stream of server-sent events. */
export function liveRoutes(deps: RouteDeps, hub: LiveHub): FastifyPluginAsyncZod {
    return async scope => {
        const streams = new Set<PassThrough>()
        // a stop waits for open answers, and these never end by themselves
        scope.addHook("preClose", async () => {
            for (const stream of streams) stream.end()
        })

        scope.get("/live", { schema: { description: DESCRIPTION } }, async (request, reply) => {
            const stream = new PassThrough({ highWaterMark: MAX_BEHIND_BYTES })
            const write = (text: string) => {
                if (stream.writable && !stream.write(text)) stream.destroy()
            }
            let isSeen = deps.access.eventFilter(requireHolder(request))
            const check = setInterval(() => {
                const holder = deps.access.ofRequest(request)
                if (holder) isSeen = deps.access.eventFilter(holder)
                else stream.end()
            }, CHECK_MS)
            const heartbeat = setInterval(() => write(": still here\n\n"), HEARTBEAT_MS)
            for (const timer of [check, heartbeat]) timer.unref()
            const unwatch = hub.watch(({ event, data }) => {
                if (isSeen(data)) write(toSse(event, data))
            })
            streams.add(stream)
            const stop = () => {
                clearInterval(check)
                clearInterval(heartbeat)
                unwatch()
                streams.delete(stream)
            }
            stream.once("close", stop)
            write(toSse("hello", { serverTimeMs: deps.clock() }))
            return reply
                .header("content-type", "text/event-stream")
                .header("cache-control", "no-store")
                .header("x-accel-buffering", "no")
                .send(stream)
        })
    }
}

function toSse(event: string, data: object): string {
    return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
