import type { WantedChannel } from "../../../server/settings.js"
import { CHANNEL_KINDS, type Channel } from "../../../src/wire/channels.js"
import { DEVICE_ID, makeHello, START_MS } from "../helpers.js"
import { buildSignedInApp } from "./sign-in.js"

export const SETTINGS_PATH = `/devices/${DEVICE_ID}/settings`

/** A channel as people put it; its name follows from its place. */
export function wanted(channel: Channel, at: number): WantedChannel {
    const { kind, isEnabled, fields } = channel
    return {
        kind: CHANNEL_KINDS[kind] ?? `kind ${kind}`,
        isEnabled,
        name: `Channel ${at}`,
        type: "electricity",
        fields,
    }
}

/** A board that the server does not know, and takes to have everything. */
export const OTHER_BOARD = "other"

/** A signed-in app whose device has one light and one pulse channel. */
export async function buildWithDevice(board = "meterbeat_s3") {
    const parts = await buildSignedInApp()
    parts.store.ingest([
        { kind: "hello", deviceId: DEVICE_ID, nowMs: START_MS, hello: makeHello({ board }) },
    ])
    const put = (expectedVersion: number, channels: object[], more: object = {}) =>
        parts.send("PUT", SETTINGS_PATH, { expectedVersion, channels, ...more })
    return { ...parts, put }
}
