import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { fieldsOf } from "../../src/wire/channel-fields.js"
import { type Channel, isClampKind } from "../../src/wire/channels.js"
import { validateSettings } from "../../src/wire/settings-rules.js"
import { requireHolder } from "../auth/guard.js"
import { boardPins } from "../board-pins.js"
import { calibrate } from "../calibration.js"
import { shownReading } from "../calibration-reading.js"
import type { RouteDeps } from "../deps.js"
import { AppError } from "../errors.js"
import type { DeviceSettings, SettingsChange } from "../store/device-settings.js"
import type { CommandLink } from "../transports/command-link.js"
import { boardOf, type SettingsLink, settingsOf, versionConflict } from "./device-settings.js"
import { deviceId, errorReply, wholeNumber } from "./schemas.js"

const LAST_CHANNEL = 15

const above0 = z.number("must be a number").gt(0, "must be above 0").max(1_000_000).optional()
const reading = z.strictObject({
    voltageV: above0,
    currentA: z.number("must be a number").min(0).max(1_000_000).optional(),
    powerW: z.number("must be a number").min(-1_000_000).max(1_000_000).optional(),
    reactiveVar: z.number("must be a number").min(-1_000_000).max(1_000_000).optional(),
    frequencyHz: z.number("must be a number").min(40).max(70).optional(),
    offsetMv: z.int("must be a whole number").min(-1650).max(1650).optional(),
})
const reference = z.strictObject({
    voltageV: above0,
    currentA: above0,
    powerW: above0,
    powerFactor: z
        .number("must be a number")
        .min(0, "must be at least 0")
        .max(1, "must be at most 1")
        .optional()
        .describe("1 by default, which calibrates the gains; one below calibrates the phase"),
    isAhead: z.boolean().optional().describe("The current is ahead, as of a capacitor"),
    noLoad: z
        .literal(true)
        .optional()
        .describe("Nothing is connected: learns the noise and the offset"),
})
const order = z.strictObject({
    channel: z.int("must be a whole number").min(0).max(LAST_CHANNEL, "must be at most 15"),
    reference,
    measured: z
        .union([reading, z.literal("last slot")])
        .default("last slot")
        .describe("What the channel showed of the same load: the mean of its newest stored slots"),
})

const calibration = z.object({
    id: z.number(),
    channel: z.number(),
    calibratedMs: z.number(),
    user: z.string(),
    before: z.record(z.string(), z.number()),
    after: z.record(z.string(), z.number()),
    undoneMs: z.number().nullable(),
})
const listReply = z.object({
    version: z.number().describe("Of the wanted settings, which hold the calibration"),
    calibrations: z.array(calibration).describe("Newest first"),
})

/** Calibrates mains and chip channels by a known load; every step can be taken back. */
export function calibrationRoutes(
    deps: RouteDeps,
    link: SettingsLink & CommandLink
): FastifyPluginAsyncZod {
    const { store, clock, access } = deps
    const pinsOf = boardPins()
    const list = (id: string) => ({
        version: settingsOf(store, id).version,
        calibrations: store.calibrations(id),
    })
    const apply = (
        id: string,
        settings: DeviceSettings,
        channel: number,
        fields: Record<string, number>,
        change: Pick<SettingsChange, "calibration" | "undo">
    ) => {
        // an offset alone is nothing to a device
        if (Object.keys(fields).length === 0) return store.saveCalibration(id, change)
        const channels = settings.channels.map((one, at) =>
            at === channel ? { ...one, fields: { ...one.fields, ...fields } } : one
        )
        const problem = validateSettings(channels, pinsOf(boardOf(store, id)))
        if (problem !== undefined) throw new AppError("bad_request", problem)
        const { version, phases } = settings
        const whole = { phases, channels, labels: [], clampSensors: [], ...change }
        if (store.changeSettings(id, version, whole) === undefined)
            throw versionConflict(version, settingsOf(store, id).version)
        link.sendSettings(id)
    }
    /** What was found last and is not undone. */
    const offsetOf = (id: string, number: number): Record<string, number> => {
        const last = store
            .calibrations(id)
            .find(one => one.channel === number && !one.undoneMs && "offsetMv" in one.after)
        return last ? { offsetMv: last.after["offsetMv"] } : {}
    }
    const params = z.object({ id: deviceId })
    const response = { 200: listReply, "4xx": errorReply }
    return async scope => {
        scope.get(
            "/devices/:id/calibration",
            { config: { needs: ["device", "viewer"] }, schema: { params, response } },
            async request => list(request.params.id)
        )

        scope.post(
            "/devices/:id/calibration",
            { config: { needs: ["device", "editor"] }, schema: { params, body: order, response } },
            async request => {
                const { id } = request.params
                const { channel, reference, measured } = request.body
                const settings = settingsOf(store, id)
                const old = clampOf(settings, channel)
                const seen =
                    measured === "last slot"
                        ? shownReading(deps, link, { id, number: channel, settings, reference })
                        : measured
                const known = { ...old.fields, ...offsetOf(id, channel) }
                const changed = changedFields(known, calibrate(old, seen, reference))
                if (Object.keys(changed.after).length === 0)
                    throw new AppError(
                        "bad_request",
                        `reference: channels[${channel}] shows that already, nothing would change`
                    )
                const user = access.userOf(requireHolder(request)) ?? "a token"
                apply(id, settings, channel, fieldsKnownTo(old.kind, changed.after), {
                    calibration: { channel, calibratedMs: clock(), user, ...changed },
                })
                return list(id)
            }
        )

        scope.delete(
            "/devices/:id/calibration/:channel",
            {
                config: { needs: ["device", "editor"] },
                schema: {
                    params: z.object({ id: deviceId, channel: wholeNumber(0, LAST_CHANNEL) }),
                    response,
                },
            },
            async request => {
                const { id, channel } = request.params
                const settings = settingsOf(store, id)
                const last = store
                    .calibrations(id)
                    .find(one => one.channel === channel && one.undoneMs === null)
                if (!last)
                    throw new AppError("not_found", `channels[${channel}] has no calibration.`)
                const { kind } = clampOf(settings, channel)
                const undo = { calibrationId: last.id, nowMs: clock() }
                apply(id, settings, channel, fieldsKnownTo(kind, last.before), { undo })
                return list(id)
            }
        )
    }
}

/** Throws AppError `bad_request` for a channel that has nothing to calibrate. */
function clampOf(settings: DeviceSettings, at: number): Channel {
    const channel = settings.channels[at]
    if (channel && isClampKind(channel.kind)) return channel
    throw new AppError(
        "bad_request",
        `channel: channels[${at}] is no mains or chip channel of settings that were put`
    )
}

/** The channel may have become of another kind since. */
function fieldsKnownTo(kind: number, fields: Record<string, number>): Record<string, number> {
    const names = fieldsOf(kind).map(({ name }) => name)
    return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

function changedFields(old: Record<string, number>, now: Record<string, number>) {
    const before: Record<string, number> = {}
    const after: Record<string, number> = {}
    for (const [name, value] of Object.entries(now)) {
        if (old[name] === value) continue
        if (name in old) before[name] = old[name]
        after[name] = value
    }
    return { before, after }
}
