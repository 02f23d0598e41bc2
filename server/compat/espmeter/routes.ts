import { Readable } from "node:stream"
import { createGzip } from "node:zlib"
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify"
import type { RouteDeps } from "../../deps.js"
import { AppError } from "../../errors.js"
import type { LiveHub } from "../../live-hub.js"
import type { ForeignDevice } from "../../store/foreign-store.js"
import { rawBody, takeRawBodies } from "../raw-bodies.js"
import { chartCsv } from "./chart-csv.js"
import type { ChartStep } from "./chart-rows.js"
import { deliver } from "./deliver.js"
import { decodePost } from "./post.js"

interface TokenRoute {
    Params: { token: string }
    Querystring: { agg?: string }
}

/** Of a device whose history was erased when its owner let it go. */
const METER = { name: "Meter", type: "gas" as const, perPulse: 10 }

/** Where an ESPmeter posts, and its chart's data; the token in the path stands for the device. */
export function espmeterRoutes(deps: RouteDeps, hub: LiveHub): FastifyPluginAsync {
    const { store, clock, readOnly, access, tries } = deps
    return async scope => {
        takeRawBodies(scope)
        const options = { config: { access: "token" as const }, helmet: false as const }

        scope.post<TokenRoute>("/espmeter/:token/post.php", options, async (request, reply) => {
            const device = await deviceOf(request)
            if (readOnly)
                throw new AppError("read_only", "This server only reads: it was started read-only.")
            const nowMs = clock()
            const post = decodePost(rawBody(request.body).toString())
            const channelId = device.channelIds[0] ?? store.addForeignChannel(device.id, METER)
            if (post) {
                const place = { deviceId: device.id, channelId, timeZone: timeZoneOf(device) }
                const delivered = deliver(store, place, post, nowMs)
                if (delivered) hub.publish({ event: "slots", data: { channelId, ...delivered } })
            } else {
                const text = "the body is no post of an ESPmeter"
                store.addNotes(device.id, [{ what: "refused", atMs: nowMs, value: 1, text }])
            }
            return sendTime(reply, nowMs)
        })

        scope.get<TokenRoute>("/espmeter/:token/chartdata.php", options, async (request, reply) => {
            const device = await deviceOf(request)
            const { agg } = request.query
            const step: ChartStep = agg === "day" || agg === "hour" ? agg : "5min"
            const lines = Readable.from(chartCsv(store, device, step, timeZoneOf(device)))
            reply
                .type("text/plain;charset=UTF-8")
                .header("cache-control", "no-cache")
                .header("x-content-type-options", "nosniff")
            if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return reply.send(lines)
            return reply.header("content-encoding", "gzip").send(lines.pipe(createGzip()))
        })
    }

    /** Throws AppError `not_found` for a token of nothing, later with every try. */
    async function deviceOf(request: FastifyRequest<TokenRoute>): Promise<ForeignDevice> {
        const holder = access.ofToken(request.params.token)
        const device = holder?.kind === "device" ? store.foreignDevice(holder.deviceId) : undefined
        if (device?.protocol === "espmeter") return device
        await tries.failedTry(request.ip)
        throw new AppError("not_found", "There is nothing at this address.")
    }

    function timeZoneOf(device: ForeignDevice): string {
        const homeId = store.homeOfDevice(device.id)
        const home = homeId === undefined ? undefined : store.home(homeId)
        return home?.timeZone ?? "UTC"
    }
}

/**
 * NodeMCU cuts the number at its dot and takes what is behind it for whole microseconds, so there must
 * be a dot; it prints 14 digits of it. The answer ends with the connection.
 */
function sendTime(reply: FastifyReply, nowMs: number): FastifyReply {
    const time = `${Math.round(nowMs / 1000)}.0001`
    return reply.type("application/json").header("connection", "close").send(`{"time":${time}}`)
}
