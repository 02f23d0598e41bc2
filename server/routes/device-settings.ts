import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod"
import { z } from "zod"
import { CHANNEL_KINDS, type Channel as WireChannel } from "../../src/wire/channels.js"
import { MAX_SETTINGS_BYTES } from "../../src/wire/limits.js"
import { ENERGY_UNIT_WH } from "../../src/wire/mains-slots.js"
import {
    builtInSettings,
    LEAST_FLASH_MINUTES,
    MOST_FLASH_MINUTES,
    settingsSize,
} from "../../src/wire/settings.js"
import { boardPins } from "../board-pins.js"
import type { Deps } from "../deps.js"
import { AppError } from "../errors.js"
import { checkSettings, type KnownChannel } from "../settings.js"
import type { DeviceSettings } from "../store/device-settings.js"
import type { Channel, Store } from "../store/store.js"
import { deviceId, errorReply } from "./schemas.js"

const phases = z.union([z.literal(1), z.literal(3)], "must be 1 or 3")

const flashMinutes = z
    .int("must be a whole number")
    .min(LEAST_FLASH_MINUTES, `must be at least ${LEAST_FLASH_MINUTES}`)
    .max(MOST_FLASH_MINUTES, `must be at most ${MOST_FLASH_MINUTES}`)

const wantedChannel = z.strictObject({
    kind: z.string("must be text").describe(`One of ${CHANNEL_KINDS.join(", ")}`),
    isEnabled: z.boolean("must be true or false").optional().describe("true by default"),
    name: z.string("must be text").describe("1 to 16 characters, distinct within the device"),
    type: z.string("must be text").describe("electricity, gas, water or heat"),
    perPulse: z
        .number("must be a number")
        .optional()
        .describe(`Wh or litres per pulse, 1 by default; mains and chip: ${ENERGY_UNIT_WH}`),
    direction: z.string("must be text").optional().describe("in, the default, or out"),
    fields: z
        .record(z.string(), z.number("must be a number"))
        .optional()
        .describe("By the kind's own names; what is left out is standard"),
})

const change = z.strictObject({
    expectedVersion: z
        .int("must be a whole number")
        .min(0, "must be at least 0")
        .describe("The version that was read before, so that nobody overwrites another's change"),
    phases: phases.optional().describe("3 groups the first three clamps into one sensor"),
    flashMinutes: flashMinutes.optional().describe("10 by default"),
    channels: z.array(wantedChannel),
})

const answer = z
    .object({
        atMs: z.number(),
        triedVersion: z.number(),
        reason: z.string().nullable().describe("Why the device refused; null when in force"),
    })
    .nullable()

const settingsReply = z.object({
    deviceId: z.string(),
    version: z.number().describe("Of the wanted settings; 0 while nobody wanted any"),
    versionInForce: z.number().nullable().describe("What the device works with; 0 is built in"),
    status: z.enum(["none", "waiting", "sent", "in force", "refused"]),
    lastSyncMs: z.number().nullable().describe("Last try to bring the settings to the device"),
    answer: answer.describe("The device's last answer"),
    phases,
    flashMinutes: flashMinutes.describe(
        "While the server is away, the device keeps its counts in flash after at most so long"
    ),
    bytes: z.number().describe(`What the settings take of ${MAX_SETTINGS_BYTES} bytes`),
    analogPins: z.number(),
    digitalPins: z.number(),
    channels: z.array(wantedChannel.required().extend({ channelId: z.number().nullable() })),
})

/** How a change reaches a device whose link is up. */
export interface SettingsLink {
    sendSettings(deviceId: string): void
}

/** What a device shall count, and what it says to that. */
export function deviceSettingsRoutes(deps: Deps, link: SettingsLink): FastifyPluginAsyncZod {
    const pinsOf = boardPins()
    const { store } = deps
    const reply = (id: string): z.infer<typeof settingsReply> =>
        toReply(store, id, settingsOf(store, id), pinsOf(boardOf(store, id)))
    const params = z.object({ id: deviceId })
    const response = { 200: settingsReply, "4xx": errorReply }
    return async scope => {
        scope.get(
            "/devices/:id/settings",
            { config: { needs: ["device", "viewer"] }, schema: { params, response } },
            async request => reply(request.params.id)
        )

        scope.put(
            "/devices/:id/settings",
            { config: { needs: ["device", "editor"] }, schema: { params, body: change, response } },
            async request => {
                const { id } = request.params
                const { expectedVersion, channels } = request.body
                const before = settingsOf(store, id)
                const wanted = { channels, phases: request.body.phases ?? before.phases }
                const known = { phases: before.phases, known: knownChannels(store, id) }
                const checked = checkSettings(wanted, known, pinsOf(boardOf(store, id)))
                const { flashMinutes = before.flashMinutes } = request.body
                const changed = { phases: wanted.phases, flashMinutes, ...checked }
                if (store.changeSettings(id, expectedVersion, changed) === undefined)
                    throw versionConflict(expectedVersion, before.version)
                link.sendSettings(id)
                return reply(id)
            }
        )
    }
}

/** Throws AppError `not_found` for an unknown device. */
export function settingsOf(store: Store, id: string): DeviceSettings {
    const settings = store.deviceSettings(id)
    if (!settings) throw new AppError("not_found", `There is no device ${id}.`)
    return settings
}

/** The refusal of a change that somebody else's came before. */
export function versionConflict(expectedVersion: number, version: number): AppError {
    return new AppError(
        "conflict",
        `expectedVersion: ${expectedVersion} is not the newest any more, ${version} is: load the settings again`
    )
}

/** The device's board, null before its first hello. */
export function boardOf(store: Store, id: string): string | null {
    return store.listDevices().find(device => device.id === id)?.board ?? null
}

function knownChannels(store: Store, id: string): KnownChannel[] {
    const sensors = store.sensors()
    return channelsOf(store, id).map(channel => ({
        ...channel,
        sensorType: sensors.find(({ channelIds }) => channelIds.includes(channel.id))?.type,
    }))
}

function channelsOf(store: Store, id: string): Channel[] {
    return store.channels().filter(channel => channel.deviceId === id)
}

function toReply(
    store: Store,
    id: string,
    settings: DeviceSettings,
    pins: { analogPins: number; digitalPins: number }
): z.infer<typeof settingsReply> {
    const known = channelsOf(store, id)
    const channels = settings.version > 0 ? settings.channels : builtInSettings().channels
    const { version, versionInForce, phases, answer, sentMs } = settings
    return {
        deviceId: id,
        version,
        versionInForce,
        status: statusOf(settings),
        lastSyncMs: lastOf(sentMs, answer?.atMs ?? null),
        answer,
        phases,
        flashMinutes: settings.flashMinutes,
        bytes: settingsSize(channels),
        ...pins,
        channels: channels.map((channel, number) =>
            toChannel(
                channel,
                known.find(row => row.number === number),
                number
            )
        ),
    }
}

function toChannel({ kind, isEnabled, fields }: WireChannel, row: Channel | undefined, at: number) {
    return {
        channelId: row?.id ?? null,
        kind: CHANNEL_KINDS[kind],
        isEnabled,
        name: row?.name ?? `Channel ${at + 1}`,
        type: row?.type ?? "electricity",
        perPulse: row?.perPulse ?? 1,
        direction: row?.direction ?? "in",
        fields,
    }
}

function statusOf({ version, versionInForce, answer, sentMs }: DeviceSettings) {
    if (version === 0) return "none"
    if (versionInForce === version) return "in force"
    if (answer?.triedVersion === version && answer.reason !== null) return "refused"
    return sentMs === null ? "waiting" : "sent"
}

function lastOf(a: number | null, b: number | null): number | null {
    return a === null || b === null ? (a ?? b) : Math.max(a, b)
}
