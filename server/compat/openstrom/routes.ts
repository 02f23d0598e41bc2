import type { FastifyPluginAsync, FastifyRequest } from "fastify"
import { bearerOf } from "../../auth/access.js"
import type { RouteDeps } from "../../deps.js"
import { AppError } from "../../errors.js"
import type { LiveHub } from "../../live-hub.js"
import type { ForeignDevice } from "../../store/foreign-store.js"
import { rawBody, takeRawBodies } from "../raw-bodies.js"
import { MAX_BODY_BYTES, readPackage } from "./package-body.js"
import { type OpenstromAnswer, type OpenstromPackage, PACKAGE_VERSION } from "./package-schema.js"
import { answerToXml } from "./package-xml.js"
import { readingProblem, secondsOf, slotOf } from "./reading-slot.js"

/** Where OpenStrom devices post their packages: docs/compat-openstrom.md. */
export function openstromRoutes(deps: RouteDeps, hub: LiveHub): FastifyPluginAsync {
    const { store, clock, readOnly, access, tries } = deps
    return async scope => {
        takeRawBodies(scope)
        scope.post(
            "/openstrom/packages",
            { config: { access: "token" }, bodyLimit: MAX_BODY_BYTES },
            async (request, reply) => {
                const device = await deviceOf(request)
                if (readOnly)
                    throw new AppError(
                        "read_only",
                        "This server only reads: it was started read-only."
                    )
                const isXml = isXmlType(request)
                const bytes = rawBody(request.body)
                const encoding = request.headers["content-encoding"]
                const given = await readPackage({ bytes, isXml, encoding })
                if (given.device !== device.serial)
                    throw new AppError("bad_request", "device: is not the one of this token")
                checkReadings(given)
                const answer = take(device, given)
                return isXml ? reply.type("application/xml").send(answerToXml(answer)) : answer
            }
        )
    }

    /** Throws AppError `not_signed_in` for a token of no such device, later with every try. */
    async function deviceOf(request: FastifyRequest): Promise<ForeignDevice> {
        const raw = bearerOf(request)
        if (raw === undefined)
            throw new AppError(
                "not_signed_in",
                "Send Authorization: Bearer and the device's token."
            )
        const holder = access.ofToken(raw)
        const device = holder?.kind === "device" ? store.foreignDevice(holder.deviceId) : undefined
        if (device?.protocol === "openstrom") return device
        await tries.failedTry(request.ip)
        throw new AppError("not_signed_in", "The token is wrong or was revoked.")
    }

    function take(device: ForeignDevice, { channels, relays }: OpenstromPackage): OpenstromAnswer {
        const nowMs = clock()
        const sum = { stored: 0, known: 0, conflicting: 0, refused: 0 }
        const given = channels.map(({ number, readings }) => ({
            channelId: device.channelIds[number - 1],
            readings: readings.map(reading => ({
                startS: reading.timeS,
                seconds: secondsOf(reading),
                slot: slotOf(reading),
            })),
        }))
        const results = store.storeMainsReadings(given, nowMs)
        for (const [at, result] of results.entries()) {
            sum.stored += result.stored
            sum.known += result.known
            sum.conflicting += result.conflicting
            sum.refused += result.ahead
            if (result.stored === 0) continue
            const { channelId, readings } = given[at]
            const fromMs = Math.min(...readings.map(({ startS }) => startS)) * 1000
            const toMs = Math.max(...readings.map(each => each.startS + each.seconds)) * 1000
            hub.publish({ event: "slots", data: { channelId, fromMs, toMs } })
        }
        if (relays) store.saveToldRelays(device.id, relays, nowMs)
        const wanted = store
            .relays(device.id)
            .flatMap(({ number, isWantedOn }) =>
                isWantedOn === null ? [] : [{ number, isOn: isWantedOn }]
            )
        const timeS = Math.floor(nowMs / 1000)
        return { version: PACKAGE_VERSION, timeS, ...sum, relays: wanted }
    }
}

/** Throws AppError. */
function isXmlType({ headers }: FastifyRequest): boolean {
    const [type] = (headers["content-type"] ?? "").toLowerCase().split(";")
    if (type.trim() === "application/json") return false
    if (["application/xml", "text/xml"].includes(type.trim())) return true
    throw new AppError(
        "unsupported_media_type",
        "Content-Type: must be application/json, application/xml or text/xml"
    )
}

/** Throws AppError `bad_request` for a reading that contradicts itself, before any is stored. */
function checkReadings({ channels }: OpenstromPackage): void {
    for (const [at, { readings }] of channels.entries())
        for (const [index, reading] of readings.entries()) {
            const problem = readingProblem(reading)
            if (problem)
                throw new AppError("bad_request", `channels.${at}.readings.${index}.${problem}`)
        }
}
