import { MeterbeatClient } from "../client/meterbeat-client.js"
import type { Registration } from "../sim/world.js"
import { descriptionOf, type ServerView, type StoredChannel } from "./server-view.js"

interface ApiChannel {
    id: number
    deviceId: string
    number: number
}

interface MadeDevice {
    id: string
    /** 64 hex digits; a secret. */
    key: string
    path: string
}

/** A running server, signed in. */
export interface ApiClient extends ServerView {
    createDevice(id: string, name: string): Promise<MadeDevice>
    /** The device of that id with a key of its own: made when it is new, else with another key. */
    deviceAnew(id: string, name: string): Promise<MadeDevice>
}

/**
 * Goes in with METERBEAT_TOKEN, or signs in with METERBEAT_USER ("owner" by default) and
 * METERBEAT_PASSWORD. Throws an Error with one sentence when neither is set, the server does not answer, or
 * it refuses.
 */
export async function connect(
    serverUrl: string,
    env: Record<string, string | undefined> = process.env
): Promise<MeterbeatClient> {
    const token = env["METERBEAT_TOKEN"]
    if (token) return new MeterbeatClient(serverUrl, token)
    const password = env["METERBEAT_PASSWORD"]
    if (!password)
        throw new Error(
            "Set METERBEAT_PASSWORD to the owner's password: --server needs to sign in."
        )
    const client = new MeterbeatClient(serverUrl)
    await client.signIn(env["METERBEAT_USER"] ?? "owner", password)
    return client
}

/** `connect`, and what the simulator and `provision` need of a server. */
export async function signIn(
    serverUrl: string,
    env: Record<string, string | undefined> = process.env
): Promise<ApiClient> {
    const client = await connect(serverUrl, env)
    const channels = async () =>
        ((await client.call("GET", "channels")) as { channels: ApiChannel[] }).channels
    return {
        createDevice: async (id, name) =>
            (await client.call("POST", "devices", { id, name })) as MadeDevice,
        deviceAnew: async (id, name) => {
            const { devices } = (await client.call("GET", "devices")) as {
                devices: { id: string }[]
            }
            const isKnown = devices.some(device => device.id === id)
            const made = isKnown
                ? client.call("POST", `devices/${id}/key`, {})
                : client.call("POST", "devices", { id, name })
            return (await made) as MadeDevice
        },
        storedChannels: async () => {
            const now = (await client.call("GET", "now?sinceMs=0")) as {
                channels: (StoredChannel & { id: number })[]
            }
            const numbers = new Map((await channels()).map(({ id, number }) => [id, number]))
            return now.channels.map(each => ({ ...each, number: numbers.get(each.id) ?? -1 }))
        },
        describeChannels: async (device: Registration) => {
            for (const { id, deviceId, number } of await channels()) {
                const channel = device.channels[number]
                if (deviceId !== device.id || !channel) continue
                await client.call("PATCH", `channels/${id}`, descriptionOf(channel))
            }
        },
    }
}
