import Fastify, { type FastifyInstance } from "fastify"
import type { Deps } from "../../deps.js"
import { toAppError } from "../../errors.js"
import type { LiveEvent, LiveHub } from "../../live-hub.js"
import type { Sensor } from "../../store/device-settings.js"
import type { Channel } from "../../store/store.js"
import { isEnergy } from "../../units.js"
import { type Answer, answerErrors, json, send } from "./answer.js"
import {
    addSeconds,
    LIVE_SECONDS,
    LiveMinute,
    type LivePoint,
    minuteOf,
    type Second,
} from "./live-minute.js"
import { readSteps } from "./rates.js"
import { rowsToJson } from "./rows.js"

/** Whoever asked so long ago watches no more. */
const WATCHED_MS = 60_000
const SLOT_S = 5
const PER_HOUR = 3600
const PER_DAY = 86_400
const MINUTES_PER_DAY = 1440

const WRONG: Answer = {
    status: 400,
    headers: { "Content-Type": "text/plain" },
    body: "Malformed query string: interval, unit and version query parameters are required.",
}

type LocalDeps = Pick<Deps, "store" | "clock" | "uptimeMs" | "logger"> & { hub: LiveHub }

/**
 * What a Fluksometer serves in its own network: the last minute of each sensor, to whoever can reach it.
 * Who asks makes devices send live values; before they come, their slots of 5 s stand for them.
 */
export function buildLocalApp(deps: LocalDeps): FastifyInstance {
    const { store, logger } = deps
    const app = Fastify(logger ? { loggerInstance: logger } : { logger: false })
    const watcher = new LocalWatcher(deps)
    answerErrors(app, toAppError)
    app.setNotFoundHandler((_request, reply) => send(reply, { status: 404 }))

    app.get<{ Params: { id: string } }>(
        "/sensor/:id",
        { exposeHeadRoute: false },
        (request, reply) => send(reply, answerTo(request.params.id, request.query as Query))
    )
    app.addHook("onClose", async () => watcher.close())
    return app

    function answerTo(publicId: string, query: Query): Answer {
        const { interval, unit, version, callback = query.jsonp_callback } = query
        const isRight = interval === "minute" && version === "1.0" && UNITS.includes(unit)
        if (!isRight || !isCallback(callback)) return WRONG
        const id = store.sensorOfPublicId(publicId)
        const sensor = id === undefined ? undefined : store.sensor(id)
        if (!sensor?.isEnabled || store.fluksoSensor(sensor.id)?.class === "uart")
            return { status: 404 }
        watcher.noteAsked()
        const seconds = secondsOf(sensor)
        return json(rowsToJson(seconds, seconds.length > 0 ? callback : undefined))
    }

    function secondsOf(sensor: Sensor): Second[] {
        const nowS = Math.floor(deps.clock() / 1000)
        const channels = sensor.channelIds.flatMap(id => store.channel(id) ?? [])
        const parts = channels.map(channel =>
            minuteOf(watcher.minute.of(channel.id), slotsOf(channel, nowS), nowS)
        )
        return addSeconds(parts).map(([atS, value]) => [
            atS,
            value === null ? null : Math.floor(value + 0.5),
        ])
    }

    function slotsOf(channel: Channel, nowS: number): LivePoint[] {
        const fromS = Math.floor((nowS - LIVE_SECONDS) / SLOT_S) * SLOT_S
        const scale = isEnergy(channel.type) ? PER_HOUR : PER_DAY
        return readSteps(store, channel, fromS, nowS, "slot").flatMap(({ amount, coveredS }, at) =>
            coveredS < SLOT_S
                ? []
                : [
                      {
                          atS: fromS + (at + 1) * SLOT_S,
                          seconds: SLOT_S,
                          value: (amount * scale) / coveredS,
                      },
                  ]
        )
    }
}

interface Query {
    interval?: unknown
    unit?: unknown
    version?: unknown
    callback?: unknown
    jsonp_callback?: unknown
}

const UNITS: unknown[] = ["watt", "lperday"]

function isCallback(callback: unknown): callback is string | undefined {
    return (
        callback === undefined || (typeof callback === "string" && /^[0-9a-zA-Z_]+$/.test(callback))
    )
}

/** Keeps what devices tell live, as long as somebody asks. */
class LocalWatcher {
    minute = new LiveMinute()
    private askedMs = 0
    private unwatch: (() => void) | undefined

    constructor(private readonly deps: LocalDeps) {}

    noteAsked(): void {
        this.askedMs = this.deps.uptimeMs()
        this.unwatch ??= this.deps.hub.watch(event => this.take(event))
    }

    close(): void {
        this.unwatch?.()
        this.unwatch = undefined
        this.minute = new LiveMinute()
    }

    /** Live values come every second, so they tell the time too. */
    private take({ event, data }: LiveEvent): void {
        if (this.deps.uptimeMs() - this.askedMs > WATCHED_MS) {
            this.close()
            return
        }
        if (event !== "live") return
        const { channelId, atMs, powerW, flowLPerMin } = data
        const rate = powerW ?? (flowLPerMin == null ? null : flowLPerMin * MINUTES_PER_DAY)
        if (rate === null) return
        const isOut = this.deps.store.channel(channelId)?.direction === "out"
        this.minute.add(channelId, Math.floor(atMs / 1000), isOut ? -rate : rate)
    }
}
