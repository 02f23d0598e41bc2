import type { FastifyPluginAsync, FastifyRequest } from "fastify"
import type { RouteDeps } from "../../deps.js"
import { AppError } from "../../errors.js"
import type { LiveHub } from "../../live-hub.js"
import type { ForeignDevice } from "../../store/foreign-store.js"
import { rawBody, takeRawBodies } from "../raw-bodies.js"
import { sourceAddress } from "../source-address.js"
import { decodeReport } from "./report.js"
import { newSlots, type Train } from "./slot-train.js"

/** Of a device whose history was erased when its owner let it go. */
const METER = { name: "Meter", type: "electricity" as const, perPulse: 1 }

/** What blinkiki's firmware sends to its server, and the answers of that. */
export function blinkikiRoutes(deps: RouteDeps, hub: LiveHub): FastifyPluginAsync {
    const { store, clock, readOnly } = deps
    return async scope => {
        takeRawBodies(scope)
        const options = { config: { access: "token" as const }, helmet: false as const }

        scope.post("/sensor/up", options, async (request, reply) => {
            reply.type("text/html; charset=utf-8")
            if (readOnly) return "readonly"
            const device = deviceOf(request)
            store.addNotes(device.id, [{ what: "started", atMs: clock(), value: null, text: null }])
            return "ok"
        })

        scope.post("/sensor/report", options, async (request, reply) => {
            reply.type("text/html; charset=utf-8")
            if (readOnly) return "readonly"
            const device = deviceOf(request)
            const report = decodeReport(rawBody(request.body))
            if (!report) return "invalid"
            const channelId = device.channelIds[0] ?? store.addForeignChannel(device.id, METER)
            const receivedS = Math.floor(clock() / 1000)
            const found = newSlots(report, receivedS, trainOf(device.id, channelId))
            if (!found) return "ok"
            const { run, train } = found
            store.addSlots(device.id, channelId, run, JSON.stringify(train))
            const [fromMs, toMs] = [run.startS * 1000, train.endS * 1000]
            hub.publish({ event: "slots", data: { channelId, fromMs, toMs } })
            return "ok"
        })
    }

    /** The firmware cannot say who it is, so the address must do. Throws AppError `not_found`. */
    function deviceOf(request: FastifyRequest): ForeignDevice {
        const device = store.foreignDeviceAt("blinkiki", sourceAddress(request))
        if (!device) throw new AppError("not_found", "There is nothing at this address.")
        return device
    }

    /** Slots that were imported count as told. */
    function trainOf(deviceId: string, channelId: number): Train | undefined {
        const state = store.receiverState(deviceId)
        if (state !== undefined) return JSON.parse(state) as Train
        const endMs = store.channel(channelId)?.lastSlotEndMs ?? null
        return endMs === null ? undefined : { receivedS: endMs / 1000, endS: endMs / 1000 }
    }
}
