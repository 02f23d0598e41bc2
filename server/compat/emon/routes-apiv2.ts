import type { FastifyPluginAsync } from "fastify"
import type { RouteDeps } from "../../deps.js"
import { RESOLUTION_SECONDS } from "../../store/store.js"
import { takeRawBodies } from "../raw-bodies.js"
import type { Door } from "./door.js"
import { MAX_METER_NUMBER } from "./emon-file.js"
import { ipuRows } from "./ipu.js"
import { intervalEdges, type MeterStep, meterSteps } from "./meter-view.js"
import { EmonRefusal, sendRefusal } from "./refusal.js"
import { fieldsOf, wholeField } from "./request-body.js"

const DAY_MS = RESOLUTION_SECONDS.day * 1000
const MAX_DAYS_BACK = 36_500
const MAX_ROWS = 20_000
const UNKNOWN = "unknown userid, bye"
const METER = { standard: "21", max: MAX_METER_NUMBER }
const DAYS_BACK = { standard: "1", max: MAX_DAYS_BACK }

/** The generation that emondu.js speaks. Nothing of it changes what is kept, its PUTs neither. */
export function apiv2Routes(deps: RouteDeps, door: Door): FastifyPluginAsync {
    const { store, clock } = deps
    return async scope => {
        takeRawBodies(scope)
        scope.setErrorHandler<Error>((error, request, reply) => {
            if (sendRefusal(error, reply)) request.log.error({ err: error }, "request failed")
        })
        const options = { config: { access: "token" as const, allowedReadOnly: true } }

        scope.get("/", options, async () => ({
            description: "Project EMON API version 2. Welcome",
        }))

        scope.post("/login", options, request => door.login(request))

        scope.get("/ipu", options, async request =>
            ipuRows(deps, door, await door.holderOf(request, UNKNOWN))
        )

        /** One day of a meter, in UTC, as emon's own query has it. */
        const dayRoute = (path: string, unit: "Wh" | "W", seconds: number) =>
            scope.put(path, options, async request => {
                const holder = await door.holderOf(request, UNKNOWN)
                const fields = fieldsOf(request)
                const mid = wholeField(fields, "mid", METER)
                const back = wholeField(fields, "nrDaysBack", DAYS_BACK)
                const dayMs = Math.floor(clock() / DAY_MS) * DAY_MS - back.value * DAY_MS
                const edgesMs = intervalEdges(dayMs, dayMs + DAY_MS, seconds)
                const steps = meterSteps(store, door.meterOf(holder, mid.value), edgesMs, unit)
                // the answer's name has its s elsewhere than the request's, and clients know it so
                return {
                    mid: mid.sent,
                    unit,
                    nrDayBacks: back.sent,
                    values: steps.map(({ startS, value }) => ({ time: startS, energy: value })),
                }
            })
        dayRoute("/e-energy", "Wh", RESOLUTION_SECONDS.hour)
        dayRoute("/e-power", "W", RESOLUTION_SECONDS.minute)

        scope.get<{ Params: { table: string }; Querystring: SpanQuery }>(
            "/tables/:table",
            options,
            async request => {
                const holder = await door.holderOf(request, UNKNOWN)
                const { meter, seconds } = tableOf(request.params.table)
                const { fromMs, toMs } = spanOf(request.query, seconds)
                const edgesMs = intervalEdges(fromMs, toMs, seconds)
                const steps = meterSteps(store, door.meterOf(holder, meter), edgesMs, "Wh")
                return steps.map(step => tableRow(step, meter))
            }
        )

        scope.get<{ Querystring: SpanQuery & { mid?: string } }>(
            "/measurement",
            options,
            async request => {
                const holder = await door.holderOf(request, UNKNOWN)
                const mid = wholeField({ ...request.query }, "mid", METER)
                const { fromMs, toMs } = spanOf(request.query, 1)
                const { sensorId } = door.meterOf(holder, mid.value)
                const channelIds = store.sensor(sensorId)?.channelIds ?? []
                return channelIds
                    .flatMap(id => store.pulseTimes(id, fromMs, toMs))
                    .sort((one, other) => one - other)
                    .map(atMs => ({ epoch: Math.floor(atMs / 1000), m_id: mid.value }))
            }
        )
    }
}

interface SpanQuery {
    from?: string
    to?: string
}

/** A table's name as emoncollect.py gives it, of any length in seconds. Throws EmonRefusal. */
function tableOf(name: string): { meter: number; seconds: number } {
    const [, meter, seconds] = /^emon_(\d{1,9})_([1-9]\d{0,7})$/.exec(name) ?? []
    if (meter === undefined)
        throw new EmonRefusal(404, "There is no such table: its name is emon_<meter>_<seconds>.")
    return { meter: Number(meter), seconds: Number(seconds) }
}

/** Unix seconds, from up to before to. Throws EmonRefusal. */
function spanOf({ from, to }: SpanQuery, seconds: number): { fromMs: number; toMs: number } {
    const max = 99_999_999_999
    const [fromS, toS] = [
        wholeField({ from }, "from", { standard: "none", max }).value,
        wholeField({ to }, "to", { standard: "none", max }).value,
    ]
    if (toS <= fromS) throw new EmonRefusal(400, "to: must be after from")
    const rows = (toS - fromS) / seconds
    if (seconds > 1 && rows > MAX_ROWS)
        throw new EmonRefusal(400, `to: at most ${MAX_ROWS} rows fit into an answer`)
    return { fromMs: fromS * 1000, toMs: toS * 1000 }
}

function tableRow({ startS, value }: MeterStep, meter: number) {
    return { epoch: startS, ticks: value, m_id: meter }
}
