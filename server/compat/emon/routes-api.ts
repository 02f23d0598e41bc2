import type { FastifyPluginAsync } from "fastify"
import type { RouteDeps } from "../../deps.js"
import { localEdges } from "../../local-steps.js"
import type { EmonMeter } from "../../store/emon-store.js"
import { RESOLUTION_SECONDS } from "../../store/store.js"
import { takeRawBodies } from "../raw-bodies.js"
import type { Door } from "./door.js"
import { MAX_METER_NUMBER } from "./emon-file.js"
import { ipuRows } from "./ipu.js"
import { intervalEdges, meterSteps } from "./meter-view.js"
import { EmonRefusal, sendRefusal } from "./refusal.js"
import { wholeField } from "./request-body.js"

const HOUR_MS = RESOLUTION_SECONDS.hour * 1000
const DAY_MS = RESOLUTION_SECONDS.day * 1000
const MAIN_METER = 21
const MAX_HOURS = 20_000
const MAX_DAYS = 3500
const REFUSED = "You're not authorized, bye"

/** What a browser is told under /api, and only there. */
const CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,PUT,POST,DELETE,OPTIONS",
    "access-control-allow-headers": "X-Requested-With,Content-type,Accept,X-Access-Token,X-Key",
}

interface SpanRoute {
    Params: { id: string }
    Querystring: { mid?: string }
}

/** The generation that the Pimatic plugin speaks. Days are those of the meter's home. */
export function apiRoutes(deps: RouteDeps, door: Door): FastifyPluginAsync {
    const { store, clock } = deps
    return async scope => {
        takeRawBodies(scope)
        scope.setErrorHandler<Error>((error, request, reply) => {
            if (sendRefusal(error, reply)) request.log.error({ err: error }, "request failed")
        })
        scope.addHook("onRequest", async (_request, reply) => {
            reply.headers(CORS)
        })
        const options = { config: { access: "token" as const, allowedReadOnly: true } }

        for (const path of ["/login", "/ipu", "/24h", "/7d", "/nday/:id", "/nhour/:id"])
            scope.options(path, options, async (_request, reply) => reply.code(204).send())

        scope.post("/login", options, request => door.login(request))

        scope.get("/ipu", options, async request =>
            ipuRows(deps, door, await door.holderOf(request, REFUSED))
        )

        const rowsRoute = (path: string, edgesOf: (zone: string, id: string) => number[]) =>
            scope.get<SpanRoute>(path, options, async request => {
                const holder = await door.holderOf(request, REFUSED)
                const meter = chooseMeter(door.metersOf(holder), request.query.mid)
                const timeZone = store.home(meter.homeId)?.timeZone ?? "UTC"
                return costRows(meter, edgesOf(timeZone, request.params.id))
            })
        rowsRoute("/24h", zone => {
            const [fromMs, toMs] = daysBack(1, zone)
            return intervalEdges(fromMs, toMs, RESOLUTION_SECONDS.hour)
        })
        rowsRoute("/7d", zone => daysBack(7, zone))
        rowsRoute("/nday/:id", (zone, id) => daysBack(lengthOf(id, MAX_DAYS), zone))
        rowsRoute("/nhour/:id", (_zone, id) => {
            const endMs = Math.floor(clock() / HOUR_MS) * HOUR_MS + HOUR_MS
            const fromMs = endMs - lengthOf(id, MAX_HOURS) * HOUR_MS
            return intervalEdges(fromMs, endMs, RESOLUTION_SECONDS.hour)
        })

        function costRows(meter: EmonMeter, edgesMs: number[]) {
            return meterSteps(store, meter, edgesMs, "Wh").map(({ startS, value }) => ({
                time: startS,
                ticks: value,
                cost: (value / 1000) * meter.kwhCost,
            }))
        }

        /** Edges of so many local days; the last is today. */
        function daysBack(days: number, timeZone: string): number[] {
            const nowMs = clock()
            const longMs = (days + 1) * DAY_MS
            const edgesMs = localEdges(nowMs - longMs, nowMs + 1, "local-day", timeZone) ?? []
            return edgesMs.slice(-1 - days)
        }
    }
}

/** The old tables knew one meter only: the main one, or the first where no meter has its number. */
function chooseMeter(meters: EmonMeter[], mid: string | undefined): EmonMeter {
    const asked = { standard: `${MAIN_METER}`, max: MAX_METER_NUMBER }
    const number = wholeField({ mid }, "mid", asked).value
    const found = meters.find(one => one.number === number)
    const meter = found ?? (mid === undefined ? meters[0] : undefined)
    if (!meter) throw new EmonRefusal(404, `There is no meter ${number}.`)
    return meter
}

function lengthOf(id: string, max: number): number {
    const { value } = wholeField({ id }, "id", { standard: "none", max })
    if (value === 0) throw new EmonRefusal(400, "id: must be at least 1")
    return value
}
