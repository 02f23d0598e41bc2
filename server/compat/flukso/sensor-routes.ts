import type { FastifyInstance, FastifyRequest } from "fastify"
import type { RouteDeps } from "../../deps.js"
import type { Sensor } from "../../store/device-settings.js"
import { FIRST_HOME } from "../../store/people-store.js"
import type { Channel } from "../../store/store.js"
import { chooseType } from "./accept.js"
import {
    ACCESS_REFUSED,
    type Answer,
    CSV_TYPE,
    FOR_PAGES,
    JSON_TYPE,
    json,
    MALFORMED,
    send,
} from "./answer.js"
import { rowTimes } from "./archives.js"
import { holderOf, rawRequest } from "./client.js"
import { nightRates, rowRates } from "./rates.js"
import { isFluksoId, readSensorRequest, type SensorRequest } from "./read-request.js"
import { type Row, rowsToCsv, rowsToJson } from "./rows.js"
import { sensorParameters } from "./sensor-parameters.js"
import { inUnit } from "./units.js"

type SeriesRequest = SensorRequest & { asks: "series" }

/** A sensor's series and parameters, for the clients of Flukso's API 1.0. */
export function sensorRoutes(scope: FastifyInstance, deps: RouteDeps): void {
    const { store, access } = deps

    scope.get<{ Params: { id: string } }>(
        "/sensor/:id",
        { config: { access: "token" }, schema: { hide: true }, exposeHeadRoute: false },
        async (request, reply) => {
            const answer = await answerTo(request, request.params.id)
            if (answer.isCall) reply.raw.removeHeader("X-Content-Type-Options")
            const headers = { ...FOR_PAGES, ...answer.headers }
            send(reply, { ...answer, headers })
        }
    )

    async function answerTo(
        request: FastifyRequest,
        publicId: string
    ): Promise<Answer & { isCall?: boolean }> {
        const nowS = Math.floor(deps.clock() / 1000)
        const asked = readSensorRequest(rawRequest(deps, request), nowS)
        if (!asked || !isFluksoId(publicId)) return MALFORMED
        const holder = await holderOf(deps, request, asked.token)
        const id = store.sensorOfPublicId(publicId)
        // an unknown sensor looks like one of somebody else
        if (!holder || id === undefined || !access.mayReadSensor(holder, id)) return ACCESS_REFUSED
        const sensor = store.sensor(id)
        if (!sensor) return ACCESS_REFUSED
        const offered = asked.asks === "series" ? [JSON_TYPE, CSV_TYPE] : [JSON_TYPE]
        const type = chooseType(request.headers.accept, offered)
        if (type === undefined) return { status: 406 }
        if (asked.asks === "update") return json('"sensor update event triggered"')
        const channels = channelsOf(sensor)
        if (asked.asks === "parameters") return json(sensorParameters(store, sensor, channels))
        if (!hasSeries(sensor, channels)) return { status: 404 }
        const rows = rowsOf(asked, sensor, channels, nowS)
        if (type === CSV_TYPE)
            return { status: 200, headers: { "Content-Type": CSV_TYPE }, body: rowsToCsv(rows) }
        // browsers run a call of a function only when they may guess that it is a script
        return { ...json(rowsToJson(rows, asked.callback)), isCall: asked.callback !== undefined }
    }

    function channelsOf(sensor: Sensor): Channel[] {
        return sensor.channelIds.flatMap(id => store.channel(id) ?? [])
    }

    function rowsOf(
        { span, unit }: SeriesRequest,
        sensor: Sensor,
        channels: Channel[],
        nowS: number
    ): Row[] {
        const times = rowTimes(span, nowS)
        const homeId = sensor.homeId ?? FIRST_HOME
        const prices = store.fluksoPrices(homeId)
        const rates = span.isNight
            ? nightRates(store, channels, times, nowS, store.home(homeId)?.timeZone ?? "UTC")
            : rowRates(store, channels, times)
        return times.endsS.map((endS, at) => {
            const rate = rates[at]
            return [endS, rate === null ? null : inUnit(rate, unit, prices)]
        })
    }
}

/** One that was never on and has nothing has no series. */
function hasSeries(sensor: Sensor, channels: Channel[]): boolean {
    return channels.length > 0 && (sensor.isEnabled || channels.some(one => one.lastSlotEndMs))
}
